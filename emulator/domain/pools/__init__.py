"""Configuration that callers set and read: pools, clients, schema, resource servers, domains, replicas, tags, regions.

What an operation may set, its defaults and its refusals. Users are in `accounts`. The effect of a
setting is implemented in the room where it acts.
"""
