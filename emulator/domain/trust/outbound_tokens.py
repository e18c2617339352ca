"""The tokens of GetWebIdentityToken: their issuer, one for each account, and the keys that sign them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from emulator.context import Context
from emulator.domain.access import server_keys
from keys import elliptic, jwks
from keys.signing import SigningKey

Algorithm: TypeAlias = Literal["RS256", "ES384"]
ALGORITHMS: tuple[Algorithm, ...] = ("RS256", "ES384")

_USES: Mapping[Algorithm, str] = {"RS256": "web identity tokens RS256", "ES384": "web identity tokens ES384"}
KEYS: Mapping[str, str] = {_USES["RS256"]: "RSA", _USES["ES384"]: "P-384"}
"""The uses of the keys that sign the tokens, and the kind of each."""


def issuer(context: Context, account: str) -> str:
    """The `iss` of an account's tokens, below which its discovery document and its key set are."""
    # Unlike AWS: the issuer of GetWebIdentityToken's tokens is a URL of this server, unless `--issuer aws` is set, and
    # the account need not enable anything.
    setting = context.settings.issuer
    if setting == "aws":
        digest = hashlib.sha256(f"outbound web identity federation {account}".encode()).digest()
        return f"https://{uuid.UUID(bytes=digest[:16], version=4)}.tokens.sts.global.api.aws"
    return f"{context.origin.base_url if setting == 'request' else setting}/sts/{account}"


def signed(context: Context, algorithm: Algorithm, claims: Mapping[str, Any]) -> str:
    """A token. Makes its key if there is none, and then releases the connection: call it before anything is written."""
    key = _ensure(context, algorithm)
    if algorithm == "ES384":
        return elliptic.sign(key, claims, {"typ": "JWT"})
    return context.world.key_ring.sign(key, claims, {"typ": "JWT"})


def key_set(context: Context) -> dict[str, Any] | None:
    """The public keys as a JWK Set; None if they have not been made yet."""
    keys = {algorithm: server_keys.of(context, use) for algorithm, use in _USES.items()}
    made = {algorithm: key for algorithm, key in keys.items() if key}
    return _shown(made) if len(made) == len(_USES) else None


def new_key_set(context: Context) -> dict[str, Any]:
    """The public keys as a JWK Set. Makes those that there are not yet, as `signed`."""
    return _shown({algorithm: _ensure(context, algorithm) for algorithm in ALGORITHMS})


def configuration(context: Context, account: str) -> dict[str, Any]:
    """The discovery document of an account's issuer. Its key set is at this server, for any issuer."""
    return {
        "issuer": issuer(context, account),
        "jwks_uri": f"{context.origin.base_url}/sts/{account}/.well-known/jwks.json",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS),
        "claims_supported": ["aud", "exp", "iat", "iss", "jti", "sub"],
    }


def _ensure(context: Context, algorithm: Algorithm) -> SigningKey:
    return server_keys.ensure(context, _USES[algorithm], elliptic.generate if algorithm == "ES384" else None)


def _shown(keys: Mapping[Algorithm, SigningKey]) -> dict[str, Any]:
    shown = [elliptic.jwk(key) if algorithm == "ES384" else jwks.jwk(key) for algorithm, key in keys.items()]
    return {"keys": shown}
