"""Cryptography: randomness, signatures, password hashes, encryption at rest, AWS-shaped credentials.

Pure functions: no clock (times are arguments), no disk, no network, and no rules of Cognito. What a token contains, how
long it is valid and who gets it is decided by the callers. The only package that imports cryptography, jwt and bcrypt.
"""
