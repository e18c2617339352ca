"""GetSessionToken, GetFederationToken, GetScopedCredentials and GetDelegatedAccessToken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from emulator.call import Call
from emulator.domain.identities import aws_credentials
from emulator.domain.identities.aws_credentials import Session
from emulator.domain.trust import session_limits
from emulator.faults import InsufficientSessionLifetimeException, ValidationError
from emulator.registry import operation
from emulator.sts import callers, issuing
from emulator.sts.assumed_roles import no_mfa_device

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes

_DEFAULT_SECONDS = 43_200
_MOST_SCOPED = 3


@operation("GetSessionToken")
def get_session_token(call: Call[shapes.GetSessionTokenRequestTypeDef]) -> dict[str, Any]:
    """Temporary credentials of the caller, who has permanent ones."""
    caller = callers.of(call)
    if call.given("SerialNumber") or call.given("TokenCode"):
        raise no_mfa_device()
    return issuing.issue(call, Session("user", caller.account, seconds=_seconds(call)))


@operation("GetFederationToken")
def get_federation_token(call: Call[shapes.GetFederationTokenRequestTypeDef]) -> dict[str, Any]:
    """Temporary credentials of a federated user, whose name the request has."""
    caller = callers.of(call)
    session = Session(
        "federated",
        caller.account,
        call.request["Name"],
        seconds=_seconds(call),
        tags=session_limits.tags(call.given("Tags") or [], (), {}),
        policies=session_limits.policies(call.request),
    )
    answer = issuing.issue(call, session)
    answer["FederatedUser"] = {"FederatedUserId": session.user_id, "Arn": session.arn}
    answer["PackedPolicySize"] = answer["SessionTokenUtilization"] if session.policies or session.tags else 0
    return answer


@operation("GetScopedCredentials")
def get_scoped_credentials(call: Call[dict[str, Any]]) -> dict[str, Any]:
    """Credentials of the calling session with fewer permissions, or for a shorter time."""
    caller = callers.of(call)
    if caller.session is None or caller.expires is None:
        raise callers.refusal(call, caller, None)
    policy, seconds = call.given("Policy"), call.given("DurationSeconds")
    if policy is None and seconds is None:
        # AWS unknown: the messages of GetScopedCredentials, except those that other operations share.
        raise ValidationError("At least one of Policy and DurationSeconds must be specified.")
    left = caller.expires - int(call.now)
    if seconds is not None and seconds > left:
        raise InsufficientSessionLifetimeException(
            "The requested DurationSeconds exceeds the remaining lifetime of the calling session."
        )
    scoped = caller.session.scoped + (policy is not None)
    if scoped > _MOST_SCOPED:
        raise callers.denied(caller, "sts:GetScopedCredentials", None, f"it has {_MOST_SCOPED} policies already")
    policies = [*caller.session.policies, *session_limits.policies(call.request)]
    session = replace(caller.session, seconds=seconds or left, scoped=scoped, policies=policies)
    answer = issuing.issue(call, session)
    answer["SessionInfo"] = {"ScopedSessionId": session.user_id, "Arn": session.arn}
    answer["ScopedPoliciesCount"] = scoped
    return answer


@operation("GetDelegatedAccessToken", reads=True)
def get_delegated_access_token(call: Call[shapes.GetDelegatedAccessTokenRequestTypeDef]) -> dict[str, Any]:
    """Refused: nobody here issues trade-in tokens. Raises AccessDenied."""
    # AWS unknown: the error of GetDelegatedAccessToken for a trade-in token that AWS has not issued.
    raise callers.refusal(call, aws_credentials.caller(call), None)


def _seconds(call: Call[Any]) -> int:
    seconds: int | None = call.given("DurationSeconds")
    return _DEFAULT_SECONDS if seconds is None else seconds
