"""STS: the operations, the table of roles, signatures."""
