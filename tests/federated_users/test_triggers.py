"""The triggers around sign-ins at identity providers: their order, their events, and what they may do."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.context import Context
from emulator.domain.federated import sign_in as federated_sign_in
from emulator.domain.federated.identity import Identity
from emulator.domain.pools.apps import AppById
from emulator.domain.tokens.grants import Authentication
from emulator.domain.triggers import trigger_table
from emulator.oauth import authorization_request, responses
from storage.store import Store
from tests.api.recorded_functions import Json, Recorder, answering, same
from tests.builders import Api, a_user
from tests.federated_users.arriving import ANA, Town
from tests.federated_users.triggered import (
    BEFORE_SIGN_UP,
    FIRST,
    INBOUND,
    LATER,
    TAKEN,
    TOKENS,
    VERSIONED,
    a_triggered_town,
)
from tests.oauth.browser import CALLBACK, an_oauth_client

TOLD = {
    "tokenResponse": {"access_token": "a", "token_type": "Bearer", "expires_in": 7},
    "idToken": {"sub": "42"},
    "userInfo": {"mail": "ana@corp.example"},
}


@pytest.fixture
def town(api: Api, store: Store, recorder: Recorder) -> Town:
    return a_triggered_town(api, store, recorder)


def event(town: Town, source: str, request: Json, response: Json | None = None, username: str = "Corp_42") -> Json:
    return {
        "version": "1",
        "region": "us-east-1",
        "userPoolId": town.pool,
        "userName": username,
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": town.client},
        "triggerSource": source,
        "request": request,
        "response": response or {},
    }


def stored(town: Town, username: str = "Corp_42", **attributes: str) -> Json:
    """`userAttributes` of a user who is stored."""
    seen = {pair["Name"]: pair["Value"] for pair in town.seen(username)["UserAttributes"]}
    return {**seen, "cognito:user_status": "EXTERNAL_PROVIDER", **attributes}


def test_the_table_has_these_triggers_and_no_others() -> None:
    rows = [row.source for row in trigger_table.TABLE if trigger_table.IDP_RESPONSE in row.operations]
    assert sorted(rows) == sorted({*FIRST, *LATER, trigger_table.HOSTED})


def test_a_configured_inbound_federation_is_shown(town: Town) -> None:
    shown = town.api.idp("DescribeUserPool", UserPoolId=town.pool)["UserPool"]["LambdaConfig"]
    assert shown[INBOUND] == VERSIONED[INBOUND]


def test_the_first_sign_in_calls_those_of_a_sign_up(town: Town, recorder: Recorder) -> None:
    town.sign_in(Identity(ANA, responses=TOLD))
    attributes = {"email": "ana@corp.example", "email_verified": "false", "name": "Ana"}
    before = {**attributes, "cognito:email_alias": "", "cognito:phone_number_alias": ""}
    undecided = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
    inbound = {"providerName": "Corp", "providerType": "OIDC", "attributes": TOLD}
    assert recorder.events == [
        event(town, FIRST[0], inbound, {"userAttributesToMap": {}}),
        event(town, FIRST[1], {"userAttributes": before, "validationData": {}}, undecided),
        event(town, FIRST[2], {"userAttributes": stored(town)}),
    ]


def test_later_sign_ins_call_those_of_a_sign_in(town: Town, recorder: Recorder) -> None:
    town.arrive()
    old = stored(town)
    recorder.events.clear()
    town.arrive(name="Anna")
    assert recorder.sources == LATER
    assert recorder.events[1:] == [
        event(town, LATER[1], {"userAttributes": old, "validationData": {}}),
        event(town, LATER[2], {"userAttributes": stored(town, name="Anna"), "newDeviceUsed": False}),
    ]


def test_a_linked_user_is_no_newcomer(town: Town, recorder: Recorder) -> None:
    a_user(town.api, town.pool, "ana")
    town.link("ana")
    recorder.events.clear()
    town.arrive()
    assert recorder.sources == LATER
    assert recorder.events[1]["userName"] == "ana"


def test_a_client_that_hides_who_exists_tells_that_the_user_does(town: Town, recorder: Recorder) -> None:
    town.arrive()
    names = {"SupportedIdentityProviders": ["Corp"], "PreventUserExistenceErrors": "ENABLED"}
    town.arrive(client=an_oauth_client(town.api, town.pool, **names))
    assert recorder.events[-2]["request"]["userNotFound"] is False


def test_tokens_of_the_implicit_grant_are_asked_for_as_the_table_says(town: Town, recorder: Recorder) -> None:
    names = {"SupportedIdentityProviders": ["Corp"], "AllowedOAuthFlows": ["implicit"]}
    client = an_oauth_client(town.api, town.pool, **names)
    query = urlencode({"client_id": client, "response_type": "token", "redirect_uri": CALLBACK}).encode()

    def run(context: Context) -> None:
        provider = context.unit.providers.named(town.pool, "Corp")
        assert provider
        arrived = federated_sign_in.sign_in(context, AppById(context.unit, client), provider, Identity(ANA))
        request = authorization_request.read(context, query)
        how = Authentication(int(context.now), arrived.details)
        answer = responses.respond(context, request, arrived.user, how)
        context.afterwards.append(lambda: locations.append(answer.location))

    locations: list[str] = []
    town.run(run)
    assert "access_token=" in locations[0]
    row = trigger_table.row(trigger_table.IDP_RESPONSE, TOKENS)
    assert recorder.sources == [*FIRST, row.source]


class TestInboundFederation:
    def test_what_it_answers_takes_the_place_of_the_claims(self, town: Town, recorder: Recorder) -> None:
        recorder.on(INBOUND, answering(userAttributesToMap={"mail": "other@corp.example", "sub": "7"}))
        town.arrive()
        assert town.attributes("Corp_42") == {"email": "other@corp.example", "email_verified": "false"}

    @pytest.mark.parametrize("nothing", [{}, None])
    def test_an_answer_of_nothing_keeps_all_claims(self, town: Town, recorder: Recorder, nothing: Any) -> None:
        recorder.on(INBOUND, answering(userAttributesToMap=nothing))
        town.arrive()
        assert town.attributes("Corp_42")["name"] == "Ana"

    def test_it_is_called_each_time(self, town: Town, recorder: Recorder) -> None:
        town.arrive()
        recorder.on(INBOUND, answering(userAttributesToMap={"name": "Anna"}))
        town.arrive()
        assert town.attributes("Corp_42")["name"] == "Anna"

    def test_who_is_linked_by_an_attribute_is_found_by_what_it_answers(self, town: Town, recorder: Recorder) -> None:
        a_user(town.api, town.pool, "ana")
        town.link("ana", "ana@corp.example", "email")
        recorder.on(INBOUND, answering(userAttributesToMap={"mail": "ana@corp.example"}))
        assert town.arrive(mail="x@corp.example").user.username == "ana"

    @pytest.mark.parametrize("wrong", [[], "x", 7, True])
    def test_an_answer_that_is_no_map_is_refused(self, town: Town, recorder: Recorder, wrong: Any) -> None:
        recorder.on(INBOUND, answering(userAttributesToMap=wrong))
        assert town.refusal() == "Unrecognizable lambda output"
        assert town.usernames() == []

    def test_an_answer_that_is_nested_deeply_is_refused(self, town: Town, recorder: Recorder) -> None:
        recorder.on(INBOUND, answering(userAttributesToMap={"mail": json.loads("[" * 450 + "]" * 450)}))
        assert town.refusal() == "Unrecognizable lambda output"
        assert town.usernames() == []

    def test_a_provider_that_is_changed_meanwhile_counts_as_it_is_then(self, town: Town, recorder: Recorder) -> None:
        def meanwhile(event: Json) -> Json:
            mapping = {"UserPoolId": town.pool, "ProviderName": "Corp", "AttributeMapping": {"nickname": "name"}}
            town.api.idp("UpdateIdentityProvider", **mapping)
            return event

        recorder.on(INBOUND, meanwhile)
        town.arrive()
        assert town.attributes("Corp_42") == {"nickname": "Ana", "email_verified": "false"}

    def test_a_provider_that_goes_meanwhile_lets_nobody_in(self, town: Town, recorder: Recorder) -> None:
        def meanwhile(event: Json) -> Json:
            town.api.idp("DeleteIdentityProvider", UserPoolId=town.pool, ProviderName="Corp")
            return event

        recorder.on(INBOUND, meanwhile)
        assert town.refusal() == "Login option is not available. Please try another one."
        assert town.usernames() == []


class TestPreSignUp:
    def test_its_flags_change_nothing(self, town: Town, recorder: Recorder) -> None:
        recorder.on(BEFORE_SIGN_UP, answering(autoConfirmUser=True, autoVerifyEmail=True))
        town.arrive()
        assert town.seen("Corp_42")["UserStatus"] == "EXTERNAL_PROVIDER"
        assert town.attributes("Corp_42")["email_verified"] == "false"

    @pytest.mark.parametrize("by", [("42", "Cognito_Subject"), ("ana@corp.example", "email")])
    def test_it_links_the_identity_and_the_next_sign_in_is_that_of_the_linked_user(
        self, town: Town, recorder: Recorder, by: tuple[str, str]
    ) -> None:
        a_user(town.api, town.pool, "ana")

        def meanwhile(event: Json) -> Json:
            town.link("ana", *by)
            return event

        recorder.on(BEFORE_SIGN_UP, meanwhile)
        assert town.refusal() == TAKEN
        assert town.usernames() == ["ana"]
        assert town.arrive().user.username == "ana"
        assert [each["primary"] for each in town.identities("ana")] == [False]

    def test_of_two_first_sign_ins_at_once_one_creates_the_user(self, town: Town, recorder: Recorder) -> None:
        def meanwhile(event: Json) -> Json:
            recorder.on(BEFORE_SIGN_UP, same)
            town.arrive()
            return event

        recorder.on(BEFORE_SIGN_UP, meanwhile)
        assert town.refusal() == TAKEN
        assert town.usernames() == ["Corp_42"]
        assert len(town.identities("Corp_42")) == 1

    def test_a_local_user_who_takes_the_name_meanwhile_keeps_it(self, town: Town, recorder: Recorder) -> None:
        def meanwhile(event: Json) -> Json:
            recorder.on(BEFORE_SIGN_UP, same)
            a_user(town.api, town.pool, "Corp_42")
            return event

        recorder.on(BEFORE_SIGN_UP, meanwhile)
        assert town.refusal() == TAKEN
        assert town.identities("Corp_42") == []
