"""Token exchange (RFC 8693): a user's token is exchanged for one that another client or service may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.access import bearers, signing_keys
from emulator.domain.factors import levels
from emulator.domain.pools import client_settings
from emulator.domain.providers import provider_tokens
from emulator.domain.tokens import claims
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.faults import InvalidParameterException, NotAuthorizedException
from keys import entropy, signing
from storage.records.pools import Client, Pool
from storage.records.providers import IdentityProvider
from storage.records.sign_ins import Family
from storage.records.users import User

_USES = {"ACCESS_TOKEN": "access", "ID_TOKEN": "id"}
_DAY = 86_400


class Party(Struct, frozen=True):
    """Whom a token stands for: the subject or actor of an exchange. A client's own token has no `user` and `family`.

    `provider` is the identity provider that issued the token; None where the pool did. A provider's token has no
    family, and as an actor's token no user.
    """

    claims: dict[str, Any]
    user: User | None
    family: Family | None
    provider: IdentityProvider | None = None

    @property
    def scopes(self) -> list[str]:
        """The scopes of an access token; an ID token has none."""
        return provider_tokens.scopes(self.claims)

    @property
    def actor(self) -> dict[str, Any]:
        """The party as `act` names it: with the issuer, unless that is the pool (RFC 8693 section 4.1)."""
        names = ("sub", "iss") if self.provider else ("sub", "client_id")
        return {name: self.claims[name] for name in names if name in self.claims}


class Presented(Struct, frozen=True):
    """A token as a request presents it. `role` is "Subject" or "Actor"; `kind` is its SubjectTokenType.

    `provider` names who issued it; None where the pool did.
    """

    role: str
    token: str
    kind: str
    provider: str | None


def read(context: Context, pool: Pool, presented: Presented) -> Party:
    """The party that a token stands for.

    The checks are those of an access token in the user's own operations, but no scope is needed. A provider's token is
    verified with the provider's keys, which may be fetched with the connection released. Raises NotAuthorizedException
    for an invalid, expired or revoked token and for a disabled user, and UserNotFoundException for an unknown one.
    """
    # AWS unknown: the messages in which GetDerivedToken refuses SubjectToken and ActorToken.
    role, token, provider = presented.role, presented.token, presented.provider
    if presented.kind not in _USES:
        return _elsewhere(context, role, *provider_tokens.assertion(context, pool, provider, token, role))
    if provider is not None:
        return _elsewhere(context, role, *provider_tokens.read(context, pool, provider, token, role))
    said = _verified(context, pool, presented)
    if said["exp"] <= context.now:
        raise refusals.expired_exchanged_token(role)
    if "client_id" in said and context.unit.clients.get(said["client_id"]) is None:
        raise refusals.invalid_exchanged_token(role, "its client is gone")
    if said["sub"] == said.get("client_id"):
        return Party(said, None, None)
    user = context.unit.users.with_sub(pool.id, said["sub"])
    if user is None:
        raise refusals.unknown_user()
    family = bearers.family_of(context, said)
    if family is None or family.revoked or family.user_id != user.id:
        raise NotAuthorizedException(f"{role}Token has been revoked")
    _check_user(user)
    return Party(said, user, family)


def _elsewhere(context: Context, role: str, provider: IdentityProvider, said: Mapping[str, Any]) -> Party:
    """The party that a provider's token stands for. An actor need not be a user of the pool."""
    if role == "Actor":
        return Party(dict(said), None, None, provider)
    user = provider_tokens.user_of(context, provider, said)
    if user is None:
        raise refusals.unknown_user()
    _check_user(user)
    return Party(dict(said), user, None, provider)


def user_of(subject: Party) -> User:
    """The user whom a subject's token stands for. Raises NotAuthorizedException for a client's own token.

    AWS: "How token exchange works".
    """
    if subject.user is None:
        raise refusals.invalid_exchanged_token("Subject", "it stands for no user")
    return subject.user


def anew(context: Context, subject: Party) -> Party:
    """The subject with its user and family as they are now, after a trigger released the connection.

    Raises NotAuthorizedException if the user is gone or disabled, or the family gone or revoked.
    """
    user = context.unit.users.get(user_of(subject).id)
    family = context.unit.tokens.get(subject.family.origin_jti) if subject.family else None
    ended = subject.family is not None and (family is None or family.revoked)
    if user is None or not user.enabled or ended:
        raise refusals.disabled_user("the user or the sign-in went while a trigger ran")
    return replace(subject, user=user, family=family)


def _check_user(user: User) -> None:
    refusals.check_enabled(user)
    if user.status == "RESET_REQUIRED":
        raise NotAuthorizedException(refusals.PASSWORD_RESET)


def scopes(client: Client, subject: Party, asked: Collection[str] | None) -> list[str]:
    """The scopes to grant: the subject's, or the requested ones that the subject has and the client allows.

    A provider's scopes are granted only if the client allows them.
    """
    # AWS unknown: which scopes GetDerivedToken grants a client without AllowedOAuthScopes, here the subject's; and how
    # it answers where no scope is left, here with a token without scopes.
    allowed = client.settings.get("AllowedOAuthScopes") or ([] if subject.provider else subject.scopes)
    if not asked:
        return [scope for scope in subject.scopes if scope in allowed] if subject.provider else subject.scopes
    return [scope for scope in subject.scopes if scope in asked and scope in allowed]


def issue(
    context: Context,
    grant: Grant,
    subject: Party,
    actor: Party | None,
    *,
    use: str,
    overrides: Overrides | None = None,
) -> dict[str, Any]:
    """GetDerivedToken's response. Its IssuedToken is signed, and put into the returned dict, after the commit.

    `grant` is that of the requesting client, `use` is "access" or "id". The token belongs to the subject's family, and
    is revoked with it; for a subject with a provider's token, a family is stored.
    """
    # AWS unknown: the claims of GetDerivedToken's token beyond `act` and `aud`; its lifetime, here that of the
    # requesting client's tokens; and which audiences an ID token may be for, here all but other app clients.
    now = int(context.now)
    family = subject.family or _begun(context, grant, subject)
    access_seconds, id_seconds, _ = client_settings.lifetimes(grant.client.settings)
    lifetime = access_seconds if use == "access" else id_seconds
    membership = context.unit.groups.of(grant.owner)
    own = (
        claims.of_access_token(grant, family, membership) if use == "access" else claims.of_id_token(grant, membership)
    )
    body = own | claims.shared(grant, family, context.issuer(grant.pool.id), now) | {"exp": now + lifetime}
    if overrides:
        body = overrides.of_access_token(body) if use == "access" else overrides.of_id_token(body)
    acting = _act(subject, actor)
    body |= ({"aud": grant.audience} if grant.audience else {}) | ({"act": acting} if acting else {})
    key, answer = (
        signing_keys.ensure(context, grant.pool.id)[use],
        _answer(use, lifetime, str(body.get("scope", "")).split()),
    )

    def sign() -> None:
        jti = {"jti": entropy.uuid(context.world.entropy)} if "origin_jti" in body else {}
        answer["IssuedToken"] = context.world.key_ring.sign(key, body | jti)

    context.afterwards.append(sign)
    return answer


def _begun(context: Context, grant: Grant, subject: Party) -> Family:
    """A new family, for a subject with a provider's token. It has no refresh token; a global sign-out revokes it."""
    source, now, said = context.world.entropy, int(context.now), subject.claims
    family = Family(
        origin_jti=entropy.uuid(source),
        event_id=entropy.uuid(source),
        pool_id=grant.pool.id,
        client_id=grant.client.id,
        user_id=grant.owner.id,
        auth_time=provider_tokens.authenticated(said, now),
        expires=now + max(client_settings.lifetimes(grant.client.settings)[:2]) + _DAY,
        active=context.now,
        details=levels.federated(grant.pool, subject.provider.settings, said) if subject.provider else {},
    )
    context.unit.tokens.add(family, None)
    return family


def _answer(use: str, lifetime: int, granted: Collection[str]) -> dict[str, Any]:
    """GetDerivedToken's response but for the token. An ID token's TokenType is N_A (RFC 8693 section 2.2.1)."""
    if use == "id":
        return {"IssuedTokenType": "ID_TOKEN", "TokenType": "N_A", "ExpiresIn": lifetime, "Scopes": []}
    return {
        "IssuedTokenType": "ACCESS_TOKEN",
        "TokenType": "Bearer",
        "ExpiresIn": lifetime,
        "Scopes": list(granted),
    }


def _act(subject: Party, actor: Party | None) -> dict[str, Any]:
    """The claim `act`: the actor, with the previous actor nested in it (RFC 8693 section 4.1); empty for no actor."""
    # AWS unknown: which claims `act` of GetDerivedToken's token has, here `sub` and `client_id`; and whether a token
    # with `act` keeps it in an exchange without ActorToken. It does here, so that no actor passes for the user.
    said = subject.claims.get("act")
    before: dict[str, Any] = said if isinstance(said, dict) else {}
    if actor is None:
        return before
    return actor.actor | ({"act": before} if before else {})


def _verified(context: Context, pool: Pool, presented: Presented) -> dict[str, Any]:
    """The claims of a token that this pool signed for the presented kind. Raises NotAuthorizedException."""
    role = presented.role
    keys = signing_keys.of(context, pool.id)
    try:
        said = context.world.key_ring.open_token(list(keys.values()), presented.token)
    except (signing.Unreadable, signing.BadSignature):
        raise refusals.invalid_exchanged_token(role, "not signed by the pool") from None
    if said.get("token_use") != _USES[presented.kind]:
        raise refusals.invalid_exchanged_token(role, f"token_use is {said.get('token_use')!r}")
    return said


def check_allowed(client: Client, *, delegates: bool) -> None:
    """Raise InvalidParameterException if the client does not allow this kind of exchange.

    `delegates` says that the request has an actor's token: delegation, not impersonation (RFC 8693 section 1.1).
    """
    # AWS unknown: the message of GetDerivedToken where the client does not allow token exchange.
    needed = "ALLOW_TOKEN_EXCHANGE_DELEGATION" if delegates else "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
    if needed not in client_settings.allowed_flows(client.settings):
        raise InvalidParameterException(client_settings.NOT_ENABLED.format(flow=needed))
