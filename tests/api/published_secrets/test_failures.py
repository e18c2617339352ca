"""Secrets Manager fails, hangs or lies, and two requests at once: nothing is half done, and no log has a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from emulator.outside.http import TooSlow, Unreachable
from tests.api.published_secrets.app import MEMBER, App, an_app
from tests.api.signing_in import refusal
from tests.builders import FLOWS, Api, Refused, a_client, a_pool
from tests.secrets_manager import LocalSecretsManager, Reply

ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:cognito/x"
REPLIES: dict[str, tuple[Reply, str]] = {
    "is down": (Unreachable("nobody is there"), "nobody is there"),
    "hangs": (TooSlow("http://secrets.test did not answer in 5 s"), "http://secrets.test did not answer in 5 s"),
    "has an error": ((500, b"oops"), "http://secrets.test answered HTTP 500 to "),
    "says no": ((400, {"__type": "AccessDeniedException", "Message": "No"}), "answered AccessDeniedException to "),
    "is elsewhere": ((302, b""), "answered HTTP 302 to "),
    "answers garbage": ((200, b"<html>"), "without the ARN of a secret in us-east-1"),
    "answers no object": ((200, b"[]"), "without the ARN of a secret in us-east-1"),
    "answers no ARN": ((200, {"ARN": 7}), "without the ARN of a secret in us-east-1"),
    "answers an ARN of KMS": ((200, {"ARN": ARN.replace("secretsmanager", "kms")}), "without the ARN of a secret"),
    "answers another region": ((200, {"ARN": ARN.replace("us-east-1", "eu-west-1")}), "without the ARN of a secret"),
    "answers two lines": ((200, {"ARN": f"{ARN}\n"}), "without the ARN of a secret"),
}


@pytest.fixture
def plain(api: Api, manager: LocalSecretsManager) -> App:
    """An application whose client has a secret that is not published."""
    return an_app(api, manager, **{MEMBER: False})


@pytest.mark.parametrize("name", REPLIES)
def test_a_secret_that_cannot_be_published_is_refused_and_nothing_changes(api: Api, plain: App, name: str) -> None:
    reply, why = REPLIES[name]
    before, ids = plain.shown(), plain.ids()
    plain.manager.reply = reply
    members = {"GenerateSecret": True, MEMBER: True}
    for call in (
        lambda: plain.update(publishes=True, ClientName="renamed"),
        lambda: a_client(api, plain.pool, **members),
    ):
        told = refusal(call)
        assert told.startswith("InvalidParameterException: The client secret could not be published: ")
        assert why in told
    assert (plain.shown(), plain.ids()) == (before, ids)
    assert len(api.idp("ListUserPoolClients", UserPoolId=plain.pool)["UserPoolClients"]) == 1
    plain.manager.reply = None
    plain.update(publishes=True)
    assert plain.accepts(plain.current())


def test_a_secret_that_was_published_without_an_answer_is_taken_over_the_next_time(plain: App) -> None:
    plain.manager.loses = {"CreateSecret"}
    assert "did not answer" in refusal(lambda: plain.update(publishes=True))
    assert "ClientSecret" in plain.shown()
    plain.manager.loses = set()
    plain.update(publishes=True)
    assert plain.accepts(plain.current())
    assert len(plain.manager.secrets) == 1


@pytest.mark.parametrize("name", ["is down", "hangs", "has an error", "says no"])
def test_a_secret_that_cannot_be_withdrawn_stays_published(plain: App, name: str) -> None:
    plain.update(publishes=True)
    arn = plain.arn
    plain.manager.reply = REPLIES[name][0]
    told = "InvalidParameterException: The client secret could not be deleted from Secrets Manager: "
    assert refusal(lambda: plain.update(publishes=False)).startswith(told)
    plain.manager.reply = None
    assert plain.arn == arn
    assert plain.accepts(plain.current())


def test_a_secret_that_was_withdrawn_without_an_answer_can_be_withdrawn_again(plain: App) -> None:
    plain.update(publishes=True)
    plain.manager.loses = {"DeleteSecret"}
    assert "did not answer" in refusal(lambda: plain.update(publishes=False))
    plain.manager.loses = set()
    assert plain.accepts(plain.update(publishes=False)["ClientSecret"])


def test_a_client_is_deleted_even_if_its_secret_cannot_be_and_the_log_says_so(
    api: Api, plain: App, caplog: pytest.LogCaptureFixture
) -> None:
    plain.update(publishes=True)
    arn = plain.arn
    plain.manager.reply = REPLIES["has an error"][0]
    api.idp("DeleteUserPoolClient", **plain.named)
    assert f"{arn} of deleted clients may remain in Secrets Manager: http://secrets.test answered" in caplog.text


def test_a_pool_is_deleted_without_waiting_for_every_secret_where_there_is_no_response(
    api: Api, manager: LocalSecretsManager, caplog: pytest.LogCaptureFixture
) -> None:
    pool = a_pool(api)
    for _ in range(3):
        a_client(api, pool, **{"GenerateSecret": True, MEMBER: True})
    manager.asked.clear()
    manager.reply = REPLIES["is down"][0]
    api.idp("DeleteUserPool", UserPoolId=pool)
    assert manager.asked == ["DeleteSecret"]
    assert ", and 2 more of deleted clients may remain in Secrets Manager" in caplog.text


def test_no_log_event_or_refusal_has_the_secret_even_if_secrets_manager_repeats_it(
    api: Api, plain: App, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[str] = []

    class Echo(LocalSecretsManager):
        def request(self, method: str, url: str, **members: Any) -> Any:
            document = json.loads(json.loads(members["body"])["SecretString"])
            sent.append(document["clientSecretValue"])
            self.reply = 400, {"__type": f"E{sent[-1]}", "Message": f"no such value: {document}\n{sent[-1]}"}
            return super().request(method, url, **members)

    caplog.set_level(logging.DEBUG)
    plain.manager.__class__ = Echo
    told = refusal(lambda: plain.update(publishes=True))
    logged = caplog.text + json.dumps([str(event) for event in api.world.events.last(None)])
    assert sent
    assert sent[0] not in told + logged
    assert "no such value" in told


def _meanwhile(manager: LocalSecretsManager, act: Callable[[], object]) -> list[str]:
    """Let something happen during the next request; answers how it ends."""
    ends: list[str] = []

    def happen() -> None:
        manager.meanwhile = lambda: None
        try:
            act()
        except Refused as refused:
            ends.append(str(refused).partition(":")[0])
        else:
            ends.append("ok")

    manager.meanwhile = happen
    return ends


@pytest.mark.parametrize("publishes", [True, False])
def test_of_two_updates_at_once_the_second_is_refused_if_it_publishes_too(plain: App, publishes: bool) -> None:
    if not publishes:
        plain.update(publishes=True)
    ends = _meanwhile(plain.manager, lambda: plain.update(publishes=publishes))
    plain.update(publishes=publishes)
    assert ends == ["ConcurrentModificationException"]
    assert plain.accepts(plain.current() if publishes else plain.shown()["ClientSecret"])
    assert plain.update(publishes=publishes)


def test_an_update_that_does_not_publish_goes_on_beside(plain: App) -> None:
    ends = _meanwhile(plain.manager, lambda: plain.update(ClientName="beside"))
    assert plain.update(publishes=True)["ClientName"] == "beside"
    assert ends == ["ok"]
    assert plain.accepts(plain.current())


def test_a_secret_that_is_added_during_the_migration_is_the_one_before(api: Api, plain: App) -> None:
    first = plain.shown()["ClientSecret"]
    added: list[str] = []

    def add() -> None:
        api.world.clock.advance(seconds=60)
        answer = api.idp("AddUserPoolClientSecret", **plain.named)
        added.append(answer["ClientSecretDescriptor"]["ClientSecretValue"])

    _meanwhile(plain.manager, add)
    plain.update(publishes=True)
    assert [plain.accepts(secret) for secret in (first, added[0], plain.current())] == [False, True, True]


@pytest.mark.parametrize("deletes", ["DeleteUserPoolClient", "DeleteUserPool"])
def test_a_client_that_is_deleted_meanwhile_is_not_found_and_leaves_nothing_in_secrets_manager(
    api: Api, plain: App, deletes: str
) -> None:
    names = plain.named if deletes == "DeleteUserPoolClient" else {"UserPoolId": plain.pool}
    ends = _meanwhile(plain.manager, lambda: api.idp(deletes, **names))
    assert refusal(lambda: plain.update(publishes=True)).startswith("ResourceNotFoundException: ")
    assert ends == ["ok"]
    assert plain.manager.secrets == {}


PINNED = {"ClientName": "_custom_id_:1example", "GenerateSecret": True, "ExplicitAuthFlows": FLOWS, MEMBER: True}


def test_of_two_new_clients_with_one_id_the_second_is_refused(api: Api, manager: LocalSecretsManager) -> None:
    pool = a_pool(api)
    ends = _meanwhile(manager, lambda: a_client(api, pool, **PINNED))
    app = App(api, manager, pool, a_client(api, pool, **PINNED))
    assert ends == ["InvalidParameterException"]
    assert manager.value(app.arn)["clientSecretValue"]
    assert len(app.ids()) == 1


def test_a_new_client_whose_id_is_taken_meanwhile_is_refused_and_leaves_nothing_in_secrets_manager(
    api: Api, manager: LocalSecretsManager
) -> None:
    pool = a_pool(api)
    ends = _meanwhile(manager, lambda: a_client(api, pool, **PINNED | {MEMBER: False}))
    told = "InvalidParameterException: App client 1example already exists."
    assert refusal(lambda: a_client(api, pool, **PINNED)) == told
    assert (ends, manager.secrets) == (["ok"], {})


def test_a_pool_that_is_deleted_while_a_client_is_created_leaves_nothing(
    api: Api, manager: LocalSecretsManager
) -> None:
    pool = a_pool(api)
    _meanwhile(manager, lambda: api.idp("DeleteUserPool", UserPoolId=pool))
    told = refusal(lambda: a_client(api, pool, **{"GenerateSecret": True, MEMBER: True}))
    assert told == f"ResourceNotFoundException: User pool {pool} does not exist."
    assert manager.secrets == {}


def test_a_scope_that_is_deleted_while_a_client_with_it_is_created_leaves_no_client(
    api: Api, manager: LocalSecretsManager
) -> None:
    pool = a_pool(api)
    server = {"UserPoolId": pool, "Identifier": "orders"}
    scope = {"ScopeName": "read", "ScopeDescription": "Reading"}
    api.idp("CreateResourceServer", **server, Name="orders", Scopes=[scope])
    _meanwhile(manager, lambda: api.idp("DeleteResourceServer", **server))
    told = refusal(lambda: a_client(api, pool, **PINNED, AllowedOAuthScopes=["orders/read"]))
    assert told == "ScopeDoesNotExistException: Invalid scope requested: orders/read"
    assert manager.secrets == {}


def test_a_client_that_is_made_anew_while_the_secret_of_the_old_one_is_deleted_keeps_its_own(
    api: Api, manager: LocalSecretsManager
) -> None:
    app = an_app(api, manager, **PINNED)
    ends = _meanwhile(manager, lambda: a_client(api, app.pool, **PINNED))
    api.idp("DeleteUserPoolClient", **app.named)
    assert ends == ["InvalidParameterException"]
    assert manager.secrets == {}
    a_client(api, app.pool, **PINNED)
    assert app.accepts(app.current())
