"""Factors beside the password: authenticator apps, addresses for codes, passkeys, devices; and their levels.

The order in which a sign-in asks for factors is in `sign_in/mfa.py`. The codes of MFA by e-mail and SMS are sent by
`sign_in/one_time_codes.py`; their texts are in `messages/messages.py`.
"""
