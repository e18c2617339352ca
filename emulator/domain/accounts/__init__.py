"""Users as records: names and look-up, attributes, groups, the filter of ListUsers.

Owns the uniqueness of usernames and aliases, the stand-ins for unknown users, and `Principal`, the value in which rules
pass on a user with pool and client. Passwords are in `credentials`.
"""
