"""AWSCognitoIdentityProviderService: the operations of user pools, a module for each chapter of the AWS guide.

It decides nothing that the OAuth endpoints must decide too: that is in emulator.domain.
"""

from emulator.userpools import (
    attributes,
    clients,
    groups,
    passwords,
    pools,
    signin,
    signup,
    tokens,
    users,
)

__all__ = ["attributes", "clients", "groups", "passwords", "pools", "signin", "signup", "tokens", "users"]
