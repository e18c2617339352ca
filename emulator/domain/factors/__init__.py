"""Factors beside the password: authenticator apps, codes, passkeys, devices; and the levels (`acr`, `amr`) they reach.

The order in which a sign-in asks for factors is in `sign_in`.
"""
