"""The repositories: all queries, one class for each aggregate, with methods such as add, get, page, change, delete.

A method that looks up one record returns None if there is none. `page` takes a limit and the token of the page, None
for the first one, and raises ForgedToken for a token of another list.
"""
