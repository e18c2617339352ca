"""E-mails and SMS messages: text, recipient, the triggers CustomMessage and custom sender, export of failures.

`messages.py` has the text of every message and chooses its recipient. `delivery.py` sends a message; who sends what:
`registration` (verification, forgotten passwords), `sign_in/one_time_codes.py` (MFA and sign-in by e-mail and SMS),
`threats` (notices of risky sign-ins), and AdminCreateUser (invitations).
"""
