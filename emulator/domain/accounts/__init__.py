"""Users as records: names and look-up, attributes, groups, the filter of ListUsers.

Owns the uniqueness of usernames and aliases, and the stand-ins for unknown users. Passwords are in `credentials`.
"""
