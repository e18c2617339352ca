"""Threat protection: risk configurations, events, compromised passwords, the level of risk, and notices about it.

How a sign-in acts on its risk is in `sign_in/watching.py`.
"""
