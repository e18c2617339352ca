"""Records of configuration that one unit of work reads and later ones take.

A unit takes one only if its transaction would read the very same. How it knows that is told in `alone.py`, where one
process has an SQLite database, and in `shared.py`, where processes share a database. What does not exist is not
remembered, so that made-up ids displace nothing.
"""
