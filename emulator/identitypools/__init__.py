"""AWSCognitoIdentityService: the operations of identity pools.

How logins are checked, identities live and roles are chosen is in emulator.domain.
"""

from emulator.identitypools import credentials, identities, pools

__all__ = ["credentials", "identities", "pools"]
