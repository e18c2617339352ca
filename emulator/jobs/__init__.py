"""Work that outlives its call: user imports, the deletion of expired rows, and the rotation of secrets.

It runs by `World.background`, in short transactions. The rules (what a row of an import becomes, what expires or is due
when) are in `domain`.
"""
