"""AWSCognitoIdentityProviderService: the operations of user pools, one module for each chapter of the AWS guide.

An operation passes the members of its request to the rules in emulator.domain, and makes its answer from their results.
What OAuth endpoints and pages need too is decided there.
"""

from emulator.userpools import (
    account,
    attributes,
    branding,
    cimd,
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
    "cimd",
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
