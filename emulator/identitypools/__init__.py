"""AWSCognitoIdentityService: the operations of identity pools."""

from emulator.identitypools import credentials, identities, pools

__all__ = ["credentials", "identities", "pools"]
