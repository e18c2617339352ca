"""E-mails and texts: what they say, whom they go to, CustomMessage and custom senders, and log delivery of failures."""
