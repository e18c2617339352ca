"""Sign-ins in which functions decide, codes are sent, or a device proves itself; and users who are migrated."""

from __future__ import annotations

from typing import Any

from emulator.outside.lambdas import Function, Functions
from tests.api.device_client import ALWAYS, Device, a_device
from tests.api.lambda_functions import CREATE, DEFINE, VERIFY, Place, create, define, verify
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import MAIL, OLD, Scene
from tests.api.second_factors import OWN_SENDER
from tests.api.signing_in import begin
from tests.api.srp_client import SrpClient


def _runs(scene: Scene, **functions: Function) -> None:
    """Let triggers' functions do that."""
    lambdas = scene.api.world.lambdas
    assert isinstance(lambdas, Functions)
    lambdas.functions |= functions


def _device(scene: Scene) -> Device:
    """A device of Ana's, which is remembered."""
    return a_device(SrpClient(scene.api, scene.pool, scene.client))


def _proves_a_device(scene: Scene) -> Call:
    device = _device(scene)
    challenge = device.begin(device.enter())
    members = device.proof(challenge)
    return lambda: device.answer("DEVICE_PASSWORD_VERIFIER", challenge.get("Session"), **members)


def _riddles(scene: Scene) -> Place:
    """The scene's client, where the right answer to a riddle lets users in."""
    _runs(scene, **{DEFINE: define, CREATE: create, VERIFY: verify})
    return Place(scene.api, scene.pool, scene.client)


def _asks_for_a_riddle(scene: Scene) -> Call:
    return _riddles(scene).begin


def _solves_a_riddle(scene: Scene) -> Call:
    place = _riddles(scene)
    challenge = place.begin()
    return lambda: place.answer(challenge)


def _fails_at_a_riddle(scene: Scene) -> Call:
    place = _riddles(scene)
    challenge = place.begin()
    return lambda: place.answer(challenge, "wrong")


def _elsewhere(scene: Scene) -> None:
    """Let Ana be in another directory alone, from which UserMigration takes her once: whoever is deleted stays so."""
    scene.api.idp("AdminDeleteUser", **scene.named)
    there = {"ana"}

    def take(event: dict[str, Any]) -> dict[str, Any]:
        if event["userName"] in there and event["request"]["password"] in (OLD, None):
            there.remove(event["userName"])
            attributes = {"email": MAIL, "email_verified": "true"}
            event["response"] |= {"userAttributes": attributes, "finalUserStatus": "CONFIRMED"}
        return event

    _runs(scene, UserMigration=take)


def _migrates(scene: Scene) -> Call:
    _elsewhere(scene)
    return lambda: begin(scene.api, scene.client, USERNAME="ana", PASSWORD=OLD)


def _migrates_who_forgot(scene: Scene) -> Call:
    _elsewhere(scene)
    return lambda: scene.api.idp("ForgotPassword", ClientId=scene.client, Username="ana")


def _asks_for_a_code(scene: Scene) -> Call:
    return lambda: begin(scene.api, scene.client, "USER_AUTH", USERNAME="ana", PREFERRED_CHALLENGE="EMAIL_OTP")


def _chooses_a_code(scene: Scene) -> Call:
    session = begin(scene.api, scene.client, "USER_AUTH", USERNAME="ana")["Session"]
    responses = {"USERNAME": "ana", "ANSWER": "EMAIL_OTP"}
    members = {"ClientId": scene.client, "ChallengeName": "SELECT_CHALLENGE", "ChallengeResponses": responses}
    return lambda: scene.api.idp("RespondToAuthChallenge", Session=session, **members)


_DEVICES = {"DeviceConfiguration": ALWAYS}
_CODES = OWN_SENDER | {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
_RIDDLES = (DEFINE, CREATE, VERIFY)

ROWS = (
    Row("RespondToAuthChallenge", _proves_a_device, pool=_DEVICES),
    Row("InitiateAuth", _asks_for_a_riddle, _RIDDLES),
    Row("RespondToAuthChallenge", _solves_a_riddle, _RIDDLES),
    Row("RespondToAuthChallenge", _fails_at_a_riddle, _RIDDLES),
    Row("InitiateAuth", _migrates, ("UserMigration", "CustomMessage"), commits=True, migrates=True),
    Row("ForgotPassword", _migrates_who_forgot, ("UserMigration",), commits=True, migrates=True),
    Row("InitiateAuth", _asks_for_a_code, ("CustomMessage",), pool=_CODES),
    Row("RespondToAuthChallenge", _chooses_a_code, ("CustomMessage",), pool=_CODES),
)
