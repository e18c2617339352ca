"""Factors beside the password: authenticator apps, addresses for codes, passkeys, devices; and their levels.

The order in which a sign-in asks for factors is in `sign_in`.
"""
