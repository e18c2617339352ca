"""What a row means: plain frozen dataclasses, one module an aggregate.

Times are epoch seconds (UTC, milliseconds kept). `settings` are dicts in AWS's API shape.
"""
