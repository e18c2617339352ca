"""Wrong, late, stolen and made-up answers to PASSWORD_VERIFIER: each refused in AWS's words, nothing issued."""

from __future__ import annotations

import pytest

from storage.store import Store
from storage.tables.tokens import token_families
from tests.api.signing_in import WRONG, reasons, refusal, respond
from tests.api.srp_client import SrpClient, an_app, attempt, timestamp
from tests.builders import PASSWORD, Api, a_user, sign_in

NEW = "Another-Horse-2"
LOCKED = "NotAuthorizedException: Password attempts exceeded"
NO_TIMESTAMP = "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool with Ana."""
    client = an_app(api)
    a_user(api, client.pool)
    return client


class TestAWrongProof:
    @pytest.mark.parametrize(
        "changed",
        [
            {"PASSWORD_CLAIM_SIGNATURE": "x"},
            {"PASSWORD_CLAIM_SIGNATURE": "💥"},
            {"PASSWORD_CLAIM_SIGNATURE": "A" * 43 + "="},
            {"PASSWORD_CLAIM_SIGNATURE": "A" * 100_000},
            {"TIMESTAMP": "Fri Jan 15 08:00:01 UTC 2027"},
            {"TIMESTAMP": "Thu Jan 15 08:00:00 UTC 2027"},
            {"TIMESTAMP": "Fri Jan 15 8:00:00 UTC 2027"},
        ],
    )
    def test_is_refused_and_ends_the_sign_in(self, web: SrpClient, changed: dict[str, str]) -> None:
        challenge = web.begin()
        assert refusal(lambda: web.prove(challenge, **changed)) == WRONG
        assert refusal(lambda: web.prove(challenge)) == WRONG
        assert reasons(web.api) == "the session is spent"
        assert "AuthenticationResult" in web.sign_in()

    def test_is_one_of_another_password(self, web: SrpClient) -> None:
        assert attempt(web, password=NEW) == WRONG
        assert reasons(web.api) == "wrong proof of the password"

    def test_is_one_whose_timestamp_is_signed_but_not_written_as_aws_does(self, web: SrpClient) -> None:
        web.api.world.clock.set(1_799_132_400)
        moment = timestamp(web.api.world.clock.now())
        assert moment == "Tue Jan 5 07:00:00 UTC 2027"
        for written in ("Tue Jan 05 07:00:00 UTC 2027", "Wed Jan 5 07:00:00 UTC 2027", "Tue Jan 5 7:0:0 UTC 2027"):
            challenge = web.begin()
            responses = web.proof(challenge, moment=written)
            assert refusal(lambda c=challenge, r=responses: web.answer(c, r)) == WRONG  # type: ignore[misc]
        assert "AuthenticationResult" in web.sign_in()

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            *(
                ({name: value}, f"InvalidParameterException: Missing required parameter {name}")
                for name in ("PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP", "USERNAME")
                for value in (None, "")
                if name != "PASSWORD_CLAIM_SECRET_BLOCK"
            ),
            *(
                ({"TIMESTAMP": value}, NO_TIMESTAMP)
                for value in (
                    "1800000000",
                    "2027-01-15T08:00:00Z",
                    "Fri Jan 15 08:00:00 IST 2027",
                    "Fri Jan 15 08:00:00 GMT+1 2027",
                    "Fri Jan 15 24:00:00 UTC 2027",
                    "Fri Jan 15 08:60:00 UTC 2027",
                    "Fri Jan 15 08:00:60 UTC 2027",
                    "Fri Feb 30 08:00:00 UTC 2027",
                    "Fri Jan 0 08:00:00 UTC 2027",
                    "Fri Jan 15 08:00:00 UTC 0000",
                    "Fr Jan 15 08:00:00 UTC 2027",
                    "Fr. Jän 15 08:00:00 UTC 2027",
                    "Fri Jan 15 08:00:00 UTC 2027\n",
                    "Fri Jan \u0661\u0665 08:00:00 UTC 2027",
                    "💥" * 1000,
                )
            ),
        ],
    )
    def test_that_lacks_something_is_told_so_and_leaves_the_challenge_good(
        self, web: SrpClient, changed: dict[str, str | None], expected: str
    ) -> None:
        challenge = web.begin()
        assert refusal(lambda: web.prove(challenge, PASSWORD, **changed)) == expected
        assert "AuthenticationResult" in web.prove(challenge)

    @pytest.mark.parametrize("block", [None, ""])
    def test_that_lacks_the_secret_block_has_nothing_to_answer(self, web: SrpClient, block: str | None) -> None:
        challenge = web.begin()
        told = refusal(lambda: web.prove(challenge, PASSWORD_CLAIM_SECRET_BLOCK=block))
        assert told == "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"
        assert "AuthenticationResult" in web.prove(challenge)

    def test_counts_as_a_wrong_password_does(self, api: Api, web: SrpClient) -> None:
        for _ in range(3):
            assert attempt(web, password=NEW) == WRONG
        for _ in range(2):
            assert refusal(lambda: sign_in(api, web.client, password=NEW)) == WRONG
        challenge = web.begin()
        assert refusal(lambda: web.prove(challenge)) == LOCKED
        assert refusal(lambda: web.prove(challenge, TIMESTAMP="Fri Jan 15 08:00:01 UTC 2027")) == LOCKED
        assert refusal(lambda: sign_in(api, web.client)) == LOCKED
        api.world.clock.advance(seconds=1)
        assert "AuthenticationResult" in web.prove(challenge)
        for _ in range(4):
            assert attempt(web, password=NEW) == WRONG
        assert sign_in(api, web.client)


class TestTheClientsClock:
    @pytest.mark.parametrize("off", [-900, -60, 60, 900])
    def test_may_be_a_quarter_of_an_hour_off(self, web: SrpClient, off: int) -> None:
        challenge = web.begin()
        moment = timestamp(web.api.world.clock.now() + off)
        assert "AuthenticationResult" in web.answer(challenge, web.proof(challenge, moment=moment))

    @pytest.mark.parametrize("off", [-901, 901, 3600, 86_400 * 365])
    def test_may_not_be_more_off_which_is_no_wrong_password(self, web: SrpClient, off: int) -> None:
        for _ in range(6):
            challenge = web.begin()
            responses = web.proof(challenge, moment=timestamp(web.api.world.clock.now() + off))
            assert refusal(lambda c=challenge, r=responses: web.answer(c, r)) == WRONG  # type: ignore[misc]
            assert reasons(web.api) == "the client's clock is off"
        assert "AuthenticationResult" in web.sign_in()

    def test_need_not_have_been_moved_with_the_servers(self, web: SrpClient) -> None:
        before = timestamp(web.api.world.clock.now())
        web.api.world.clock.advance(days=40)
        for moment in (before, timestamp(web.api.world.clock.now())):
            challenge = web.begin()
            assert "AuthenticationResult" in web.answer(challenge, web.proof(challenge, moment=moment))


class TestTheSecretBlock:
    def test_is_good_for_one_sign_in(self, web: SrpClient) -> None:
        challenge = web.begin()
        responses = web.proof(challenge)
        assert "AuthenticationResult" in web.answer(challenge, responses)
        assert refusal(lambda: web.answer(challenge, responses)) == WRONG
        assert reasons(web.api) == "the session is spent"

    @pytest.mark.parametrize("block", ["AgV4" + "A" * 1696, "x", "💥", "=", "A" * 100_000])
    def test_cannot_be_made_up(self, web: SrpClient, block: str) -> None:
        challenge = web.begin()
        assert refusal(lambda: web.prove(challenge, PASSWORD_CLAIM_SECRET_BLOCK=block)) == WRONG
        assert reasons(web.api) == "no such session of this client"
        assert "AuthenticationResult" in web.prove(challenge)

    def test_expires_with_the_session(self, web: SrpClient) -> None:
        challenge = web.begin()
        web.api.world.clock.advance(seconds=179)
        responses = web.proof(challenge)
        web.api.world.clock.advance(seconds=1)
        assert refusal(lambda: web.answer(challenge, responses)) == WRONG
        assert reasons(web.api) == "the session is expired"

    def test_is_that_of_one_user_and_one_client(self, api: Api, web: SrpClient) -> None:
        a_user(api, web.pool, "bob")
        challenge = web.begin("bob")
        assert refusal(lambda: web.prove(challenge, USERNAME="ana")) == WRONG
        assert refusal(lambda: web.prove(challenge, USERNAME="nobody")) == WRONG
        other = an_app(api, web.pool)
        assert refusal(lambda: other.prove(challenge)) == WRONG
        assert "AuthenticationResult" in web.prove(challenge)

    def test_is_no_session_for_another_challenge(self, api: Api, web: SrpClient) -> None:
        block = web.begin()["ChallengeParameters"]["SECRET_BLOCK"]
        told = refusal(lambda: respond(api, web.client, block))
        assert told == "NotAuthorizedException: Invalid session for the user."

    def test_is_asked_for_where_a_session_is_sent_too(self, web: SrpClient) -> None:
        challenge = web.begin()
        told = refusal(lambda: web.prove({**challenge, "Session": "AYABe" + "x" * 289}))
        assert told == "NotAuthorizedException: Invalid session for the user."
        assert "AuthenticationResult" in web.prove(challenge)

    def test_is_void_once_the_password_is_another(self, api: Api, web: SrpClient) -> None:
        challenge = web.begin()
        api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="ana", Password=NEW, Permanent=True)
        assert refusal(lambda: web.prove(challenge)) == WRONG
        assert refusal(lambda: web.prove(challenge, NEW)) == WRONG
        assert "AuthenticationResult" in web.sign_in(password=NEW)

    def test_is_void_once_the_user_is_gone(self, api: Api, web: SrpClient) -> None:
        challenge = web.begin()
        api.idp("AdminDeleteUser", UserPoolId=web.pool, Username="ana")
        a_user(api, web.pool)
        assert refusal(lambda: web.prove(challenge)) == WRONG


def test_a_wrong_answer_issues_nothing(web: SrpClient, store: Store) -> None:
    def families() -> int:
        with store.unit(writes=False) as unit:
            return len(unit.read(token_families.select()).all())

    before = families()
    assert attempt(web, password=NEW) == WRONG
    challenge = web.begin()
    assert refusal(lambda: web.prove(challenge, PASSWORD_CLAIM_SECRET_BLOCK="x")) == WRONG
    assert families() == before == 0
    assert "AuthenticationResult" in web.prove(challenge)
    assert families() == 1
