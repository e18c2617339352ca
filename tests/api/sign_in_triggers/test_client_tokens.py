"""PreTokenGeneration for a client's own token, when its function fails."""

from __future__ import annotations

from tests.api.exchange import a_service
from tests.api.recorded_functions import EVERY_FAILURE, Function, Recorder
from tests.api.sign_in_triggers.conftest import a_place
from tests.api.signing_in import refusal
from tests.builders import Api


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
