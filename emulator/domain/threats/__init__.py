"""Threat protection: risk configurations, auth events, compromised passwords, risk levels, and notifications.

`self_service_protection.py` applies them to SignUp, ForgotPassword and the like; `sign_in/sign_in_protection.py`
applies them to sign-ins.
"""
