"""The access and the ID token of a user: all that they depend on, and their signatures, which may be made ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.pools import client_settings
from emulator.domain.tokens import claims
from emulator.domain.tokens.families import Ids
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.outside import turns
from keys import opaque
from keys.signing import KeyRing, SigningKey
from storage.records.sign_ins import Family
from storage.records.users import Group


class Draft(Struct, frozen=True):
    """All that a pair of tokens depends on, but for the pool's keys.

    `now` is `iat`, in seconds. `jtis` are those of the access and the ID token, for clients whose tokens have one.
    `overrides` are a function's changes; `added` are the claims that come on top of them, of the ID and of the access
    token.
    """

    grant: Grant
    family: Family
    membership: list[Group]
    issuer: str
    now: int
    jtis: tuple[str, str]
    overrides: Overrides | None = None
    added: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def claims(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The claims of the access token, and those of the ID token but for `at_hash`."""
        grant, now = self.grant, self.now
        access_seconds, id_seconds, _ = client_settings.lifetimes(grant.client.settings)
        common = claims.shared(grant, self.family, self.issuer, now)
        access = claims.of_access_token(grant, self.family, self.membership) | {"exp": now + access_seconds} | common
        identity = claims.of_id_token(grant, self.membership) | {"exp": now + id_seconds} | common
        if self.overrides:
            access, identity = self.overrides.of_access_token(access), self.overrides.of_id_token(identity)
        added_to_identity, added_to_access = self.added
        access, identity = access | added_to_access, identity | added_to_identity
        if grant.audience:
            access["aud"] = grant.audience  # After the overrides: no function changes the audience.
        if "origin_jti" in common:
            access["jti"], identity["jti"] = self.jtis
        return access, identity


class SignedAhead:
    """The tokens that a call will probably issue, signed before that is certain."""

    def __init__(self, context: Context, ids: Ids, draft: Draft) -> None:
        """`ids` are those in the draft. The context has the signing keys of the pool."""
        self.ids = ids
        self._draft = draft
        self._ring, self._keys = _signers(context, draft)
        self._is_alone = turns.is_alone()
        """Where other calls run, it is their processors that would sign what may prove needless."""
        self._signed: Callable[[], dict[str, str]] | None = None

    def begin(self) -> None:
        """Begin to sign in another thread, if there is a processor for it."""
        if self._is_alone:
            self._signed = turns.alongside(lambda: _one_by_one(self._ring, self._keys, self._draft))

    def tokens(self, context: Context, draft: Draft) -> dict[str, str] | None:
        """What `signed` returns, if draft and keys are the expected ones and it was begun. Waits for the signatures."""
        is_right = self._draft == draft and (self._ring, self._keys) == _signers(context, draft)
        return self._signed() if self._signed and is_right else None


def signed(context: Context, draft: Draft, ahead: SignedAhead | None = None) -> dict[str, str]:
    """The members AccessToken and, if the grant has an ID token, IdToken of an AuthenticationResult.

    The context has the signing keys of the pool, so that this may be called after the commit.
    """
    made = ahead.tokens(context, draft) if ahead else None
    if made:
        return made
    ring, keys = _signers(context, draft)
    if draft.grant.oauth or not draft.grant.has_id_token:
        return _one_by_one(ring, keys, draft)
    access, identity = draft.claims()
    of_access, of_identity = turns.beside(
        lambda: ring.sign(keys["access"], access), lambda: ring.sign(keys["id"], identity)
    )
    return {"AccessToken": of_access, "IdToken": of_identity}


def _signers(context: Context, draft: Draft) -> tuple[KeyRing, Mapping[str, SigningKey]]:
    return context.world.key_ring, context.signing_keys[draft.grant.pool.id]


def _one_by_one(ring: KeyRing, keys: Mapping[str, SigningKey], draft: Draft) -> dict[str, str]:
    access, identity = draft.claims()
    of_access = ring.sign(keys["access"], access)
    if not draft.grant.has_id_token:
        return {"AccessToken": of_access}
    if draft.grant.oauth:
        identity["at_hash"] = opaque.half_hash(of_access)
    return {"AccessToken": of_access, "IdToken": ring.sign(keys["id"], identity)}
