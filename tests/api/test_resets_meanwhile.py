"""AdminResetUserPassword while a sign-in waits for an answer: whoever began it with the password does not get in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from tests.api.hostile_places import Place
from tests.api.hostile_rows import ROWS, Row
from tests.api.signing_in import refusal
from tests.builders import Api

RESET = "PasswordResetRequiredException: Password reset required for the user"
WITHOUT_PASSWORD = {
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "EMAIL_OTP as first factor",
    "SMS_OTP",
    "WEB_AUTHN",
}
"""Sign-ins that ask for no password: what is to be reset does not concern them."""
LATER = {"PASSWORD_SRP"}
"""What comes before the password: who proves that one learns of the reset."""


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions."""
    return replace(world, lambdas=Functions())


def _let_recover(place: Place, by: str) -> None:
    """Let users recover their passwords by an address, where that is left to administrators; the rest stays."""
    pool = place.api.idp("DescribeUserPool", UserPoolId=place.pool)["UserPool"]
    if "admin_only" in str(pool.get("AccountRecoverySetting")):
        kept = {name: pool[name] for name in ("MfaConfiguration", "EmailConfiguration", "SmsConfiguration")}
        recovery = {"RecoveryMechanisms": [{"Priority": 1, "Name": by}]}
        place.api.idp("UpdateUserPool", UserPoolId=place.pool, AccountRecoverySetting=recovery, **kept)


def waiting(api: Api, row: Row) -> Callable[[], dict[str, object]]:
    """Put the challenge of a row to Ana, and reset her password; answers what brings the right answer."""
    place: Place = row.settle(api)
    challenge = row.reach(place, "ana")
    right = row.right(place, "ana", challenge)
    _let_recover(place, "verified_phone_number" if row.challenge == "EMAIL_OTP" else "verified_email")
    api.idp("AdminResetUserPassword", UserPoolId=place.pool, Username="ana")
    return lambda: place.answer(row.challenge, challenge.get("Session"), right)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.challenge != "NEW_PASSWORD_REQUIRED"], ids=lambda row: row.name
)
def test_who_began_with_a_password_that_is_reset_meanwhile_does_not_get_in(api: Api, row: Row) -> None:
    answer = waiting(api, row)
    if row.name in WITHOUT_PASSWORD | LATER:
        assert {"AuthenticationResult", "ChallengeName"} & answer().keys()
    else:
        assert refusal(answer) == RESET
