"""Imported users: they reset their password, sign in by a code, or keep the password that they had."""

from __future__ import annotations

import hashlib

import bcrypt
import pytest

from storage.store import Store
from tests.api.imports.importer import ANA, Importer, counts
from tests.builders import FLOWS, PASSWORD, Refused, a_client, sign_in

BCRYPT = bcrypt.hashpw(PASSWORD.encode(), b"$2b$04$CCCCCCCCCCCCCCCCCCCCC.").decode()
SCRYPT = "16$8$1$00ff$" + hashlib.scrypt(PASSWORD.encode(), salt=b"\x00\xff", n=16, r=8, p=1, dklen=64).hex()


def refused(importer: Importer, client: str, password: str = PASSWORD, username: str = "ana") -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        sign_in(importer.api, client, username, password=password)
    return refusal.value.code, refusal.value.message


def with_hash(importer: Importer, text: str, algorithm: str = "BCRYPT") -> dict[str, object]:
    header = [*importer.header, "password_hash"]
    return importer.run(importer.csv(ANA | {"password_hash": text}, header=header), PasswordHashingAlgorithm=algorithm)


def test_an_imported_user_resets_the_password_and_signs_in(importer: Importer) -> None:
    importer.ana()
    api, client = importer.api, a_client(importer.api, importer.pool)
    assert importer.user()["UserStatus"] == "RESET_REQUIRED"
    assert refused(importer, client) == ("PasswordResetRequiredException", "Password reset required for the user")
    answer = api.idp("ForgotPassword", ClientId=client, Username="ana")
    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    code = api.code(user="ana")
    api.idp("ConfirmForgotPassword", ClientId=client, Username="ana", ConfirmationCode=code, Password=PASSWORD)
    assert importer.user()["UserStatus"] == "CONFIRMED"
    assert sign_in(api, client)["AccessToken"]


def test_clients_that_hide_who_exists_do_not_learn_of_imported_users(importer: Importer) -> None:
    importer.ana()
    client = a_client(importer.api, importer.pool, PreventUserExistenceErrors="ENABLED")
    told = [refused(importer, client) for _ in range(8)]
    assert told == [refused(importer, client, username="nobody") for _ in range(8)]
    assert {words for _, words in told} == {"Incorrect username or password.", "Password attempts exceeded"}
    importer.api.idp("ForgotPassword", ClientId=client, Username="ana")
    assert importer.api.code(user="ana")


def test_an_administrator_may_set_the_password(importer: Importer) -> None:
    importer.ana()
    request = {"UserPoolId": importer.pool, "Username": "ana", "Password": PASSWORD, "Permanent": True}
    importer.api.idp("AdminSetUserPassword", **request)
    assert sign_in(importer.api, a_client(importer.api, importer.pool))["AccessToken"]


def test_who_can_sign_in_by_a_code_is_confirmed(importer: Importer) -> None:
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    own = importer.into(Policies=policy)
    own.ana()
    assert own.user()["UserStatus"] == "CONFIRMED"
    client = a_client(own.api, own.pool, ExplicitAuthFlows=["ALLOW_USER_AUTH", *FLOWS])
    parameters = {"USERNAME": "ana", "PREFERRED_CHALLENGE": "EMAIL_OTP"}
    asked = own.api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_AUTH", AuthParameters=parameters)
    answers = {"USERNAME": "ana", "EMAIL_OTP_CODE": own.api.code(user="ana")}
    answer = own.api.idp(
        "RespondToAuthChallenge",
        ClientId=client,
        ChallengeName="EMAIL_OTP",
        Session=asked["Session"],
        ChallengeResponses=answers,
    )
    assert answer["AuthenticationResult"]["IdToken"]


@pytest.mark.parametrize(("algorithm", "text"), [("BCRYPT", BCRYPT), ("SCRYPT", SCRYPT)])
def test_a_user_keeps_the_password_that_they_had(importer: Importer, store: Store, algorithm: str, text: str) -> None:
    assert with_hash(importer, text, algorithm)["Status"] == "Succeeded"
    client = a_client(importer.api, importer.pool)
    assert importer.user()["UserStatus"] == "CONFIRMED"
    assert refused(importer, client, "Wrong-Horse-1")[0] == "NotAuthorizedException"
    for _ in range(2):
        assert sign_in(importer.api, client)["AccessToken"]
    with store.unit(writes=False) as unit:
        kept = unit.users.named(importer.pool, "ana")
        assert kept
        assert kept.password
        assert kept.verifier
        assert text not in kept.password


def test_a_user_changes_the_password_that_they_had(importer: Importer) -> None:
    with_hash(importer, BCRYPT)
    api, client = importer.api, a_client(importer.api, importer.pool)
    token = sign_in(api, client)["AccessToken"]
    api.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword="Other-Horse-2")
    assert sign_in(api, client, password="Other-Horse-2")["AccessToken"]
    assert refused(importer, client)[0] == "NotAuthorizedException"


def test_a_user_who_was_imported_with_a_password_may_reset_it(importer: Importer) -> None:
    with_hash(importer, BCRYPT)
    api, client = importer.api, a_client(importer.api, importer.pool)
    api.idp("ForgotPassword", ClientId=client, Username="ana")
    code = api.code(user="ana")
    api.idp("ConfirmForgotPassword", ClientId=client, Username="ana", ConfirmationCode=code, Password="Other-Horse-2")
    assert sign_in(api, client, password="Other-Horse-2")["AccessToken"]


def test_who_has_no_hash_resets_the_password(importer: Importer) -> None:
    assert counts(with_hash(importer, "")) == (1, 0, 0)
    assert importer.user()["UserStatus"] == "RESET_REQUIRED"


@pytest.mark.parametrize(
    ("algorithm", "text", "reason"),
    [
        ("BCRYPT", "secret", "password_hash is not of the form of BCRYPT."),
        ("BCRYPT", SCRYPT, "password_hash is not of the form of BCRYPT."),
        ("BCRYPT", BCRYPT.replace("$04$", "$13$"), "password_hash has the parameter cost above 12."),
        ("SCRYPT", SCRYPT.replace("16$", "131072$", 1), "password_hash has the parameter N above 65536."),
    ],
)
def test_a_hash_that_is_none_fails_the_row(importer: Importer, algorithm: str, text: str, reason: str) -> None:
    job = with_hash(importer, text, algorithm)
    assert importer.log(job) == [f"[FAILED] Line Number 2 - {reason}"]


def test_a_job_with_hashes_needs_their_column_and_no_other(importer: Importer) -> None:
    row = ANA | {"password_hash": BCRYPT}
    job = importer.run(importer.csv(ANA), PasswordHashingAlgorithm="BCRYPT")
    assert (job["Status"], counts(job)) == ("Failed", (0, 0, 0))
    assert "password_hash" in job["CompletionMessage"]
    header = ["cognito:username", "email", "email_verified", "password_hash"]
    job = importer.run(importer.csv(row, header=header), PasswordHashingAlgorithm="BCRYPT")
    assert (job["Status"], counts(job)) == ("Succeeded", (1, 0, 0))


def test_a_job_without_an_algorithm_takes_no_hashes(importer: Importer) -> None:
    header = [*importer.header, "password_hash"]
    job = importer.run(importer.csv(ANA, ANA | {"cognito:username": "b", "password_hash": BCRYPT}, header=header))
    assert counts(job) == (1, 0, 1)
    assert BCRYPT not in str(importer.log(job))
