"""Who calls: access tokens, client secrets, the pools' signing keys, and the address and device of a request."""
