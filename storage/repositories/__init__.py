"""All queries, one class an aggregate: add, get, named, page, change, delete."""
