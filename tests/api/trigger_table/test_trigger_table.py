"""The table of triggers is what happens: every row of it, by a call of its operation."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

import emulator
from emulator.domain.triggers import trigger_table
from emulator.domain.triggers.trigger_table import TABLE
from emulator.outside.sealing import OpenSealer
from emulator.outside.world import World
from storage.store import Store
from tests.api.recorded_functions import Recorder
from tests.api.trigger_table.acts import ACTS, signs_up_as_a_friend
from tests.api.trigger_table.shop import METADATA, SENDERS, VALIDATION, Shop, a_shop
from tests.builders import Api
from tests.oauth.browser import Browser

ROWS = [(operation, row.source) for row in TABLE for operation in row.operations]
SENT = [row for row in ROWS if row[1].startswith(tuple(SENDERS))]
IMPLICIT = (trigger_table.AUTHORIZE, trigger_table.HOSTED)
FEDERATED = [row for row in ROWS if row[0] == trigger_table.IDP_RESPONSE]
"""Tried in tests/federated_users/test_triggers.py: no operation begins a sign-in at a provider."""
FRIEND = ("SignUp", "PostConfirmation_ConfirmSignUp")
GIVEN = {None: None, "ClientMetadata": METADATA, "ValidationData": VALIDATION, trigger_table.EMPTY: {}}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def world(world: World, recorder: Recorder) -> World:
    return replace(recorder.in_world(world), sealer=OpenSealer())


@pytest.fixture
def shop(api: Api, recorder: Recorder) -> Shop:
    return a_shop(api, recorder)


def check(shop: Shop, operation: str, source: str) -> None:
    """`source` was called, and nothing that the table lacks; each was told what it says of the caller's words."""
    for trigger, event in shop.seen:
        row = trigger_table.row(operation, trigger, event["triggerSource"])
        assert event["request"].get("clientMetadata") == (METADATA if row.metadata else None)
        assert event["request"].get("validationData") == GIVEN[row.validation]
        assert ("validationData" in event["request"]) is (
            trigger in {"PreSignUp", "PreAuthentication", "UserMigration"}
        )
    assert source in [event["triggerSource"] for _, event in shop.seen]


@pytest.mark.parametrize(
    ("operation", "source"), [row for row in ROWS if row not in (FRIEND, IMPLICIT, *FEDERATED, *SENT)]
)
def test_an_operation_calls_its_triggers_as_the_table_says(shop: Shop, operation: str, source: str) -> None:
    ACTS[operation, source](shop)
    check(shop, operation, source)


def test_a_browser_that_is_signed_in_gets_tokens_as_the_table_says(shop: Shop, store: Store) -> None:
    browser = Browser.of(shop.api, store, shop.pool, AllowedOAuthFlows=["implicit"])
    browser.sign_in()
    shop.seen.clear()
    assert "access_token=" in browser.authorize(response_type="token").headers["Location"]
    check(shop, *IMPLICIT)


def test_who_is_confirmed_by_pre_sign_up_is_told_as_the_table_says(shop: Shop, recorder: Recorder) -> None:
    signs_up_as_a_friend(shop, recorder)
    check(shop, *FRIEND)


@pytest.mark.parametrize(("operation", "source"), SENT)
def test_an_operation_has_its_messages_sent_as_the_table_says(
    api: Api, recorder: Recorder, operation: str, source: str
) -> None:
    sender = source.partition("_")[0]
    kind = "email" if sender == "CustomEmailSender" else "phone_number"
    shop = a_shop(api, recorder, kind, sender)
    ACTS[operation, source](shop)
    check(shop, operation, source)
    assert "CustomMessage" not in [trigger for trigger, _ in shop.seen]


def test_every_row_is_tried_here_and_stands_there_once() -> None:
    assert sorted(ROWS) == sorted([*ACTS, FRIEND, IMPLICIT, *FEDERATED])
    assert len(set(ROWS)) == len(ROWS)


def test_what_does_not_call_a_trigger_has_no_source_for_it() -> None:
    with pytest.raises(LookupError, match=r"^ChangePassword does not call CustomMessage$"):
        trigger_table.row("ChangePassword", "CustomMessage")
    with pytest.raises(LookupError, match=r"^SignUp does not call CustomMessage as CustomMessage_AdminCreateUser$"):
        trigger_table.row("SignUp", "CustomMessage", trigger_table.INVITATION)


def test_sources_are_written_nowhere_else() -> None:
    root = Path(emulator.__file__).parent
    beginnings = tuple({f"{row.source.partition('_')[0]}_" for row in TABLE})
    found = [
        f"{path.relative_to(root)}: {node.value}"
        for path in root.rglob("*.py")
        if path.name != "trigger_table.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(beginnings)
    ]
    assert found == []
