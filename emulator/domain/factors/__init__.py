"""Factors beside the password: authenticator apps, codes, passkeys, devices; and the levels (`acr`, `amr`) they reach.

What a sign-in asks for, and in which order, is in `sign_in`.
"""
