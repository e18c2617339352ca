"""The repositories: all queries, one class for each aggregate, with methods such as add, get, page, change, delete."""
