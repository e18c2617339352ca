"""Configuration that callers set and read: pools and app clients, with what belongs to them.

Settings, schema, resource servers, domains, replicas, tags, regions, policies for client ID metadata documents: what an
operation may set, its defaults and its refusals. Users are in `accounts`. The effect of a setting is implemented in the
room where it acts.
"""
