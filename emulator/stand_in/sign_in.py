"""How somebody signs in at the stand-in provider: by a click, by a hint, or by the browser's session.

The same for all protocols. What a protocol asks is a `SignInRequest`, which makes its answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from emulator.stand_in import people, sessions
from emulator.stand_in.answers import Answer, Notice, Send, Show
from emulator.stand_in.people import InvalidPerson, Person
from emulator.stand_in.sessions import Session
from emulator.stand_in.state import Provider

_LONGEST = 2_048


class SignInRequest(Protocol):
    """A request for a sign-in, valid, whose client can be told how it ended."""

    @property
    def manner(self) -> Manner:
        """How the sign-in is to go."""
        ...

    def approve(self, provider: Provider, person: Person, session: Session) -> tuple[Send, Session]:
        """The person has signed in. Returns the answer, and the session with what it is to hold further."""
        ...

    def refuse(self, provider: Provider) -> Send:
        """The person does not want to."""
        ...

    def not_signed_in(self, provider: Provider) -> Send:
        """No page may be shown, and the browser's session does not answer the request."""
        ...


class Manner(Struct, frozen=True):
    """How a sign-in is to go, and what the page says of it."""

    provider_type: str
    title: str
    client: str
    destination: str
    login_hint: str | None = None
    is_silent: bool = False
    """No page may be shown."""
    is_fresh: bool = False
    """The browser's session does not count."""
    chooses: bool = False
    """The page is shown even if a hint says who it is."""
    max_age: int | None = None


def begin(provider: Provider, asked: SignInRequest, cookie: str | None) -> Answer:
    """Sign in without a page, where the hint or the session says who it is; otherwise the page."""
    manner = asked.manner
    session = sessions.find(provider, cookie, manner.provider_type)
    may_send = provider.may_send_to(manner.destination)
    if manner.is_silent and not may_send:
        return Notice(f"This browser is not sent to {manner.destination} without a click.")
    hinted = people.hinted(provider.state, manner.provider_type, manner.login_hint) if manner.login_hint else None
    if manner.is_silent:
        if session is None or not _answers(provider, manner, session) or (hinted and hinted.key != session.person.key):
            return asked.not_signed_in(provider)
        return _approve(provider, asked, cookie, session)
    if hinted and may_send and not manner.chooses:
        return _approve(provider, asked, cookie, _session(provider, manner, session, hinted))
    return _page(provider, asked, cookie)


def choose(provider: Provider, asked: SignInRequest, cookie: str | None, form: Mapping[str, str]) -> Answer:
    """What follows a click on the page: a person, a new one, or the refusal."""
    if form.get("action") == "refuse":
        return asked.refuse(provider)
    manner = asked.manner
    if form.get("action") == "add":
        try:
            [person] = people.add(provider, [_entered(form, manner.provider_type)])
        except InvalidPerson as problem:
            return _page(provider, asked, cookie, str(problem), form)
    else:
        known = people.with_key(provider.state, manner.provider_type, form.get("person", ""))
        if known is None:
            return _page(provider, asked, cookie, "This person is not known any more.")
        person = known
    session = sessions.find(provider, cookie, manner.provider_type)
    return _approve(provider, asked, cookie, _session(provider, manner, session, person))


def _session(provider: Provider, manner: Manner, session: Session | None, person: Person) -> Session:
    """A new session. It keeps the participants of the one before if it is the same person's."""
    fresh = sessions.start(provider, person)
    if session and session.person.key == person.key and not manner.is_fresh:
        return Session(person, fresh.auth_time, session.index, session.participants)
    return fresh


def _answers(provider: Provider, manner: Manner, session: Session) -> bool:
    """Whether a session answers a request without a page."""
    age = provider.now - session.auth_time
    return not manner.is_fresh and (manner.max_age is None or age <= manner.max_age)


def _approve(provider: Provider, asked: SignInRequest, cookie: str | None, session: Session) -> Send:
    sent, kept = asked.approve(provider, session.person, session)
    return sent.in_session(sessions.store(provider, cookie, asked.manner.provider_type, kept))


def _page(
    provider: Provider,
    asked: SignInRequest,
    cookie: str | None,
    problem: str | None = None,
    entered: Mapping[str, str] = {},
) -> Show:
    manner = asked.manner
    session = sessions.find(provider, cookie, manner.provider_type)
    known = people.of(provider.state, manner.provider_type)
    hint = manner.login_hint
    if hint and problem is None and not any(each.is_meant_by(hint, manner.provider_type) for each in known):
        problem = f"Nobody here is known as {hint[:_LONGEST]}."
    return Show(
        manner.title,
        manner.client,
        manner.destination,
        known,
        session.person if session else None,
        hint,
        problem,
        manner.provider_type,
        entered,
    )


def _entered(form: Mapping[str, str], provider_type: str) -> Person:
    """The new person of the form. Raises `InvalidPerson`."""
    try:
        further: Any = json.loads(form.get("claims", "").strip() or "{}")
    except (ValueError, RecursionError):
        raise InvalidPerson("The further claims are not JSON.") from None
    if not isinstance(further, dict):
        raise InvalidPerson("The further claims are not a JSON object.")
    name, email = form.get("name", "").strip(), form.get("email", "").strip()
    if not name and not email:
        raise InvalidPerson("A name or an e-mail address is needed.")
    claims: dict[str, Any] = {}
    if name:
        given_name, _, family_name = name.partition(" ")
        claims |= {"name": name, "given_name": given_name} | ({"family_name": family_name} if family_name else {})
    if email:
        claims |= {"email": email, "email_verified": form.get("email_verified") == "true"}
    provider = people.EVERY if form.get("everywhere") == "true" else provider_type
    return people.read({"provider": provider, "sub": form.get("sub", "").strip(), "claims": claims | further})
