"""Passwords, SRP verifiers and codes: their policy, their forms at rest, and the counting of attempts.

Owns the password policy, the lockout and every limit on attempts. A password is checked at sign-in in the room
`sign_in` (`password.py`).
"""
