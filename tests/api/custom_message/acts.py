"""What CustomMessage is asked about: every operation that sends a message, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.recorded_functions import Place, Recorder, answering
from tests.builders import PASSWORD, pairs, sign_in

ANA = {"email": "ana@example.com", "email_verified": "true"}
METADATA = {"shop": "7"}
TEXT = "Say {####}, please"
WORDS = answering(emailMessage=TEXT, emailSubject="Hello", smsMessage="Text {####}")
INVITES = answering(emailMessage="{username}: {####}", emailSubject="Come", smsMessage="{username} {####}")

Act = Callable[[Place], Any]
METADATA_GIVEN = {"ClientMetadata": METADATA}


def signs_up(place: Place) -> Any:
    given = {"Username": "cleo", "Password": PASSWORD, "UserAttributes": pairs({"email": "cleo@example.com"})}
    return place.api.idp("SignUp", ClientId=place.client, **given, **METADATA_GIVEN)


def asks_again(place: Place) -> Any:
    return place.api.idp("ResendConfirmationCode", ClientId=place.client, Username="bea", **METADATA_GIVEN)


def forgets(place: Place) -> Any:
    return place.api.idp("ForgotPassword", ClientId=place.client, Username="ana", **METADATA_GIVEN)


def is_reset(place: Place) -> Any:
    return place.api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana", **METADATA_GIVEN)


def is_moved(place: Place) -> Any:
    changed = {"UserAttributes": pairs({"email": "new@example.com"}), **METADATA_GIVEN}
    return place.api.idp("AdminUpdateUserAttributes", UserPoolId=place.pool, Username="ana", **changed)


def moves(place: Place) -> Any:
    changed = {"UserAttributes": pairs({"email": "new@example.com"}), **METADATA_GIVEN}
    token = sign_in(place.api, place.client)["AccessToken"]
    return place.api.idp("UpdateUserAttributes", AccessToken=token, **changed)


def asks_to_verify(place: Place) -> Any:
    token = sign_in(place.api, place.client)["AccessToken"]
    members = {"AccessToken": token, "AttributeName": "email", **METADATA_GIVEN}
    return place.api.idp("GetUserAttributeVerificationCode", **members)


def is_created(place: Place) -> Any:
    members = {"Username": "cleo", "UserAttributes": pairs({"email": "cleo@example.com"}), **METADATA_GIVEN}
    mediums = {"DesiredDeliveryMediums": ["EMAIL"]}
    return place.api.idp("AdminCreateUser", UserPoolId=place.pool, **members, **mediums)


@dataclass(frozen=True)
class Case:
    act: Act
    source: str
    user: str
    to: str
    status: str
    by_client: bool = True
    verified: str | None = None

    def __str__(self) -> str:
        return self.act.__name__


CASES = [
    Case(signs_up, "SignUp", "cleo", "cleo@example.com", "UNCONFIRMED", verified="false"),
    Case(asks_again, "ResendCode", "bea", "bea@example.com", "UNCONFIRMED", verified="false"),
    Case(forgets, "ForgotPassword", "ana", "ana@example.com", "CONFIRMED", verified="true"),
    Case(is_reset, "ForgotPassword", "ana", "ana@example.com", "CONFIRMED", by_client=False, verified="true"),
    Case(is_moved, "UpdateUserAttribute", "ana", "new@example.com", "CONFIRMED", by_client=False, verified="false"),
    Case(moves, "UpdateUserAttribute", "ana", "new@example.com", "CONFIRMED", verified="false"),
    Case(asks_to_verify, "VerifyUserAttribute", "ana", "ana@example.com", "CONFIRMED", verified="true"),
    Case(is_created, "AdminCreateUser", "cleo", "cleo@example.com", "FORCE_CHANGE_PASSWORD", by_client=False),
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


def says(recorder: Recorder, case: Case) -> None:
    recorder.on("CustomMessage", INVITES if case.source == "AdminCreateUser" else WORDS)
