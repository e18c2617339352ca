"""Sign-in is one machine: machine.py decides what comes next, each other file is one challenge.

Challenges never call one another. Every way into a sign-in (the operations, later the pages) drives this machine.
"""
