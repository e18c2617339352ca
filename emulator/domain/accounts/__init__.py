"""Users as records: how they are named and found, their attributes, groups, and the filters of ListUsers.

Owns uniqueness of usernames and aliases, and stand-ins for users who do not exist. Passwords are in `credentials`.
"""
