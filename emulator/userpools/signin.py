"""Sign-in: InitiateAuth, RespondToAuthChallenge and their Admin twins.

What comes next is decided in `domain/sign_in/machine.py`. The outcome is turned into a response here: a challenge, or
tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.access import client_secrets, signing_keys
from emulator.domain.accounts import accounts
from emulator.domain.pools import client_settings
from emulator.domain.pools.apps import FoundApp
from emulator.domain.sign_in import machine, migration, sign_in_protection, sign_in_triggers
from emulator.domain.sign_in.outcomes import Asks, Done
from emulator.domain.sign_in.progress import ChallengeAnswer, Progress
from emulator.domain.tokens import tokens
from emulator.domain.tokens.grants import Authentication
from emulator.domain.triggers import trigger_table
from emulator.faults import InvalidParameterException, NotAuthorizedException, RefreshTokenReuseException
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_NEEDED = {
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "REFRESH_TOKEN_AUTH": "ALLOW_REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN": "ALLOW_REFRESH_TOKEN_AUTH",
    "USER_SRP_AUTH": "ALLOW_USER_SRP_AUTH",
    "CUSTOM_AUTH": "ALLOW_CUSTOM_AUTH",
    "USER_AUTH": "ALLOW_USER_AUTH",
}
_ADMIN_ONLY = frozenset({"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_USERS_ONLY = frozenset({"USER_PASSWORD_AUTH"})
_REFRESH = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})
_NOT_ENABLED = {
    "USER_PASSWORD_AUTH": "USER_PASSWORD_AUTH flow not enabled for this client",
    "ADMIN_USER_PASSWORD_AUTH": "Auth flow not enabled for this client",
    "ADMIN_NO_SRP_AUTH": "Auth flow not enabled for this client",
    "REFRESH_TOKEN_AUTH": "Auth flow not enabled for this client",
    "REFRESH_TOKEN": "Auth flow not enabled for this client",
}


@operation("InitiateAuth", "AdminInitiateAuth")
def initiate_auth(
    call: Call[shapes.InitiateAuthRequestTypeDef] | Call[shapes.AdminInitiateAuthRequestTypeDef],
) -> dict[str, Any]:
    """Begin a sign-in, or refresh tokens by REFRESH_TOKEN_AUTH. The answer is a challenge, or tokens."""
    flow = call.request["AuthFlow"]
    parameters = call.request.get("AuthParameters", {})
    call.unit.pool_keys.read_ahead_of_client(call.request["ClientId"])
    _check_flow(call, flow)
    signing_keys.ensure(call, call.pool.id)
    if flow in _REFRESH:
        return _refresh(call, parameters)
    username = refusals.required(parameters, "USERNAME")
    client_secrets.check(call, call.client, username, parameters.get("SECRET_HASH"))
    progress = Progress(call, call.pool, call.client, flow, username)
    progress.session = call.request.get("Session")
    progress.metadata = dict(call.request.get("ClientMetadata", {}))
    migration.at_start(progress, parameters)
    return _answered(machine.start(progress, parameters))


@operation("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
def respond_to_auth_challenge(
    call: Call[shapes.RespondToAuthChallengeRequestTypeDef] | Call[shapes.AdminRespondToAuthChallengeRequestTypeDef],
) -> dict[str, Any]:
    """Check the answer to the challenge that a sign-in waits for. The answer is the next challenge, or tokens."""
    call.unit.pool_keys.read_ahead_of_client(call.request["ClientId"])
    signing_keys.ensure(call, call.pool.id)
    responses, client = call.request.get("ChallengeResponses", {}), call.client
    username = refusals.required(responses, "USERNAME")
    user = accounts.find(call.unit, call.pool, username)
    names = (user.username, user.sub) if user else ()
    client_secrets.check(call, client, username, responses.get("SECRET_HASH"), *names)
    challenge = call.request["ChallengeName"]
    if challenge in _ADMIN_ONLY and call.operation.name == "RespondToAuthChallenge":
        # AWS unknown: how RespondToAuthChallenge, which is not signed, refuses ADMIN_NO_SRP_AUTH.
        raise InvalidParameterException(f"{challenge} can only be answered by an administrator.")
    answer = ChallengeAnswer(challenge, call.request.get("Session"), responses, call.request.get("ClientMetadata", {}))
    return _answered(machine.respond(call, FoundApp(call.pool, client), answer))


def _answered(outcome: Asks | Done) -> dict[str, Any]:
    """The response of InitiateAuth and RespondToAuthChallenge: the next challenge, or tokens."""
    if isinstance(outcome, Done):
        return {"ChallengeParameters": {}, "AuthenticationResult": _issued(outcome)}
    answer: dict[str, Any] = {"ChallengeName": outcome.challenge, "ChallengeParameters": outcome.parameters}
    if outcome.session is not None:
        answer["Session"] = outcome.session
    if outcome.available is not None:
        answer["AvailableChallenges"] = outcome.available
    return answer


def _issued(done: Done) -> dict[str, Any]:
    """AuthenticationResult of a sign-in that is done. Calls PreTokenGeneration first."""
    context = done.progress.context
    grant, overrides = sign_in_triggers.before_first_tokens(done)
    result = tokens.issue(
        context,
        grant,
        Authentication(int(context.now), done.details, done.device_key),
        overrides=overrides,
        ahead=done.progress.ahead,
    )
    if done.new_device_group:
        result["NewDeviceMetadata"] = {"DeviceKey": done.device_key, "DeviceGroupKey": done.new_device_group}
    sign_in_protection.record_pass(done.progress)
    return result


def _check_flow(call: Call[Any], flow: str) -> None:
    """Raise InvalidParameterException for a flow of the Admin twin, or one that the client does not allow."""
    elsewhere = _USERS_ONLY if call.operation.name == "AdminInitiateAuth" else _ADMIN_ONLY
    if flow in elsewhere:
        raise InvalidParameterException("Initiate Auth method not supported.")
    if _NEEDED[flow] not in client_settings.allowed_flows(call.client.settings):
        raise InvalidParameterException(_NOT_ENABLED.get(flow, client_settings.NOT_ENABLED.format(flow=flow)))


def _refresh(call: Call[Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """New tokens for a refresh token, which is not rotated. SECRET_HASH is over the username, or the `sub`."""
    token, device_key = refusals.required(parameters, "REFRESH_TOKEN"), parameters.get("DEVICE_KEY")
    try:
        grant, family = tokens.redeem(call, call, token, device_key=device_key)
    except RefreshTokenReuseException as reused:
        raise NotAuthorizedException(tokens.REVOKED, str(reused)).keeping() from None
    given, wrong = parameters.get("SECRET_HASH"), client_secrets.WRONG_AT_REFRESH
    client_secrets.check(call, call.client, grant.owner.username, given, grant.owner.sub, wrong=wrong)
    overrides = sign_in_triggers.before_tokens(
        call, grant, call.request.get("ClientMetadata", {}), trigger_table.REFRESHED
    )
    if overrides:
        grant, family = tokens.redeem(call, call, token, device_key=device_key)
    result = tokens.refresh(call, grant, family, overrides)
    return {"ChallengeParameters": {}, "AuthenticationResult": result}
