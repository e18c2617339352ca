"""AWSCognitoIdentityService: the operations of identity pools.

The rules (validation of logins, identities, roles) are in emulator.domain.identities.
"""

from emulator.identitypools import credentials, identities, pools

__all__ = ["credentials", "identities", "pools"]
