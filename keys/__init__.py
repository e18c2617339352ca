"""Secrets and proofs: randomness, signatures, digests, encryption at rest, AWS-shaped credentials.

Arithmetic only. No clock (a moment is an argument), no disk, no network, and no rule of Cognito: what a token
says, how long it lives and who may have it is decided elsewhere. The one home of cryptography, jwt, bcrypt.
"""
