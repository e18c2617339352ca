"""The sign-in machine ends in a value: `Asks`, or `Done`, of which the caller makes tokens, or something else."""

from __future__ import annotations

from emulator.context import Context, RequestOrigin
from emulator.domain.pools.apps import FoundApp
from emulator.domain.sign_in import machine
from emulator.domain.sign_in.outcomes import Asks, Done
from emulator.domain.sign_in.progress import ChallengeAnswer, Progress
from emulator.settings import Settings
from storage.store import Store
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user


def test_a_sign_in_that_is_done_has_issued_nothing(api: Api, store: Store) -> None:
    pool_id = a_pool(api)
    client_id = a_client(api, pool_id)
    a_user(api, pool_id)
    with store.unit(writes=True) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        pool, client = unit.pools.get(pool_id), unit.clients.get(client_id)
        assert pool
        assert client
        outcome = machine.start(Progress(context, pool, client, "USER_PASSWORD_AUTH", "ana"), {"PASSWORD": PASSWORD})
        assert isinstance(outcome, Done)
        assert (outcome.user.username, outcome.device_key, outcome.new_device_group) == ("ana", None, None)
        assert outcome.details == {"Acr": "urn:cognito:loa:1", "Amr": ["pwd"]}
        assert unit.tokens.of(outcome.user.id) == []
        assert context.afterwards == []


def test_a_challenge_is_asked_with_its_session_and_its_answer_ends_the_sign_in(api: Api, store: Store) -> None:
    pool_id = a_pool(api)
    client_id = a_client(api, pool_id)
    a_user(api, pool_id)
    api.idp("AdminSetUserPassword", UserPoolId=pool_id, Username="ana", Password=PASSWORD, Permanent=False)
    with store.unit(writes=True) as unit:
        context = Context(unit, api.world, Settings(ephemeral=True), RequestOrigin())
        pool, client = unit.pools.get(pool_id), unit.clients.get(client_id)
        assert pool
        assert client
        outcome = machine.start(Progress(context, pool, client, "USER_PASSWORD_AUTH", "ana"), {"PASSWORD": PASSWORD})
        assert isinstance(outcome, Asks)
        assert (outcome.challenge, outcome.available) == ("NEW_PASSWORD_REQUIRED", None)
        assert outcome.session
        unit.commit()
        responses = {"USERNAME": "ana", "NEW_PASSWORD": f"{PASSWORD}2"}
        end = machine.respond(
            context, FoundApp(pool, client), ChallengeAnswer(outcome.challenge, outcome.session, responses)
        )
        assert isinstance(end, Done)
        assert end.user.status == "CONFIRMED"
        assert unit.tokens.of(end.user.id) == []
