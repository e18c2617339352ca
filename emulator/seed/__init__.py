"""Seed files: what pools, clients, users and the rest are to be like, in AWS's own members.

From a file to the database: `reading` makes entries of the file, with `members` checking each against the service
models; `applying` finds which have changed and applies these, each by the functions of its `Kind`, in one unit of work.
`exporting` writes the same document from the database. `kinds` has the table of all kinds; a module each defines them.
"""
