"""The challenges of a sign-in, a module each: how it is offered, and how its answer is checked.

Challenges never import one another: `sign_in/machine.py` decides what comes next.
"""
