"""Lambda triggers: the table of sources, and how a function is called with the database connection released.

Which trigger an operation calls at which moment is in `registration`, `messages` and `sign_in`.
"""
