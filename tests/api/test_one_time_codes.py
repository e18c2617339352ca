"""One-time codes as first factors: what is sent, what they prove, and what is kept of them."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from storage.store import Store
from storage.tables.sign_ins import sign_ins
from tests.api.people import attributes_of, sign_up, status_of
from tests.api.second_factors import MAIL, MISMATCH, PHONE, SNS, Answer, another, answer
from tests.api.signing_in import begin, refusal
from tests.builders import FLOWS, Api, a_client, a_pool, a_user

CHOICE = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"]}
FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
KINDS = [
    ("EMAIL_OTP", "email", MAIL, "EMAIL", "a***@e***"),
    ("SMS_OTP", "phone_number", PHONE, "SMS", "+*******9934"),
]


@pytest.fixture
def place(api: Api) -> tuple[str, str]:
    """A pool that allows codes as first factors, and a client of it."""
    pool = a_pool(api, Policies=FACTORS, SmsConfiguration=SNS)
    return pool, a_client(api, pool, **CHOICE)


def asked(api: Api, client: str, factor: str, username: str = "ana") -> Answer:
    """The challenge of a factor that is preferred."""
    challenge = begin(api, client, "USER_AUTH", USERNAME=username, PREFERRED_CHALLENGE=factor)
    assert challenge["ChallengeName"] == factor
    return challenge


@pytest.mark.parametrize(("factor", "attribute", "address", "medium", "masked"), KINDS)
def test_eight_digits_are_sent_and_verify_the_address(
    api: Api, place: tuple[str, str], factor: str, attribute: str, address: str, medium: str, masked: str
) -> None:
    pool, client = place
    a_user(api, pool, **{attribute: address})
    challenge = asked(api, client, factor)
    assert challenge["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": masked,
    }
    message = api.message(user="ana")
    assert (message.to, message.medium, message.trigger) == (address, medium, "CustomMessage_Authentication")
    assert re.fullmatch("[0-9]{8}", message.code or "")
    done = answer(api, client, factor, challenge["Session"], **{f"{factor}_CODE": message.code or ""})
    assert done["AuthenticationResult"]["AccessToken"]
    assert attributes_of(api, pool)[f"{attribute}_verified"] == "true"


def test_a_code_confirms_who_signed_up_and_did_not_confirm(api: Api, place: tuple[str, str]) -> None:
    pool, client = place
    sign_up(api, client, email=MAIL)
    session = asked(api, client, "EMAIL_OTP")["Session"]
    code = api.code(user="ana")
    assert refusal(lambda: answer(api, client, "EMAIL_OTP", session, EMAIL_OTP_CODE=another(code))) == MISMATCH
    assert status_of(api, pool) == "UNCONFIRMED"
    assert answer(api, client, "EMAIL_OTP", session, EMAIL_OTP_CODE=code)["AuthenticationResult"]
    assert status_of(api, pool) == "CONFIRMED"


def test_somebody_who_does_not_exist_is_challenged_alike_and_never_right(api: Api, place: tuple[str, str]) -> None:
    pool = place[0]
    client = a_client(api, pool, PreventUserExistenceErrors="ENABLED", **CHOICE)
    challenge = asked(api, client, "EMAIL_OTP", "nobody")
    assert challenge["ChallengeParameters"].keys() == {
        "CODE_DELIVERY_DELIVERY_MEDIUM",
        "CODE_DELIVERY_DESTINATION",
    }
    assert api.world.mailbox.messages() == []
    for code in ("", "00000000", "12345678"):
        told = refusal(
            lambda c=code: answer(api, client, "EMAIL_OTP", challenge["Session"], "nobody", EMAIL_OTP_CODE=c)  # type: ignore[misc]
        )
        assert told == (MISMATCH if code else "InvalidParameterException: Missing required parameter EMAIL_OTP_CODE")


def test_of_a_code_only_a_digest_is_kept(api: Api, place: tuple[str, str], store: Store) -> None:
    pool, client = place
    a_user(api, pool, email=MAIL)
    asked(api, client, "EMAIL_OTP")
    code = api.code(user="ana")
    with store.unit(writes=False) as unit:
        kept = json.dumps([state for (state,) in unit.read(select(sign_ins.c.state))])
    assert MAIL in kept
    assert code not in kept
