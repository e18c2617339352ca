"""Work that outlives its call: what has expired is swept.

It goes through `World.background`, and writes in short transactions. The rules of what expires when are in `domain`.
"""
