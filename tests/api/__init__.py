"""The operations over HTTP in one process, with a stopped clock."""
