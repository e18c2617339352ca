"""Flask routes over the operations and rules. Nothing here decides what Cognito would decide."""
