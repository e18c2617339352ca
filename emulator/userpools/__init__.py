"""AWSCognitoIdentityProviderService: the operations of user pools, one module for each chapter of the AWS guide.

An operation passes the members of its request to the rules in emulator.domain, and makes its answer from their results.
What OAuth endpoints and pages need too is decided there. Each operation is a function of one `Call`, whose request is
valid by the service model. It returns the members of its answer, None for an empty body, and raises AWS's exceptions.
"""

from emulator.userpools import (
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
    provisioned_limits,
    recovery,
    replicas,
    resource_servers,
    sessions,
    signin,
    signup,
    tags,
    terms,
    threat_protection,
    tokens,
    users,
)

__all__ = [
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
    "provisioned_limits",
    "recovery",
    "replicas",
    "resource_servers",
    "sessions",
    "signin",
    "signup",
    "tags",
    "terms",
    "threat_protection",
    "tokens",
    "users",
]
