"""AWSCognitoIdentityProviderService: the operations of user pools, a module for each chapter of the AWS guide.

It decides nothing that the OAuth endpoints must decide too: that is in emulator.domain.
"""

from emulator.userpools import (
    account,
    attributes,
    branding,
    client_secrets,
    clients,
    devices,
    domains,
    groups,
    imports,
    mfa,
    passkeys,
    passwords,
    pools,
    providers,
    resource_servers,
    sessions,
    signin,
    signup,
    terms,
    threat_protection,
    tokens,
    users,
)

__all__ = [
    "account",
    "attributes",
    "branding",
    "client_secrets",
    "clients",
    "devices",
    "domains",
    "groups",
    "imports",
    "mfa",
    "passkeys",
    "passwords",
    "pools",
    "providers",
    "resource_servers",
    "sessions",
    "signin",
    "signup",
    "terms",
    "threat_protection",
    "tokens",
    "users",
]
