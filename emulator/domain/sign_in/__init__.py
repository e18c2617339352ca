"""Sign-in: one state machine over a stored record decides what comes next (`machine.py`). Nothing else signs users in.

`machine.start` and `machine.respond` take a step; they return `Asks` (the next challenge, of `challenges`) or `Done`.
`mfa.py` chooses the second factor, `one_time_codes.py` sends and checks codes by e-mail and SMS (their texts are in
`messages/messages.py`), `custom_auth.py` runs custom challenges, `sign_in_protection.py` deals with risk.
"""
