"""AWSCognitoIdentityService: the operations of identity pools.

The rules (validation of logins, identities, roles, tokens) are in emulator.domain.identities.
"""

from emulator.identitypools import credentials, developer_identities, identities, pools, principal_tags, tags

__all__ = ["credentials", "developer_identities", "identities", "pools", "principal_tags", "tags"]
