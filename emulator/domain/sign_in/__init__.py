"""Sign-in: one machine over a persisted record, which decides what comes next. Its challenges are in `challenges`.

InitiateAuth, RespondToAuthChallenge and their Admin twins drive it, and the login pages will. Nothing else signs users
in.
"""
