"""E-mails and SMS messages: text, recipient, the triggers CustomMessage and custom sender, export of failures."""
