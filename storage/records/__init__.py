"""The rows of the tables as frozen structs, one module for each aggregate.

Times are epoch seconds (UTC, milliseconds kept). `settings` are dicts in AWS's API shape.
"""
