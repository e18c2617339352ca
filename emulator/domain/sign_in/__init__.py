"""Sign-in: one state machine over a stored record decides what comes next. Its challenges are in `challenges`.

`machine.start` and `machine.respond` take a step, and return `Asks` (the next challenge) or `Done`. InitiateAuth,
RespondToAuthChallenge and their Admin twins call them, and the login pages will. Nothing else signs users in.
"""
