"""The ports whose content the processes of one database share: inbox, clock, events, rates and claims.

Each is a subclass of the port that keeps it in the memory of one process. `world.py` puts them in their places.
"""
