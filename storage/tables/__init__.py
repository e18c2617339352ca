"""The tables: the columns that queries search or sort by, and the rest as JSON `settings` in API shape.

Uniqueness is a constraint here, never a check in Python. Columns that are compared (`username_key`, `email`, …) hold
values that the caller has normalised, for example to lower case; `attributes` holds the values as the user typed them.
A module for each subject, which is imported with the first repository that needs it; `schema.py` has all of them.
"""
