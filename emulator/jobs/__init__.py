"""Work that outlives its call: user imports, recoveries, the deletion of expired rows, the rotation of secrets.

It runs by `World.background`, in short transactions. `watch.py` takes over the jobs of a process that died. The rules
(what a row of an import becomes, what expires or is due when) are in `domain`.
"""
