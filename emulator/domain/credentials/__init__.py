"""Passwords, SRP verifiers and codes: made, checked and counted.

Owns the password policy, the lockout and every limit on attempts.
"""
