"""Work that outlives its call: user imports, and the deletion of expired rows.

It runs by `World.background`, in short transactions. The rules (what a row of an import becomes, what expires when) are
in `domain`.
"""
