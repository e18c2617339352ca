"""Records of configuration that one unit of work reads and later ones take.

Nearly every call reads its pool, and many read a client or keys, which are hardly ever changed. A unit takes such a
record only if it would read the very same from its transaction. How it knows that is told in `alone.py`, where one
process has an SQLite database, and in `shared.py`, where processes share a database.

What does not exist is not remembered, so that made-up ids displace nothing.
"""
