"""The log: a line a call, with the reason of a refusal, and no password, code, token or secret in it."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from emulator import logs
from tests.api.signing_in import (
    TEMPORARY,
    a_newcomer,
    a_secret_client,
    begin,
    challenged,
    enter,
    proof,
    refusal,
    renew,
    respond,
)
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, sign_in


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def log(form: str, capsys: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """What the log holds, in either form."""
    logger = logging.getLogger("cognito_emulator")
    before = logger.handlers[:], logger.level, logger.propagate
    logs.configure(form)
    held = io.StringIO()
    [handler] = logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(held)
    yield held
    logger.handlers[:], logger.propagate = before[0], before[2]
    logger.setLevel(before[1])


def lines(log: io.StringIO) -> list[str]:
    return log.getvalue().splitlines()


def test_a_call_is_a_line(api: Api, log: io.StringIO, form: str) -> None:
    pool = a_pool(api)
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED")
    refusal(lambda: enter(api, client, "nobody"))
    told = lines(log)
    assert len(told) == 3
    if form == "json":
        line = json.loads(told[2])
        assert isinstance(line.pop("milliseconds"), float)
        message = f"InitiateAuth pool={pool} client={client} NotAuthorizedException: there is no such user"
        assert line == {
            "time": "2027-01-15T08:00:00.000Z",
            "level": "INFO",
            "message": message,
            "operation": "InitiateAuth",
            "pool": pool,
            "client": client,
            "user": None,
            "outcome": "NotAuthorizedException",
            "reason": "there is no such user",
        }
    else:
        assert told[0].endswith(" INFO CreateUserPool ok")
        ending = f" INFO InitiateAuth pool={pool} client={client} NotAuthorizedException: there is no such user"
        assert told[2].endswith(ending)


def test_what_is_no_operation_is_a_line_too(api: Api, log: io.StringIO) -> None:
    api.http.post("/", data=b"{}", headers={"X-Amz-Target": "Nobody.Nothing"})
    api.http.post("/", data={"Action": "Nothing"})
    told = lines(log)
    assert len(told) == 2
    assert "Nobody.Nothing UnknownOperationException: there is no such operation" in told[0]
    assert "Nothing InvalidAction: Could not find operation Nothing" in told[1]


@pytest.mark.parametrize("typed", ["a\nFAKE", "a\r\nFAKE", "a\u2028FAKE", "\x1b[31mFAKE", "\u202eFAKE", "\x85FAKE"])
def test_nobody_writes_lines_or_colours_of_their_own(api: Api, log: io.StringIO, typed: str, form: str) -> None:
    with pytest.raises(Refused):
        api.idp("DescribeUserPool", UserPoolId=typed)
    with pytest.raises(Refused):
        api.sts("GetFederationToken" + typed)
    assert len(log.getvalue().split("\n")) == 3
    assert form == "json" or all(line.isprintable() for line in log.getvalue().split("\n"))


class Secrets:
    """Everything that nobody may find in the log."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def keep(self, found: Any) -> Any:
        """Keep every token and session in an answer; gives the answer back."""
        if isinstance(found, dict):
            for name, value in found.items():
                if isinstance(value, str) and name in _SECRET:
                    self.known.add(value)
                self.keep(value)
        return found


_SECRET = {"AccessToken", "IdToken", "RefreshToken", "Session", "ClientSecret", "SecretKey", "SessionToken"}


def live(api: Api, secrets: Secrets) -> None:
    """A day in the life of a pool, with everything that can go wrong for those who know secrets."""
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client, secret = a_secret_client(api, pool)
    plain = a_client(api, pool)
    secrets.known |= {secret, PASSWORD, TEMPORARY, "Wrong-Horse-9", "New-Horse-2", "12 34 56", "000 000"}
    mail = [{"Name": "email", "Value": "bea@example.com"}]
    hashed = proof("bea", client, secret)
    secrets.known.add(hashed)
    api.idp("SignUp", ClientId=client, SecretHash=hashed, Username="bea", Password=PASSWORD, UserAttributes=mail)
    code = api.code(user="bea")
    secrets.known.add(code)
    wrong = "111111" if code != "111111" else "222222"
    bea = {"ClientId": client, "SecretHash": hashed, "Username": "bea"}
    for given in (wrong, "12 34 56", code, code):
        attempt(lambda given=given: api.idp("ConfirmSignUp", ConfirmationCode=given, **bea))
    for password in ("Wrong-Horse-9", PASSWORD):
        attempt(lambda password=password: secrets.keep(enter(api, client, "bea", password, SECRET_HASH=hashed)))
    attempt(lambda: enter(api, client, "bea", SECRET_HASH=secret))
    attempt(lambda: enter(api, client, PASSWORD, SECRET_HASH=hashed))
    attempt(lambda: begin(api, plain, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=PASSWORD))
    a_newcomer(api, pool, "ana")
    session = challenged(api, plain)
    secrets.known.add(session)
    for password in ("short", "New-Horse-2"):
        attempt(lambda password=password: secrets.keep(respond(api, plain, session, NEW_PASSWORD=password)))
    attempt(lambda: respond(api, plain, session))
    tokens = secrets.keep(sign_in(api, plain, "ana", "New-Horse-2"))
    secrets.keep(renew(api, plain, tokens["RefreshToken"]))
    access = tokens["AccessToken"]
    for old, new in (("Wrong-Horse-9", PASSWORD), ("New-Horse-2", "short"), ("New-Horse-2", PASSWORD)):
        members = {"PreviousPassword": old, "ProposedPassword": new}
        attempt(lambda members=members: api.idp("ChangePassword", AccessToken=access, **members))
    for token in (access, tokens["IdToken"], tokens["RefreshToken"], f"{access} ", PASSWORD):
        attempt(lambda token=token: api.idp("GetUser", AccessToken=token))
        attempt(lambda token=token: api.idp("RevokeToken", ClientId=plain, Token=token))
        attempt(lambda token=token: api.idp("GetUser", AccessToken=[token]))
        attempt(lambda token=token: api.idp("DescribeUserPool", UserPoolId=token))
    attempt(lambda: api.idp("ForgotPassword", **bea))
    secrets.known.add(api.code(user="bea"))
    for given in ("000 000", api.code(user="bea")):
        attempt(
            lambda given=given: api.idp("ConfirmForgotPassword", ConfirmationCode=given, Password="New-Horse-2", **bea)
        )
    identities(api, secrets, pool, plain, tokens["IdToken"])


def identities(api: Api, secrets: Secrets, pool: str, client: str, token: str) -> None:
    """The ID token traded for credentials, which are used."""
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    identity_pool = api.identity(
        "CreateIdentityPool",
        IdentityPoolName="pool",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client}],
    )["IdentityPoolId"]
    roles = {"authenticated": "arn:aws:iam::000000000000:role/in"}
    api.identity("SetIdentityPoolRoles", IdentityPoolId=identity_pool, Roles=roles)
    identity = api.identity("GetId", IdentityPoolId=identity_pool, Logins={provider: token})["IdentityId"]
    for given in (token, f"{token}x", PASSWORD):
        traded = {"IdentityId": identity, "Logins": {provider: given}}
        attempt(lambda traded=traded: secrets.keep(api.identity("GetCredentialsForIdentity", **traded)))
    [session] = [secret for secret in secrets.known if secret.startswith("IQoJ")]
    attempt(lambda: api.sts("GetCallerIdentity", "ASIAQAAAAAAAAAAAAAAA", session))


def attempt(call: Any) -> None:
    """Let a call go wrong, or right."""
    with suppress(Refused):
        call()


def test_no_secret_is_in_the_log_or_the_events(api: Api, log: io.StringIO) -> None:
    secrets = Secrets()
    live(api, secrets)
    assert len(secrets.known) > 18
    told = lines(log)
    events = api.world.events.last()
    assert len(told) == len(events) + len(api.world.mailbox.messages()) > 50
    everything = log.getvalue() + repr(events) + api.http.get("/_emulator/events").get_data(as_text=True)
    assert [secret for secret in secrets.known if secret in everything] == []
    parts = {part for secret in secrets.known if secret.count(".") > 1 for part in secret.split(".") if len(part) > 90}
    assert [part for part in parts if part in everything] == []
    assert "NotAuthorizedException: wrong password" in everything


def warnings(log: io.StringIO, form: str) -> list[str]:
    """The warnings in the log."""
    if form == "json":
        return [line["message"] for line in map(json.loads, lines(log)) if line["level"] == "WARNING"]
    return [line.partition(" WARNING ")[2] for line in lines(log) if " WARNING " in line]


def test_a_member_that_is_newer_than_the_emulator_is_warned_of_once(api: Api, log: io.StringIO, form: str) -> None:
    pool = a_pool(api)
    for _ in range(2):
        a_client(api, pool, PublishSecrets=True, Fresh=None)
    nested = {
        "Policies": {"PasswordPolicy": {"MinimumLength": 8, "Newer": {"Deep": 1}}, "NewPolicy": {}},
        "Schema": [{"Name": "a", "AttributeDataType": "String", "Hue": "red"}, {"Name": "email", "Hue": "red"}],
        "UserPoolTags": {"Newer": "tag"},
    }
    for _ in range(2):
        a_pool(api, PublishSecrets=True, **nested)
    ending = "is newer than this emulator: ignored"
    assert sorted(warnings(log, form)) == [
        f"CreateUserPool: Policies.NewPolicy {ending}",
        f"CreateUserPool: Policies.PasswordPolicy.Newer {ending}",
        f"CreateUserPool: PublishSecrets {ending}",
        f"CreateUserPool: Schema.Hue {ending}",
        f"CreateUserPoolClient: PublishSecrets {ending}",
    ]


def test_a_newer_parameter_of_sts_is_warned_of(api: Api, log: io.StringIO, form: str) -> None:
    api.sts("GetCallerIdentity", Newer="1")
    api.sts("GetCallerIdentity", **{"Newer": "1", "X-Amz-Date": "20270115T080000Z"})
    assert warnings(log, form) == ["GetCallerIdentity: Newer is newer than this emulator: ignored"]


def test_a_refused_request_warns_too(api: Api, log: io.StringIO, form: str) -> None:
    with pytest.raises(Refused):
        api.idp("CreateUserPool", Newer=1)
    assert warnings(log, form) == ["CreateUserPool: Newer is newer than this emulator: ignored"]


def test_made_up_members_fill_neither_the_log_nor_the_memory(api: Api, log: io.StringIO, form: str) -> None:
    rubbish = {"a b": 1, "x\nFAKE": 1, "é": 1, "": 1, "y" * 129: 1}
    a_pool(api, **rubbish)
    assert warnings(log, form) == []
    for first in (0, 600, 1200):
        a_pool(api, **{f"Member{number}": 1 for number in range(first, first + 600)})
    assert len(warnings(log, form)) == 1_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot ask whether a pipe is full")
def test_a_log_that_nobody_reads_stops_nothing_and_says_later_what_it_left_out(form: str) -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb", buffering=0) as reader, os.fdopen(sink, "w") as stream:
        handler = logs.handler(form, stream)
        for number in range(2_000):
            handler.emit(logging.makeLogRecord({"levelname": "INFO", "msg": f"{number} {'x' * 100}"}))
        before = reader.read(1_000_000)
        for word in ("one", "two"):
            handler.emit(logging.makeLogRecord({"levelname": "INFO", "msg": word}))
        warning, one, two = reader.read(1_000_000).decode().splitlines()
    written = before.count(b"\n")
    assert 0 < written < 2_000
    assert f"{2_000 - written} lines of the log were dropped" in warning
    assert form == "text" or json.loads(warning)["level"] == "WARNING"
    assert ("one" in one, "two" in two) == (True, True)
