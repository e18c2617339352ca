"""USER_SRP_AUTH and PASSWORD_VERIFIER: the password is proved and never sent."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from keys.srp import N
from tests.api.people import runs_nowhere
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, a_secret_client, proof, refusal, respond
from tests.api.srp_client import SRP_A, SrpClient, an_app, attempt
from tests.builders import FLOWS, PASSWORD, Api, a_pool, a_user, claims, sign_in

NEW = "Another-Horse-2"
NO_A = "InvalidParameterException: Invalid SRP_A"


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool with Ana."""
    client = an_app(api)
    a_user(api, client.pool)
    return client


class TestTheChallenge:
    def test_is_exactly_this(self, web: SrpClient) -> None:
        challenge = web.begin()
        parameters = challenge["ChallengeParameters"]
        assert challenge == {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}
        assert list(parameters) == ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"]
        assert parameters["USERNAME"] == parameters["USER_ID_FOR_SRP"] == "ana"
        for name, most in (("SALT", 32), ("SRP_B", 768)):
            assert parameters[name] == f"{int(parameters[name], 16):x}"
            assert most - 8 < len(parameters[name]) <= most
        assert parameters["SECRET_BLOCK"].startswith("AgV4")
        assert len(base64.b64decode(parameters["SECRET_BLOCK"], validate=True)) == 1275

    def test_is_another_each_time_but_for_the_salt(self, web: SrpClient) -> None:
        one, other = (web.begin()["ChallengeParameters"] for _ in range(2))
        assert {name for name in one if one[name] == other[name]} == {"SALT", "USERNAME", "USER_ID_FOR_SRP"}

    def test_has_a_new_salt_for_each_password_even_for_the_same(self, api: Api, web: SrpClient) -> None:
        before = web.begin()["ChallengeParameters"]["SALT"]
        api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="ana", Password=PASSWORD, Permanent=True)
        assert web.begin()["ChallengeParameters"]["SALT"] != before
        assert "AuthenticationResult" in web.sign_in()

    @pytest.mark.parametrize(
        ("a", "expected"),
        [
            ("", "InvalidParameterException: Missing required parameter SRP_A"),
            ("0", NO_A),
            ("0" * 768, NO_A),
            (f"{N:x}", NO_A),
            (f"{N:X}", NO_A),
            (f"{2 * N:x}", NO_A),
            ("g" * 768, NO_A),
            ("-1", NO_A),
            ("0x1f", NO_A),
            (" 1f", NO_A),
            ("1_f", NO_A),
            ("\u0661\u0662", NO_A),
            ("💥", NO_A),
            ("a" * 771, NO_A),
            ("a" * 100_000, NO_A),
        ],
    )
    def test_is_not_put_for_an_a_that_is_no_number_of_the_group(self, web: SrpClient, a: str, expected: str) -> None:
        assert refusal(lambda: web.begin(SRP_A=a)) == expected

    def test_waits_for_a_trigger_whose_function_runs_nowhere(self, api: Api) -> None:
        arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
        web = an_app(api, a_pool(api, LambdaConfig={"PreAuthentication": arn}))
        a_user(api, web.pool)
        assert refusal(web.begin) == ": ".join(runs_nowhere("PreAuthentication"))


class TestARightProof:
    @pytest.mark.parametrize("begins", [False, True])
    @pytest.mark.parametrize("answers", [False, True])
    def test_signs_in_whichever_call_began_and_whichever_answers(
        self, web: SrpClient, begins: bool, answers: bool
    ) -> None:
        web.admin = begins
        challenge = web.begin()
        web.admin = answers
        answer = web.prove(challenge)
        assert answer["ChallengeParameters"] == {}
        tokens = answer["AuthenticationResult"]
        assert set(tokens) == {"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}
        assert claims(tokens["AccessToken"])["username"] == "ana"

    @pytest.mark.parametrize("a", [SRP_A.upper(), "00" + SRP_A])
    def test_may_begin_with_any_spelling_of_a(self, web: SrpClient, a: str) -> None:
        assert "AuthenticationResult" in web.sign_in(SRP_A=a)

    @pytest.mark.parametrize("username", ["ana", "Ünï-çødé", "名前", "💥", "a" * 128, "a:b"])
    @pytest.mark.parametrize("password", [PASSWORD, "Pässwörd-Ñ-1", "密码-Aa1-💥💥", f"Aa1-{'x' * 252}"])
    def test_is_that_of_any_username_and_password(self, api: Api, username: str, password: str) -> None:
        web = an_app(api)
        a_user(api, web.pool, username, password)
        assert "AuthenticationResult" in web.sign_in(username, password)

    def test_is_found_whatever_the_salt_and_the_numbers_begin_with(self, api: Api, web: SrpClient) -> None:
        firsts = set()
        for _ in range(24):
            api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="ana", Password=PASSWORD, Permanent=True)
            challenge = web.begin()
            firsts |= {challenge["ChallengeParameters"]["SALT"][0], challenge["ChallengeParameters"]["SRP_B"][0]}
            assert "AuthenticationResult" in web.prove(challenge)
        assert firsts & set("89abcdef")
        assert firsts & set("1234567")

    def test_uses_the_sub_where_that_is_the_username(self, api: Api) -> None:
        web = an_app(api, a_pool(api, UsernameAttributes=["email"]))
        username = a_user(api, web.pool, "ana@example.com")["Username"]
        challenge = web.begin("ana@example.com")
        assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == username
        assert "AuthenticationResult" in web.prove(challenge)
        assert "AuthenticationResult" in web.prove(web.begin("ana@example.com"), USERNAME="ana@example.com")

    def test_uses_the_true_username_where_an_alias_or_another_case_was_typed(self, api: Api) -> None:
        case = {"CaseSensitive": False}
        web = an_app(api, a_pool(api, AliasAttributes=["email"], UsernameConfiguration=case))
        a_user(api, web.pool, "Ana", email="ana@example.com", email_verified="true")
        for typed in ("Ana", "ANA", "ana@example.com", "Ana@Example.com"):
            challenge = web.begin(typed)
            assert challenge["ChallengeParameters"]["USER_ID_FOR_SRP"] == "Ana"
            assert "AuthenticationResult" in web.prove(challenge)
            assert "AuthenticationResult" in web.prove(web.begin(typed), USERNAME=typed)

    def test_needs_the_secret_hash_of_a_client_with_a_secret(self, api: Api, web: SrpClient) -> None:
        flows = [*FLOWS, "ALLOW_USER_SRP_AUTH"]
        client, secret = a_secret_client(api, web.pool, ExplicitAuthFlows=flows)
        web.client = client
        hashed = proof("ana", client, secret)
        absent = f"NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
        assert refusal(web.begin) == absent
        challenge = web.begin(SECRET_HASH=hashed)
        assert refusal(lambda: web.prove(challenge)) == absent
        assert "AuthenticationResult" in web.prove(challenge, SECRET_HASH=hashed)

    def test_leads_on_to_a_new_password_where_it_was_a_temporary_one(self, api: Api) -> None:
        web = an_app(api)
        a_newcomer(api, web.pool)
        challenge = web.sign_in(password=TEMPORARY)
        assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert "AuthenticationResult" in respond(api, web.client, challenge["Session"], NEW_PASSWORD=NEW)
        assert "AuthenticationResult" in web.sign_in(password=NEW)
        assert attempt(web, password=TEMPORARY) == WRONG


def by_sign_up(api: Api, web: SrpClient) -> None:
    api.idp("SignUp", ClientId=web.client, Username="new", Password=NEW)
    api.idp("AdminConfirmSignUp", UserPoolId=web.pool, Username="new")


def by_an_invitation(api: Api, web: SrpClient) -> None:
    api.idp("AdminCreateUser", UserPoolId=web.pool, Username="new", TemporaryPassword=NEW)


def by_a_second_invitation(api: Api, web: SrpClient) -> None:
    a_newcomer(api, web.pool, "new")
    api.idp("AdminCreateUser", UserPoolId=web.pool, Username="new", TemporaryPassword=NEW, MessageAction="RESEND")


def by_an_administrator(api: Api, web: SrpClient) -> None:
    a_user(api, web.pool, "new")
    api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="new", Password=NEW, Permanent=True)


def by_an_administrator_until_the_next_sign_in(api: Api, web: SrpClient) -> None:
    a_user(api, web.pool, "new")
    api.idp("AdminSetUserPassword", UserPoolId=web.pool, Username="new", Password=NEW)


def by_a_change(api: Api, web: SrpClient) -> None:
    a_user(api, web.pool, "new")
    token = sign_in(api, web.client, "new")["AccessToken"]
    api.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW)


def by_a_reset(api: Api, web: SrpClient) -> None:
    a_user(api, web.pool, "new", email="new@example.com", email_verified="true")
    api.idp("ForgotPassword", ClientId=web.client, Username="new")
    members = {"ClientId": web.client, "Username": "new", "ConfirmationCode": api.code()}
    api.idp("ConfirmForgotPassword", **members, Password=NEW)


def by_the_challenge(api: Api, web: SrpClient) -> None:
    a_newcomer(api, web.pool, "new")
    session = web.sign_in("new", TEMPORARY)["Session"]
    respond(api, web.client, session, USERNAME="new", NEW_PASSWORD=NEW)


@pytest.mark.parametrize(
    "set_password",
    [
        by_sign_up,
        by_an_invitation,
        by_a_second_invitation,
        by_an_administrator,
        by_an_administrator_until_the_next_sign_in,
        by_a_change,
        by_a_reset,
        by_the_challenge,
    ],
)
def test_a_password_is_proved_however_it_was_set(api: Api, set_password: Callable[[Api, SrpClient], None]) -> None:
    web = an_app(api)
    set_password(api, web)
    answer = web.sign_in("new", NEW)
    assert "AuthenticationResult" in answer or answer["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert attempt(web, "new", PASSWORD) == WRONG
    assert attempt(web, "new", TEMPORARY) == WRONG
