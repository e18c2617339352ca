"""The people whom the stand-in provider knows, and who can sign in there by a click."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from emulator import nesting
from emulator.stand_in.state import Provider, State

EVERY = "*"
PROVIDERS = ("OIDC", "Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "SAML")
"""The provider types that people may belong to."""
MOST = 1_000
"""People at most."""
_LONGEST_SUB = 255
_LARGEST_CLAIMS = 32_768
_KIND, _TOUCHED = "person", "people"


class InvalidPerson(ValueError):
    """A person cannot be added. str() says why."""


class Person(Struct, frozen=True):
    """Somebody with an account at the provider.

    `provider` is a provider type, or `*` for somebody known to all. Where nobody has chosen the subject
    (`given_sub` is False), each provider shows it in a form of its own.
    """

    provider: str
    sub: str
    claims: dict[str, Any] = field(default_factory=dict)
    given_sub: bool = True
    number: int = 0

    @property
    def key(self) -> str:
        """What identifies the person."""
        return json.dumps([self.provider, self.sub])

    @property
    def name(self) -> str:
        """The name to show."""
        told = self.claims.get("name") or f"{self.given_name} {self.family_name}".strip()
        return str(told or self.email or self.sub)

    @property
    def email(self) -> str | None:
        """The e-mail address, if there is one."""
        found = self.claims.get("email")
        return found if isinstance(found, str) and found else None

    @property
    def given_name(self) -> str:
        """The first name, from the claims or from the name."""
        return str(self.claims.get("given_name") or str(self.claims.get("name", "")).partition(" ")[0])

    @property
    def family_name(self) -> str:
        """The last name, from the claims or from the name."""
        return str(self.claims.get("family_name") or str(self.claims.get("name", "")).partition(" ")[2])

    def subject(self, provider_type: str) -> str:
        """The subject by which a provider knows the person."""
        return self.sub if self.given_sub else _form(provider_type, self.sub)

    def is_meant_by(self, hint: str, provider_type: str) -> bool:
        """Whether a `login_hint` is the person's subject or e-mail address."""
        return hint in (self.sub, self.subject(provider_type)) or (self.email or "").lower() == hint.lower()


def _example(number: int, given_name: str, family_name: str) -> Person:
    name = f"{given_name} {family_name}"
    claims = {
        "name": name,
        "given_name": given_name,
        "family_name": family_name,
        "email": f"{given_name.lower()}@example.com",
        "email_verified": True,
    }
    return Person(EVERY, f"10000000000000000{number:04}", claims, given_sub=False, number=number)


FIRST = (_example(1, "Noor", "Haddad"), _example(2, "Mika", "Salonen"))
"""The people who exist from the start."""


def of(state: State, provider_type: str | None = None) -> list[Person]:
    """The people whom a provider knows, or all of them, in the order in which they were added."""
    stored = [Person(**content) for content in state.all(_KIND)]
    known = list(FIRST) if state.get(_TOUCHED, "") is None else stored
    found = [each for each in known if provider_type is None or each.provider in (EVERY, provider_type)]
    return sorted(found, key=lambda each: each.number)


def with_key(state: State, provider_type: str, key: str) -> Person | None:
    """The person with that key, if the provider knows them."""
    return next((each for each in of(state, provider_type) if each.key == key), None)


def hinted(state: State, provider_type: str, hint: str) -> Person | None:
    """The person whom a `login_hint` means. People of the provider itself come before those known to all."""
    found = [each for each in of(state, provider_type) if each.is_meant_by(hint, provider_type)]
    return min(found, key=lambda each: each.provider == EVERY, default=None)


def add(provider: Provider, people: list[Person]) -> list[Person]:
    """Add people; one with the same provider and subject is replaced. Raises `InvalidPerson` if they are too many."""
    state = provider.state
    known = {each.key: each for each in of(state)}
    number = max((each.number for each in known.values()), default=0)
    added = []
    for person in people:
        number += 1
        sub = person.sub or str(int.from_bytes(provider.entropy.token_bytes(8)) % 10**20 + 10**20)
        before = known.get(replace(person, sub=sub).key)
        added.append(replace(person, sub=sub, number=before.number if before else number))
        known[added[-1].key] = added[-1]
    if len(known) > MOST:
        raise InvalidPerson(f"people: there would be more than {MOST}")
    _touch(state)
    for person in added:
        state.put(_KIND, person.key, asdict(person))
    return added


def remove(state: State, provider_type: str | None, sub: str | None) -> int:
    """Remove the people of a provider (`*`: those known to all), with a subject, or all. Returns how many."""
    found = [each for each in of(state) if provider_type in (None, each.provider) and sub in (None, each.sub)]
    _touch(state)
    for person in found:
        state.take(_KIND, person.key)
    return len(found)


def read(members: Any) -> Person:
    """A person from JSON: `provider`, `sub`, `claims`, each optional. Raises `InvalidPerson`."""
    if not isinstance(members, Mapping) or not members.keys() <= {"provider", "sub", "claims"}:
        raise InvalidPerson('a person is {"provider", "sub", "claims": {…}}')
    provider = members.get("provider") or EVERY
    if provider not in (EVERY, *PROVIDERS):
        raise InvalidPerson(f"provider: {provider!r} is none of {', '.join((EVERY, *PROVIDERS))}")
    sub, claims = members.get("sub") or "", members.get("claims") or {}
    if not isinstance(sub, str) or len(sub) > _LONGEST_SUB or not all(" " <= each <= "\ud7ff" for each in sub):
        raise InvalidPerson(f"sub: it is not a string of at most {_LONGEST_SUB} printable characters")
    if not isinstance(claims, dict) or _size(claims) > _LARGEST_CLAIMS:
        raise InvalidPerson(f"claims: it is not an object of at most {_LARGEST_CLAIMS} bytes")
    if "sub" in claims:
        raise InvalidPerson("claims: sub is a member of the person")
    return Person(provider, sub, claims, given_sub=bool(sub))


def _size(claims: dict[str, Any]) -> int:
    """The size of claims as JSON.

    Raises `InvalidPerson` for what JSON or UTF-8 cannot hold, and for what is nested deeply.
    """
    if nesting.is_too_deep(claims):
        raise InvalidPerson(f"claims: they are nested more than {nesting.DEEPEST} deep")
    try:
        return len(json.dumps(claims, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError):
        raise InvalidPerson("claims: they have a number or a character that JSON does not have") from None


def shown(person: Person) -> dict[str, Any]:
    """A person as JSON."""
    return {"provider": person.provider, "sub": person.sub, "claims": person.claims}


def were_changed(state: State) -> bool:
    """Whether anybody was added or removed so far."""
    return state.get(_TOUCHED, "") is not None


def has(state: State, provider_type: str, sub: str) -> bool:
    """Whether somebody with that subject was added for that provider, or for all (`*`)."""
    return were_changed(state) and state.get(_KIND, Person(provider_type, sub).key) is not None


def begin_without_examples(state: State) -> None:
    """Forget the people who exist from the start, if nobody was added or removed so far."""
    if not were_changed(state):
        state.put(_TOUCHED, "", {})


def _touch(state: State) -> None:
    """Store the first people, if nobody was added or removed so far."""
    if were_changed(state):
        return
    begin_without_examples(state)
    for person in FIRST:
        state.put(_KIND, person.key, asdict(person))


def _form(provider_type: str, sub: str) -> str:
    """A subject in the form of a provider, always the same for the same `sub`."""
    drawn = hashlib.sha256(f"{provider_type} {sub}".encode()).hexdigest()
    digits = str(int(drawn, 16))
    forms = {
        "Facebook": digits[:16],
        "LoginWithAmazon": f"amzn1.account.{drawn[:28].upper()}",
        "SignInWithApple": f"{digits[:6]}.{drawn[:32]}.{digits[6:10]}",
    }
    return forms.get(provider_type, sub)
