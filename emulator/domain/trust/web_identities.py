"""Web identities: the tokens with which AssumeRoleWithWebIdentity is called, verified, and what trust policies see.

They are tokens of identity pools, ID tokens of user pools, and tokens of the OIDC providers that the table of roles or
an identity pool lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.identities import (
    external_logins,
    login_providers,
    oidc_logins,
    open_id_tokens,
    token_claims,
    user_pool_logins,
)
from emulator.domain.identities.token_problems import Expired, NotAToken, TokenProblem, Unverified
from emulator.domain.trust import identity_pool_roles
from emulator.domain.trust.session_limits import SOURCE_IDENTITY
from emulator.outside import iam

_SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
_IN_KEYS = ("aud", "sub", "azp", "amr", "email", "iss", "jti", "oaud")
_PAGE = 1000


class UnknownIssuer(TokenProblem):
    """A token of an issuer that is no provider here."""


class WrongAudience(TokenProblem):
    """A token for a client that the provider does not list."""


class WebIdentity(Struct, frozen=True):
    """A verified token. `keys` are the condition keys that it gives, `names` what a policy may call its provider.

    `provider` and `audience` are those of the answer. `identity`, `pool` and `methods` are set for a token of an
    identity pool.
    """

    names: tuple[str, ...]
    provider: str
    subject: str
    audience: str
    keys: Mapping[str, tuple[str, ...]]
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None
    identity: str | None = None
    pool: str | None = None
    methods: tuple[str, ...] = ()


def verified(context: Context, token: str, account: str) -> WebIdentity:
    """The web identity of a token. Its provider is named as in the role's `account`.

    Releases the connection if the keys of its issuer have to be fetched: raises RuntimeError if the unit has written.
    Raises a TokenProblem.
    """
    issuer = login_providers.without_scheme(token_claims.unverified(token)["iss"])
    if issuer == identity_pool_roles.PROVIDER:
        return _of_identity_pool(context, token)
    pool_id = login_providers.user_pool_of(issuer)
    if pool_id and context.unit.pools.get(pool_id):
        claims = _of_user_pool(context, pool_id, token)
        return _openid(context, claims, account, tuple(dict.fromkeys((login_providers.canonical(issuer), issuer))))
    return _openid(context, _of_provider(context, issuer, token), account, (issuer.removesuffix("/"),))


def _of_identity_pool(context: Context, token: str) -> WebIdentity:
    claims = open_id_tokens.open_token(context, token)
    if context.unit.identity_pools.get(claims.pool_id) is None:
        raise Unverified("its identity pool does not exist")
    return WebIdentity(
        identity_pool_roles.CALLER.names,
        identity_pool_roles.PROVIDER,
        claims.identity_id,
        claims.pool_id,
        identity_pool_roles.keys(claims.pool_id, claims.identity_id, claims.methods),
        claims.principal_tags,
        identity=claims.identity_id,
        pool=claims.pool_id,
        methods=claims.methods,
    )


def _of_user_pool(context: Context, pool_id: str, token: str) -> dict[str, Any]:
    """The claims of an ID token of a user pool."""
    # Unlike AWS: AssumeRoleWithWebIdentity takes ID tokens of this server's user pools though no OIDC provider of IAM
    # lists them. Only a ClientIDList of such a provider limits their audience.
    claims = user_pool_logins.verified(context, pool_id, token)
    if context.now >= claims["exp"]:
        raise Expired(claims["exp"])
    return claims


def _of_provider(context: Context, issuer: str, token: str) -> dict[str, Any]:
    """The claims of a token of another issuer, which is listed."""
    if not (context.world.iam.knows_issuer(issuer) or _is_listed(context, issuer)):
        raise UnknownIssuer(f"neither the table of roles nor an identity pool lists {issuer[:200]!r}")
    try:
        return external_logins.verify(context, issuer, token)
    except NotAToken as problem:
        raise Unverified(str(problem)) from None


def _is_listed(context: Context, issuer: str) -> bool:
    """Whether an identity pool of any region lists the issuer as an OIDC provider, or as a social one."""
    token: str | None = None
    while True:
        page = context.unit.identity_pools.page_of_all(_PAGE, token)
        for pool in page.items:
            is_social = issuer in pool.settings.get("SupportedLoginProviders", {})
            if is_social or oidc_logins.place_of(pool, issuer) is not None:
                return True
        token = page.token
        if token is None:
            return False


def _openid(context: Context, claims: Mapping[str, Any], account: str, issuers: tuple[str, ...]) -> WebIdentity:
    """The web identity of verified claims. The first of the issuer's names is the one of the answer.

    A user pool goes by AWS's name and by that in the token.
    """
    client_id = token_claims.client_id(claims)
    arns = [iam.provider_arn(account, issuer) for issuer in issuers]
    for arn in {*arns, *(iam.provider_arn(context.settings.account_id, issuer) for issuer in issuers)}:
        allowed = context.world.iam.client_ids(arn)
        if allowed is not None and client_id not in allowed:
            raise WrongAudience(f"the client {client_id[:200]!r} is not one of the provider's")
    tags, transitive = _tags(claims)
    return WebIdentity(
        (*arns, *(issuer for issuer in issuers if issuer in login_providers.SOCIAL)),
        arns[0],
        str(claims["sub"]),
        client_id,
        {f"{issuer}:{name}": values for issuer in issuers for name, values in _values(claims).items()},
        tags,
        transitive,
        _source_identity(claims),
    )


def _values(claims: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The claims that trust policies see, as texts. `aud` is `azp` where the token has one, and `oaud` then `aud`."""
    found = {}
    for name in _IN_KEYS:
        value = claims.get(name)
        each = value if isinstance(value, list) else [value]
        found[name] = tuple(text for text in each if isinstance(text, str))
    if found["azp"]:
        found |= {"aud": found["azp"], "oaud": found["aud"]}
    return {name: values for name, values in found.items() if values}


def _tags(claims: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The session tags that the issuer passes, and the keys of the transitive ones (AWS: "Passing session tags")."""
    held = claims.get(open_id_tokens.TAGS)
    given = held if isinstance(held, dict) else {}
    tags, transitive = given.get("principal_tags", {}), given.get("transitive_tag_keys", [])
    if not isinstance(tags, dict) or not isinstance(transitive, list):
        raise NotAToken("the claim of session tags is malformed")
    found = {
        name: values[0] if isinstance(values, list) and len(values) == 1 else values for name, values in tags.items()
    }
    if not all(isinstance(value, str) for value in (*found.values(), *transitive)):
        raise NotAToken("a session tag is no text")
    return found, tuple(transitive)


def _source_identity(claims: Mapping[str, Any]) -> str | None:
    value = claims.get(_SOURCE_IDENTITY)
    if value is not None and not (isinstance(value, str) and SOURCE_IDENTITY.fullmatch(value)):
        raise NotAToken("the claim of the source identity is malformed")
    return value
