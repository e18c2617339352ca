"""Accounts that users create, confirm, change and recover: the flows of sign-up, confirmation and recovery.

Flows take (context, app, the name that was typed, …) and return typed values, so that operations and pages share them.
`app` is an App: see `pools/apps.py`.
"""
