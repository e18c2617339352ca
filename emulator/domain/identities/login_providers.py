"""Names of login providers, and the canonical name of a user pool.

A user pool is stored and compared under AWS's name, `cognito-idp.<region>.amazonaws.com/<pool id>`. The `iss` of its
tokens may have any host (`localhost:26464/<pool id>`), and Amplify builds the key of a login from `iss`.
"""

from __future__ import annotations

import re

from emulator.domain.pools import regions

_HOST = re.compile(r"[\w.-]+(:[0-9]{1,5})?|\[[0-9a-fA-F:]+\](:[0-9]{1,5})?", re.ASCII)

SOCIAL = frozenset(
    {
        "accounts.google.com",
        "api.twitter.com",
        "appleid.apple.com",
        "graph.facebook.com",
        "www.amazon.com",
        "www.digits.com",
    }
)
"""The public providers, as `Logins` and `SupportedLoginProviders` call them."""

DEVELOPER_TOKENS = "cognito-identity.amazonaws.com"
"""The provider of tokens that GetOpenIdTokenForDeveloperIdentity issues."""


def user_pool_of(name: str) -> str | None:
    """The id of the user pool in a provider's name; None for any other provider.

    A host that resembles AWS's must be exactly AWS's, so that a wrong region or a typing error is noticed.
    """
    host, _, pool_id = name.rpartition("/")
    shaped = regions.USER_POOL_ID.fullmatch(pool_id)
    if shaped is None or not _HOST.fullmatch(host.partition("/")[0]):
        return None
    if host.startswith("cognito-idp.") or "amazonaws" in host:
        return pool_id if host == f"cognito-idp.{shaped['region']}.amazonaws.com" else None
    return pool_id


def canonical(name: str) -> str:
    """AWS's name of a user pool, for any host; any other provider's name unchanged."""
    pool_id = user_pool_of(name)
    return f"cognito-idp.{pool_id.partition('_')[0]}.amazonaws.com/{pool_id}" if pool_id else name


def of_issuer(issuer: str) -> str:
    """The canonical name of the provider whose tokens have this `iss`."""
    return canonical(without_scheme(issuer))


def without_scheme(issuer: str) -> str:
    """The name of an issuer: its `iss` without `https://` or `http://`."""
    return re.sub(r"^https?://", "", issuer)


def of_role_mapping(key: str) -> str:
    """The key of a role mapping in canonical form: `<user pool>:<client id>`, or the name of another provider."""
    name, _, client_id = key.rpartition(":")
    return f"{canonical(name)}:{client_id}" if user_pool_of(name) else key
