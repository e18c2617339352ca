"""PreTokenGeneration for a client's own token, when its function fails; and for a derived one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.exchange import ADMIN, a_service, acting, an_exchanger, derive, own_token
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Recorder, answering
from tests.api.sign_in_triggers.conftest import a_place
from tests.api.signing_in import refusal
from tests.builders import Api, claims


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
def test_a_derived_token_has_the_claims_that_its_function_gives_it(api: Api, functions: Recorder, version: str) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version=version)
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    added: dict[str, Any] = {"claimsToAddOrOverride": {"shop": "7", "sub": "evil", "act": "evil", "aud": "evil"}}
    functions.on("PreTokenGeneration", saying_claims(version, added))
    functions.events.clear()
    exchanger, actor = an_exchanger(api, place.pool), acting(own_token(api, a_service(api, place.pool)))
    functions.events.clear()
    said = claims(derive(api, exchanger, token, Audiences=["https://orders"], **actor)["IssuedToken"])
    assert said.get("shop") == (None if version == "V1_0" else "7")
    assert (said["username"], said["aud"], set(said["act"])) == ("ana", "https://orders", {"sub", "client_id"})
    told = claims(derive(api, exchanger, token, RequestedTokenType="ID_TOKEN")["IssuedToken"])
    assert (told["shop"], told["aud"]) == ("7", exchanger)
    event = functions.events[0]
    assert (event["triggerSource"], event["userName"]) == ("TokenGeneration_TokenExchange", "ana")
    assert event["callerContext"]["clientId"] == exchanger
    assert event["request"].get("scopes") == (None if version == "V1_0" else [ADMIN])


def test_scopes_that_the_function_takes_are_not_granted(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version="V2_0")
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    functions.on("PreTokenGeneration", saying_claims("V2_0", {"scopesToSuppress": [ADMIN], "scopesToAdd": ["read"]}))
    answer = derive(api, an_exchanger(api, place.pool), token)
    assert (answer["Scopes"], claims(answer["IssuedToken"])["scope"]) == (["read"], "read")


@EVERY_FAILURE
def test_no_token_is_derived_where_the_function_fails(
    api: Api, functions: Recorder, does: Function | None, told: str
) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    exchanger = an_exchanger(api, place.pool)
    functions.fails("PreTokenGeneration", does)
    assert refusal(lambda: derive(api, exchanger, token)) == told.format("PreTokenGeneration")


@pytest.mark.parametrize("operation", ["AdminDisableUser", "AdminDeleteUser", "AdminUserGlobalSignOut"])
def test_who_goes_while_the_function_runs_gets_no_derived_token(api: Api, functions: Recorder, operation: str) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    exchanger = an_exchanger(api, place.pool)

    def ends(event: Json) -> Json:
        api.idp(operation, UserPoolId=place.pool, Username="ana")
        return event

    functions.on("PreTokenGeneration", ends)
    assert refusal(lambda: derive(api, exchanger, token)) == "NotAuthorizedException: User is disabled."


def saying_claims(version: str, said: dict[str, Any]) -> Function:
    """A function that says that of both tokens, in the shape of its version."""
    if version == "V1_0":
        return answering(claimsOverrideDetails=said)
    return answering(
        claimsAndScopeOverrideDetails={"idTokenGeneration": said, "accessTokenGeneration": said},
    )
