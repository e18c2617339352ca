"""What is Apple's own: the client secret, a JWT, and the name, which is told once.

Source: "Sign in with Apple REST API".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from emulator.stand_in.people import Person
from emulator.stand_in.state import Provider
from keys import signing

_GRANT = "grant"
_GRANT_SECONDS = 365 * 86_400
"""For how long a first authorization is remembered after the last one."""
_MOST_SECONDS = 15_777_000
"""Six months: how far the `exp` of a client secret may be ahead."""
_SIGNATURE_BYTES = 64
_AUDIENCE = "https://appleid.apple.com"
_RELAY = "@privaterelay.appleid.com"


def first_time(provider: Provider, client_id: str, person: Person, scopes: Iterable[str]) -> str | None:
    """The field `user`, JSON, at the first authorization of a person for a client; None at later ones.

    Remembers which scopes were ever asked for: the address is in the ID tokens from then on.
    """
    key = json.dumps([client_id, person.key])
    before = provider.state.get(_GRANT, key)
    asked = set(scopes) & {"name", "email"}
    granted = sorted(asked | set((before or {}).get("scopes", [])))
    provider.state.put(_GRANT, key, {"scopes": granted}, _GRANT_SECONDS)
    if before is not None or not asked:
        return None
    told: dict[str, object] = {}
    if "name" in asked:
        told["name"] = {"firstName": person.given_name, "lastName": person.family_name}
    if "email" in asked and person.email:
        told["email"] = person.email
    return json.dumps(told)


def granted(provider: Provider, client_id: str, person: Person) -> set[str]:
    """The scopes that the person has ever granted to a client."""
    found = provider.state.get(_GRANT, json.dumps([client_id, person.key]))
    return set(found["scopes"]) if found else set()


def forget(provider: Provider) -> None:
    """Forget who has authorized which client."""
    provider.state.delete_all(_GRANT)


def is_private(email: str) -> bool:
    """Whether an address is one of Apple's relay."""
    return email.endswith(_RELAY)


def objection(secret: str, client_id: str, issuer: str, now: float) -> str | None:
    """Why a client secret is not one, or None. Its signature cannot be verified: the key is Apple's and the team's."""
    try:
        header, claims = signing.peek(secret)
    except signing.Unreadable:
        return "client_secret is not a JWT"
    signature = secret.rpartition(".")[2]
    if header.get("alg") != "ES256" or _size(signature) != _SIGNATURE_BYTES:
        return "client_secret is not signed with ES256"
    if not header.get("kid"):
        return "client_secret: its header has no kid"
    if not isinstance(claims.get("iss"), str) or not claims["iss"]:
        return "client_secret: iss is not a team"
    if claims.get("sub") != client_id:
        return "client_secret: sub is not the client_id"
    if claims.get("aud") not in (_AUDIENCE, issuer):
        return f"client_secret: aud is not {_AUDIENCE}"
    return _untimely(claims.get("iat"), claims.get("exp"), now)


def _untimely(issued: object, expires: object, now: float) -> str | None:
    if not _is_number(issued) or not _is_number(expires):
        return "client_secret: iat or exp is missing"
    if expires <= now:  # type: ignore[operator]  # a number
        return "client_secret has expired"
    if expires - now > _MOST_SECONDS + 300 or expires - issued > _MOST_SECONDS:  # type: ignore[operator]  # numbers
        return "client_secret: exp is more than six months ahead"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _size(segment: str) -> int:
    return len(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
