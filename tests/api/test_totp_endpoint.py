"""`POST /_emulator/totp`: an authenticator app without a telephone."""

from __future__ import annotations

from typing import Any

import pytest

from keys import totp
from tests.api.second_factors import TOTP, a_place, ana, prefer
from tests.api.signing_in import enter
from tests.builders import Api, a_pool, a_user, sign_in
from tests.conftest import NOON

SECRET = "JBSWY3DPEHPK3PXP"


def enrol(api: Api, pool: str, **members: Any) -> tuple[int, dict[str, Any]]:
    answer = api.http.post("/_emulator/totp", json={"pool": pool, "user": "ana", **members})
    return answer.status_code, dict(answer.get_json())


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    place = a_place(api, "OPTIONAL", TOTP)
    ana(api, place[0])
    return place


def passes(api: Api, client: str, code: str) -> bool:
    asked = enter(api, client)
    answer = api.idp(
        "RespondToAuthChallenge",
        ClientId=client,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code},
    )
    return "AuthenticationResult" in answer


def test_its_code_signs_in_each_time_that_it_is_asked_for(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    secrets = set()
    for _ in range(3):
        status, told = enrol(api, pool)
        assert (status, list(told)) == (200, ["secret", "code"])
        prefer(api, pool, SoftwareToken="best")
        assert passes(api, client, told["code"])
        secrets.add(told["secret"])
    assert len(secrets) == 1
    with pytest.raises(Exception, match="ExpiredCodeException"):
        passes(api, client, told["code"])


def test_it_is_no_factor_before_the_user_prefers_it(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    enrol(api, pool)
    assert sign_in(api, client)["IdToken"]


def test_a_secret_is_set_and_replaced(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    enrol(api, pool)
    told = enrol(api, pool, secret="jbsw y3dp ehpk 3pxp")[1]
    assert told == {"secret": SECRET, "code": totp.code(SECRET, totp.step(NOON))}
    assert enrol(api, pool)[1]["secret"] == SECRET
    prefer(api, pool, SoftwareToken="best")
    assert passes(api, client, told["code"])


def test_the_code_follows_the_servers_clock(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    enrol(api, pool, secret=SECRET)
    prefer(api, pool, SoftwareToken="best")
    api.world.clock.advance(hours=3)
    told = enrol(api, pool)[1]
    assert told["code"] == totp.code(SECRET, totp.step(NOON + 3 * 3600))
    assert passes(api, client, told["code"])


def test_an_app_that_is_being_set_up_is_verified_with_its_code(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    token = sign_in(api, client)["AccessToken"]
    secret = api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    code = enrol(api, pool, secret=secret)[1]["code"]
    assert api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code)["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({"pool": "us-east-1_Nothing"}, 404, "pool: there is no pool"),
        ({"user": "nobody"}, 404, "user: pool"),
        ({"secret": "1890"}, 400, "secret: it is not Base32 of at least 10 bytes"),
        ({"secret": "JBSWY3DP"}, 400, "secret: it is not Base32 of at least 10 bytes"),
        ({"secret": ""}, 400, "secret: it is not Base32"),
        ({"secret": "A" * 136}, 400, "secret: it is not Base32"),
        ({"secret": 7}, 400, "secret: 7 is not a string"),
        ({"secrets": "x"}, 400, "unknown member secrets; known are pool, user, secret"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    api: Api, place: tuple[str, str], members: dict[str, Any], status: int, words: str
) -> None:
    got, body = enrol(api, **{"pool": place[0], **members})
    assert (got, body["error"].startswith(words)) == (status, True), body


def test_a_pool_without_software_tokens_has_none(api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    status, body = enrol(api, pool)
    assert (status, body["error"]) == (400, "Software Token MFA has not been enabled by the userPool")
