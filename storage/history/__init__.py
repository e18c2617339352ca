"""How the users and groups of a pool were: recording it with each change, and bringing it back.

`journal.py` records an entity as it was before a change, in the transaction of the change. `images.py` has the form of
such records, `difference.py` compares two states of a pool, `restoring.py` makes one of the other.
"""
