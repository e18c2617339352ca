"""A call about somebody who does not exist does as much work as one about a user, counted rather than timed.

Counted are the statements that go to the database, in their order, transactions, password hashes, keyed digests, and
messages that are made, sent or not.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import bcrypt
import pytest
from sqlalchemy import event

from emulator.domain.messages import messages
from emulator.outside.mailbox import Mailbox
from keys import passwords, srp
from storage.store import Store
from tests.api import choosing
from tests.api.choosing import Place
from tests.api.second_factors import OWN_SENDER, SMS, TOTP, configure
from tests.api.signing_in import enter
from tests.api.srp_client import SrpClient
from tests.builders import PASSWORD, Api, Refused, a_user, pairs

Work = tuple[list[str], Counter[str]]
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "ROLLBACK")
COUNTED: list[tuple[Any, str]] = [
    (bcrypt, "hashpw"),
    (bcrypt, "checkpw"),
    (passwords, "matches"),
    (srp, "session_key"),
    (srp, "public"),
    (messages, "render"),
]


@pytest.fixture(params=["plain", "aliases", "optional MFA"])
def place(request: pytest.FixtureRequest, api: Api) -> Place:
    """A pool, a client that hides who exists, Ana with all that a user can be reached by, and Bob, unconfirmed."""
    kinds: dict[str, dict[str, Any]] = {
        "plain": {},
        "aliases": {"AliasAttributes": ["email", "phone_number", "preferred_username"]},
        "optional MFA": {"UsernameConfiguration": {"CaseSensitive": False}},
    }
    more = kinds[request.param]
    made = choosing.a_place(api, users="ENABLED", AutoVerifiedAttributes=["email"], **OWN_SENDER, **more)
    if request.param == "optional MFA":
        configure(api, made.pool, "OPTIONAL", SMS, TOTP)
    addresses = {"email": "ana@example.com", "phone_number": "+15555559934"}
    a_user(api, made.pool, **addresses, email_verified="true", phone_number_verified="true")
    email = pairs({"email": "bob@example.com"})
    api.idp("SignUp", ClientId=made.client, Username="bob", Password=PASSWORD, UserAttributes=email)
    return made


@pytest.fixture
def measured(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Work]:
    """Does something, and says how much work it was."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            counted[name] += 1
            return function(*arguments, **named)

        return called

    for module, name in COUNTED:
        monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    for name in ("send", "forgo"):
        monkeypatch.setattr(Mailbox, name, counting("messages", getattr(Mailbox, name)))

    def measure(work: Callable[[], object]) -> Work:
        counted.clear()
        store.remembered = type(
            store.remembered
        )()  # else the first of two calls would read what the second one remembers
        with listening(store) as statements:
            try:
                work()
            except Refused as refused:
                counted[str(refused)] += 1
        assert statements
        assert set(statements) <= set(VERBS)
        return list(statements), Counter(counted)

    return measure


@contextmanager
def listening(store: Store) -> Iterator[list[str]]:
    """The verbs of the statements that the database gets from this thread meanwhile."""
    statements: list[str] = []
    caller = threading.get_ident()

    def note(verb: str) -> None:
        if threading.get_ident() == caller:
            statements.append(verb)

    def execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        note(statement.split(maxsplit=1)[0])

    def commit(_connection: Any) -> None:
        note("COMMIT")

    def rollback(_connection: Any) -> None:
        note("ROLLBACK")

    listeners: list[tuple[str, Callable[..., Any]]] = [
        ("before_cursor_execute", execute),
        ("commit", commit),
        ("rollback", rollback),
    ]
    for name, listener in listeners:
        event.listen(store.engine, name, listener)
    yield statements
    for name, listener in listeners:
        event.remove(store.engine, name, listener)


def prove(place: Place, username: str) -> Callable[[], object]:
    """A wrong proof of a password, for a challenge that was put before."""
    web = SrpClient(place.api, place.pool, place.client)
    challenge = web.begin(username)
    return lambda: web.prove(challenge, "wrong", USERNAME=username)


def code(place: Place, username: str, factor: str) -> Callable[[], object]:
    """A wrong one-time code, for a challenge that was put before."""
    challenge = place.prefer(factor, username)
    return lambda: place.answer(challenge, username, **{f"{factor}_CODE": "00000000"})


def choose(place: Place, username: str, factor: str, **more: str) -> Callable[[], object]:
    """A choice that was offered before."""
    choice = place.begin(username)
    return lambda: place.answer(choice, username, ANSWER=factor, **more)


def call(place: Place, operation: str, username: str, before: str = "", **more: str) -> Callable[[], object]:
    """An operation about somebody, once another was called."""
    named = {"ClientId": place.client, "Username": username}
    if before:
        place.api.idp(before, **named)
    return lambda: place.api.idp(operation, **named, **more)


WRONG = {"ConfirmationCode": "000000"}
CALLS: dict[str, Callable[[Place, str], Callable[[], object]]] = {
    "USER_PASSWORD_AUTH": lambda place, name: lambda: enter(place.api, place.client, name, "wrong"),
    "USER_SRP_AUTH": lambda place, name: lambda: SrpClient(place.api, place.pool, place.client).begin(name),
    "PASSWORD_VERIFIER": prove,
    "USER_AUTH": lambda place, name: lambda: place.begin(name),
    "USER_AUTH, PASSWORD": lambda place, name: lambda: place.prefer("PASSWORD", name, PASSWORD="wrong"),
    "USER_AUTH, PASSWORD later": lambda place, name: lambda: place.prefer("PASSWORD", name),
    "USER_AUTH, EMAIL_OTP": lambda place, name: lambda: place.prefer("EMAIL_OTP", name),
    "USER_AUTH, SMS_OTP": lambda place, name: lambda: place.prefer("SMS_OTP", name),
    "SELECT_CHALLENGE, EMAIL_OTP": lambda place, name: choose(place, name, "EMAIL_OTP"),
    "SELECT_CHALLENGE, PASSWORD": lambda place, name: choose(place, name, "PASSWORD", PASSWORD="wrong"),
    "EMAIL_OTP": lambda place, name: code(place, name, "EMAIL_OTP"),
    "SMS_OTP": lambda place, name: code(place, name, "SMS_OTP"),
    "ForgotPassword": lambda place, name: call(place, "ForgotPassword", name),
    "ForgotPassword again": lambda place, name: call(place, "ForgotPassword", name, "ForgotPassword"),
    "ConfirmForgotPassword": lambda place, name: call(
        place, "ConfirmForgotPassword", name, "ForgotPassword", **WRONG, Password=PASSWORD
    ),
    "ConfirmForgotPassword too early": lambda place, name: call(
        place, "ConfirmForgotPassword", name, **WRONG, Password=PASSWORD
    ),
}
SIGN_UPS: dict[str, Callable[[Place, str], Callable[[], object]]] = {
    "ResendConfirmationCode": lambda place, name: call(place, "ResendConfirmationCode", name),
    "ConfirmSignUp": lambda place, name: call(place, "ConfirmSignUp", name, "ResendConfirmationCode", **WRONG),
}


@pytest.mark.parametrize("asked", CALLS)
def test_a_call_about_nobody_works_as_much_as_one_about_a_user(
    place: Place, measured: Callable[[Callable[[], object]], Work], asked: str
) -> None:
    work = {name: measured(CALLS[asked](place, name)) for name in ("ana", "nobody")}
    assert work["ana"] == work["nobody"]
    assert measured(CALLS[asked](place, "nobody")) == measured(CALLS[asked](place, "ana"))


@pytest.mark.parametrize("asked", SIGN_UPS)
def test_a_call_about_no_sign_up_works_as_much_as_one_about_a_sign_up(
    place: Place, measured: Callable[[Callable[[], object]], Work], asked: str
) -> None:
    work = {name: measured(SIGN_UPS[asked](place, name)) for name in ("bob", "nobody")}
    assert work["bob"] == work["nobody"]


def test_a_call_during_a_lock_or_beyond_a_limit_works_as_much(
    place: Place, measured: Callable[[Callable[[], object]], Work]
) -> None:
    work = {}
    for name in ("ana", "nobody"):
        for _ in range(5):
            measured(lambda n=name: enter(place.api, place.client, n, "wrong"))  # type: ignore[misc]
        for _ in range(20):
            place.api.idp("ForgotPassword", ClientId=place.client, Username=name)
        work[name] = [
            measured(lambda n=name: enter(place.api, place.client, n, "wrong")),  # type: ignore[misc]
            measured(call(place, "ForgotPassword", name)),
        ]
    assert work["ana"] == work["nobody"]
