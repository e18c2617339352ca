"""Who calls: access tokens, client secrets, the pool's signing keys, and what a request tells of its sender."""
