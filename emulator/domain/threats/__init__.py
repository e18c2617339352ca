"""Threat protection: risk configurations, auth events, compromised passwords, risk levels, and notifications.

`watch.py` applies them to flows such as SignUp; `sign_in/watching.py` applies them to sign-ins.
"""
