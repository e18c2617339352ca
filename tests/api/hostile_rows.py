"""Every challenge of a sign-in: where it is put, how one gets there, the right answer to it and a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.api.hostile_places import (
    DEVICE_SECRET,
    Challenge,
    Place,
    Responses,
    plain,
    requiring_mfa,
    totp_of,
    with_choice,
    with_devices,
    with_factors,
    with_functions,
    with_passkeys,
    with_temporary_passwords,
)
from tests.api.signing_in import TEMPORARY, begin
from tests.api.srp_client import SRP_A, claim, timestamp
from tests.builders import PASSWORD, Api

NEW = "Another-Horse-2"
WRONG = "NotAuthorizedException: Incorrect username or password."
MISMATCH = "CodeMismatchException: Invalid code or auth state for the user."
INVALID = "NotAuthorizedException: Invalid session for the user."


@dataclass(frozen=True)
class Row:
    """A challenge. `reach` puts it to somebody; `wrong` is what is changed in a right answer to make it a wrong one,
    which is refused with `refused`; `retried` says whether a right one is accepted after it.
    """

    name: str
    challenge: str
    settle: Callable[[Api], Place]
    reach: Callable[[Place, str], Challenge]
    right: Callable[[Place, str, Challenge], Responses]
    wrong: Responses
    refused: str
    retried: bool = True


def _enter(place: Place, username: str) -> Challenge:
    """Sign in with the password; where a software token answered lately, in the time step after that."""
    place.api.world.clock.advance(seconds=30)
    return begin(place.api, place.client, USERNAME=username, PASSWORD=PASSWORD)


def set_up(place: Place, username: str, challenge: Challenge) -> Challenge:
    """Set a software token up with the session of MFA_SETUP; its next session is good for the answer."""
    associated = place.api.idp("AssociateSoftwareToken", Session=challenge["Session"])
    place.kept[username] = associated["SecretCode"]
    code = totp_of(place, username)
    verified = place.api.idp("VerifySoftwareToken", Session=associated["Session"], UserCode=code)
    return {"ChallengeName": "MFA_SETUP", "Session": verified["Session"]}


def _preferring(factor: str) -> Callable[[Place, str], Challenge]:
    return lambda place, username: place.choose(username, PREFERRED_CHALLENGE=factor)


def _code(place: Place, username: str, _challenge: Challenge) -> str:
    return place.api.code(user=username)


def _saying(name: str, value: Callable[[Place, str, Challenge], str]) -> Callable[[Place, str, Challenge], Responses]:
    return lambda place, username, challenge: {"USERNAME": username, name: value(place, username, challenge)}


def _credential(place: Place, username: str, challenge: Challenge) -> str:
    options = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return json.dumps(place.kept[username].get(options))


def _proof(place: Place, _username: str, challenge: Challenge) -> Responses:
    return place.web.proof(challenge)


def _from_device(place: Place, username: str) -> Challenge:
    """Sign in from the device that is remembered."""
    key = place.kept[username][0]
    return begin(place.api, place.client, USERNAME=username, PASSWORD=PASSWORD, DEVICE_KEY=key)


def _device_begins(place: Place, username: str, _challenge: Challenge) -> Responses:
    return {"USERNAME": username, "DEVICE_KEY": place.kept[username][0], "SRP_A": SRP_A}


def _device_begun(place: Place, username: str) -> Challenge:
    challenge = _from_device(place, username)
    responses = _device_begins(place, username, challenge)
    return place.answer("DEVICE_SRP_AUTH", challenge["Session"], responses)


def _device_proof(place: Place, username: str, challenge: Challenge) -> Responses:
    key, group = place.kept[username]
    parameters, moment = challenge["ChallengeParameters"], timestamp(place.api.world.clock.now())
    return {
        "USERNAME": username,
        "DEVICE_KEY": key,
        "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": claim(group + key, DEVICE_SECRET, parameters, moment),
        "TIMESTAMP": moment,
    }


_WRONG_PROOF = {"PASSWORD_CLAIM_SIGNATURE": "A" * 43 + "="}
_WRONG_A = {"SRP_A": "0"}
_NO_A = "InvalidParameterException: Invalid SRP_A"
_TOTP = with_factors("SoftwareTokenMfaSettings")

ROWS = [
    Row(
        "NEW_PASSWORD_REQUIRED",
        "NEW_PASSWORD_REQUIRED",
        with_temporary_passwords,
        lambda place, username: begin(place.api, place.client, USERNAME=username, PASSWORD=TEMPORARY),
        _saying("NEW_PASSWORD", lambda *_: NEW),
        {"NEW_PASSWORD": "short"},
        "InvalidPasswordException: Password did not conform with policy: Password not long enough",
    ),
    Row(
        "PASSWORD_VERIFIER of USER_SRP_AUTH",
        "PASSWORD_VERIFIER",
        plain,
        lambda place, username: place.web.begin(username),
        _proof,
        _WRONG_PROOF,
        WRONG,
        retried=False,
    ),
    Row(
        "PASSWORD_VERIFIER of USER_AUTH",
        "PASSWORD_VERIFIER",
        with_choice,
        lambda place, username: place.choose(username, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=SRP_A),
        _proof,
        _WRONG_PROOF,
        WRONG,
        retried=False,
    ),
    Row(
        "PASSWORD_VERIFIER of CUSTOM_AUTH",
        "PASSWORD_VERIFIER",
        with_functions,
        lambda place, username: place.web.begin(username, "CUSTOM_AUTH", CHALLENGE_NAME="SRP_A"),
        _proof,
        _WRONG_PROOF,
        WRONG,
        retried=False,
    ),
    Row(
        "CUSTOM_CHALLENGE",
        "CUSTOM_CHALLENGE",
        with_functions,
        lambda place, username: begin(place.api, place.client, "CUSTOM_AUTH", USERNAME=username),
        _saying("ANSWER", lambda _, username, __: username[::-1]),
        {"ANSWER": "wrong"},
        WRONG,
        retried=False,
    ),
    Row(
        "SELECT_CHALLENGE",
        "SELECT_CHALLENGE",
        with_choice,
        lambda place, username: place.choose(username),
        _saying("ANSWER", lambda *_: "EMAIL_OTP"),
        {"ANSWER": "WEB_AUTHN"},
        "InvalidParameterException: The selected challenge is not available.",
    ),
    Row(
        "PASSWORD",
        "PASSWORD",
        with_choice,
        _preferring("PASSWORD"),
        _saying("PASSWORD", lambda *_: PASSWORD),
        {"PASSWORD": NEW},
        WRONG,
    ),
    Row(
        "ADMIN_NO_SRP_AUTH",
        "ADMIN_NO_SRP_AUTH",
        plain,
        lambda place, username: begin(place.api, place.client, "ADMIN_NO_SRP_AUTH", place.pool, USERNAME=username),
        _saying("PASSWORD", lambda *_: PASSWORD),
        {"PASSWORD": NEW},
        WRONG,
    ),
    Row(
        "PASSWORD_SRP",
        "PASSWORD_SRP",
        with_choice,
        _preferring("PASSWORD_SRP"),
        _saying("SRP_A", lambda *_: SRP_A),
        _WRONG_A,
        _NO_A,
    ),
    Row(
        "EMAIL_OTP as first factor",
        "EMAIL_OTP",
        with_choice,
        _preferring("EMAIL_OTP"),
        _saying("EMAIL_OTP_CODE", _code),
        {"EMAIL_OTP_CODE": "00000000"},
        MISMATCH,
    ),
    Row(
        "SMS_OTP",
        "SMS_OTP",
        with_choice,
        _preferring("SMS_OTP"),
        _saying("SMS_OTP_CODE", _code),
        {"SMS_OTP_CODE": "00000000"},
        MISMATCH,
    ),
    Row(
        "WEB_AUTHN",
        "WEB_AUTHN",
        with_passkeys,
        _preferring("WEB_AUTHN"),
        _saying("CREDENTIAL", _credential),
        {"CREDENTIAL": "{}"},
        WRONG,
    ),
    Row(
        "EMAIL_OTP as second factor",
        "EMAIL_OTP",
        with_factors("EmailMfaSettings"),
        _enter,
        _saying("EMAIL_OTP_CODE", _code),
        {"EMAIL_OTP_CODE": "000000"},
        MISMATCH,
    ),
    Row(
        "SMS_MFA",
        "SMS_MFA",
        with_factors("SMSMfaSettings"),
        _enter,
        _saying("SMS_MFA_CODE", _code),
        {"SMS_MFA_CODE": "000000"},
        MISMATCH,
    ),
    Row(
        "SOFTWARE_TOKEN_MFA",
        "SOFTWARE_TOKEN_MFA",
        _TOTP,
        _enter,
        _saying("SOFTWARE_TOKEN_MFA_CODE", lambda place, username, _: totp_of(place, username)),
        {"SOFTWARE_TOKEN_MFA_CODE": "000000"},
        "CodeMismatchException: Invalid code received for user",
    ),
    Row(
        "SELECT_MFA_TYPE",
        "SELECT_MFA_TYPE",
        with_factors("SoftwareTokenMfaSettings", "SMSMfaSettings"),
        _enter,
        _saying("ANSWER", lambda *_: "SMS_MFA"),
        {"ANSWER": "EMAIL_OTP"},
        "InvalidParameterException: Invalid MFA type selected.",
    ),
    Row(
        "MFA_SETUP",
        "MFA_SETUP",
        requiring_mfa,
        lambda place, username: set_up(place, username, _enter(place, username)),
        lambda _, username, __: {"USERNAME": username},
        {},
        "",
    ),
    Row(
        "DEVICE_SRP_AUTH",
        "DEVICE_SRP_AUTH",
        with_devices,
        _from_device,
        _device_begins,
        _WRONG_A,
        _NO_A,
    ),
    Row(
        "DEVICE_PASSWORD_VERIFIER",
        "DEVICE_PASSWORD_VERIFIER",
        with_devices,
        _device_begun,
        _device_proof,
        _WRONG_PROOF,
        WRONG,
        retried=False,
    ),
]
