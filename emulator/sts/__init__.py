"""AWSSecurityTokenService: temporary credentials for roles, sessions and federated users, and who has which.

Whether a role may be assumed is decided in emulator.domain.trust, by the table of roles.
"""

from emulator.sts import assumed_roles, federated_roles, identity, sessions, web_identity_tokens

__all__ = ["assumed_roles", "federated_roles", "identity", "sessions", "web_identity_tokens"]
