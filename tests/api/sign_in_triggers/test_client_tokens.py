"""PreTokenGeneration for a client's own token, when its function fails; and for a derived one."""

from __future__ import annotations

import pytest

from tests.api.exchange import a_service, an_exchanger, derive
from tests.api.recorded_functions import EVERY_FAILURE, Function, Recorder
from tests.api.sign_in_triggers.conftest import a_place
from tests.api.signing_in import refusal
from tests.builders import Api, Refused


@EVERY_FAILURE
def test_a_function_that_fails_is_told_in_the_only_way_the_operation_has(
    api: Api, functions: Recorder, does: Function | None, told: str
) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version="V3_0")
    service, secret = a_service(api, place.pool)
    functions.fails("PreTokenGeneration", does)
    words = told.format("PreTokenGeneration").partition(": ")[2]
    answer = refusal(lambda: api.idp("GetClientToken", ClientId=service, Secret=secret))
    assert answer == f"InvalidParameterException: {words}"


@pytest.mark.parametrize("version", ["V1_0", "V2_0", "V3_0"])
def test_a_derived_token_is_refused_by_name_and_nothing_is_called(api: Api, functions: Recorder, version: str) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version=version)
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    functions.events.clear()
    with pytest.raises(Refused) as refused:
        derive(api, an_exchanger(api, place.pool), token)
    assert (refused.value.code, refused.value.status) == ("NotImplementedException", 501)
    assert "The Lambda trigger PreTokenGeneration, which user pool" in refused.value.message
    assert functions.events == []
