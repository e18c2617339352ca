"""Who calls: access tokens, client secrets, also published ones, and the address and device of a request.

Also the pools' signing keys. A published secret is one that AWS Secrets Manager holds and rotates; it is published,
withdrawn and rotated here, and `emulator/jobs/rotation.py` says when.
"""
