"""Custom senders: whose call a message belongs to, for each operation that sends one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside.sealing import OpenSealer
from emulator.outside.world import World
from tests.api import second_factors
from tests.api.custom_message.acts import EVERY_CASE, METADATA, Case
from tests.api.recorded_functions import Place, Recorder, same
from tests.api.signing_in import enter
from tests.api.trigger_table.shop import KEY, SENDERS
from tests.builders import Api

CONFIG = {**SENDERS, "KMSKeyID": KEY}


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder()
    for sender in SENDERS:
        recorder.on(sender, same)
    return recorder


@pytest.fixture
def world(world: World) -> World:
    return replace(world, sealer=OpenSealer())


@EVERY_CASE
def test_a_sender_is_told_the_client_of_the_call_and_its_metadata(
    api: Api, place: Place, recorder: Recorder, case: Case
) -> None:
    api.idp("UpdateUserPool", UserPoolId=place.pool, AutoVerifiedAttributes=["email"], LambdaConfig=CONFIG)
    case.act(place)
    [event] = recorder.events
    assert event["triggerSource"] == f"CustomEmailSender_{case.source}"
    assert event["userName"] == case.user
    assert event["callerContext"]["clientId"] == (place.client if case.by_client else "CLIENT_ID_NOT_APPLICABLE")
    assert event["request"]["userAttributes"]["email"] == case.to
    assert event["request"]["clientMetadata"] == METADATA


def test_a_sender_of_a_sign_ins_code_is_told_the_client(api: Api, recorder: Recorder) -> None:
    pool, client = second_factors.a_place(api, "ON", second_factors.SMS, LambdaConfig=CONFIG)
    second_factors.ana(api, pool, "phone_number")
    assert enter(api, client)["ChallengeName"] == "SMS_MFA"
    [event] = recorder.events
    assert (event["triggerSource"], event["callerContext"]["clientId"]) == ("CustomSMSSender_Authentication", client)
