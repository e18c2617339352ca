"""The OpenID tokens of identity pools: JWTs by RS512, with which applications call AssumeRoleWithWebIdentity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import server_keys
from emulator.domain.identities import login_providers, token_claims
from emulator.domain.identities.token_problems import Expired, NotAToken, Unverified, WrongIssuer
from keys import signing
from keys.signing import Algorithm
from storage.records.identities import Identity

ISSUER = f"https://{login_providers.DEVELOPER_TOKENS}"
"""`iss`, whatever the setting `issuer` says: trust policies compare it."""
ALGORITHM: Algorithm = "RS512"
SECONDS = 600
"""The lifetime of a token of GetOpenIdToken."""
DEVELOPER_SECONDS = 900
"""The lifetime of a token of GetOpenIdTokenForDeveloperIdentity, unless the request has another."""

TAGS = "https://aws.amazon.com/tags"
"""The claim of session tags, here and in tokens of other issuers (AWS: "Passing session tags")."""
_POOL_ARN = f"{ISSUER}/identity-pool-arn"


class Claims(Struct, frozen=True):
    """The claims of a verified token. `methods` is `amr`; `principal_tags` are its session tags."""

    identity_id: str
    pool_id: str
    methods: tuple[str, ...]
    principal_tags: Mapping[str, str]
    issued: int
    expires: int
    everything: Mapping[str, Any]
    """All claims, as they are in the token."""


def provide_key(context: Context) -> None:
    """Store a signing key if there is none yet and one can be had at once."""
    server_keys.provide(context, server_keys.IDENTITY_TOKENS)


def ensure_key(context: Context) -> None:
    """Make the signing key if there is none yet, with the connection released: call it before anything is written."""
    server_keys.ensure(context, server_keys.IDENTITY_TOKENS)


def mint(
    context: Context, identity: Identity, methods: Sequence[str], principal_tags: Mapping[str, str], seconds: int
) -> str:
    """A new token for an identity. `ensure_key` was called before."""
    key = server_keys.of(context, server_keys.IDENTITY_TOKENS)
    if key is None:
        raise RuntimeError("ensure_key was not called")
    issued = int(context.now)
    claims: dict[str, Any] = {"sub": identity.id, "aud": identity.pool_id, "amr": list(methods)}
    if principal_tags:
        claims[TAGS] = {"principal_tags": {name: [value] for name, value in principal_tags.items()}}
    claims |= {
        "iss": ISSUER,
        _POOL_ARN: pool_arn(context, identity.pool_id),
        "exp": issued + seconds,
        "iat": issued,
    }
    return context.world.key_ring.sign(key, claims, {"typ": "JWS"}, ALGORITHM)


def open_token(context: Context, token: str) -> Claims:
    """The claims of a token that this server issued.

    Raises a TokenProblem: NotAToken, MissingClaim, WrongIssuer (a token of somebody else), Unverified, Expired.
    """
    if token_claims.unverified(token)["iss"] != ISSUER:
        raise WrongIssuer("iss is not that of identity pools")
    key = server_keys.of(context, server_keys.IDENTITY_TOKENS)
    try:
        claims = context.world.key_ring.open_token([key] if key else [], token, ALGORITHM)
    except (signing.Unreadable, signing.BadSignature) as problem:
        raise Unverified(str(problem)) from None
    if context.now >= claims["exp"]:
        raise Expired(claims["exp"])
    return _typed(claims)


def configuration(keys_url: str) -> dict[str, Any]:
    """The discovery document (OpenID Connect Discovery 1.0). Tools read `issuer` and `jwks_uri`."""
    # AWS unknown: the other members of the discovery document of identity pools, beside issuer, jwks_uri and the
    # algorithm.
    return {
        "issuer": ISSUER,
        "jwks_uri": keys_url,
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def pool_arn(context: Context, pool_id: str) -> str:
    """The ARN of an identity pool."""
    region = pool_id.partition(":")[0]
    return f"arn:aws:cognito-identity:{region}:{context.settings.account_id}:identitypool/{pool_id}"


def _typed(claims: Mapping[str, Any]) -> Claims:
    """The claims of a token that we signed, so that they have our types."""
    tags = claims.get(TAGS, {}).get("principal_tags", {})
    if not isinstance(claims["aud"], str):
        raise NotAToken("aud is not an identity pool")
    return Claims(
        claims["sub"],
        claims["aud"],
        tuple(claims["amr"]),
        {name: values[0] for name, values in tags.items()},
        claims["iat"],
        claims["exp"],
        claims,
    )
