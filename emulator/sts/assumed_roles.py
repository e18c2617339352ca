"""AssumeRole and AssumeRoot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import aws_credentials
from emulator.domain.identities.aws_credentials import SECONDS, Caller, Session
from emulator.domain.trust import assumption, session_limits
from emulator.domain.trust.assumption import Assumption, NotTrusted
from emulator.faults import AccessDenied, InvalidContextAssertionException, ValidationError
from emulator.registry import operation
from emulator.sts import callers, issuing

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes


@operation("AssumeRole")
def assume_role(call: Call[shapes.AssumeRoleRequestTypeDef]) -> dict[str, Any]:
    """Credentials of a role that trusts the caller. A role's session that calls this gets one hour at most."""
    role_arn = call.request["RoleArn"]
    issuing.check_role(role_arn)
    caller = callers.of(call, role_arn)
    _check_extras(call)
    wanted = _wanted(call, caller)
    policies = session_limits.policies(call.request)
    try:
        role = assumption.check(call, wanted)
    except NotTrusted as problem:
        raise callers.denied(caller, problem.action, role_arn, str(problem)) from None
    _check_seconds(call, caller, assumption.most_seconds(role))
    session = Session.of_role(
        role_arn,
        wanted.name,
        seconds=wanted.seconds or SECONDS,
        tags=wanted.tags,
        transitive=list(wanted.transitive),
        source_identity=wanted.source_identity,
        policies=policies,
    )
    return issuing.assumed(call, session)


@operation("AssumeRoot", reads=True)
def assume_root(call: Call[shapes.AssumeRootRequestTypeDef]) -> dict[str, Any]:
    """Refused: only an organization's management account may call it. Raises AccessDenied."""
    # AWS unknown: the message of AccessDenied when AssumeRoot is called in an account without an organization.
    raise callers.refusal(call, aws_credentials.caller(call), call.request["TargetPrincipal"])


def _wanted(call: Call[Any], caller: Caller) -> Assumption:
    session = caller.session
    inherited = _inherited(session)
    asked = call.given("TransitiveTagKeys") or []
    tags = session_limits.tags(call.given("Tags") or [], asked, inherited)
    before = session.source_identity if session else None
    source_identity = call.given("SourceIdentity") or before
    if before and source_identity != before:
        # AWS unknown: the message of AccessDenied when AssumeRole changes the source identity of a chain.
        raise callers.denied(caller, "sts:SetSourceIdentity", call.request["RoleArn"], "it has a source identity")
    external = call.given("ExternalId")
    return Assumption(
        call.request["RoleArn"],
        "sts:AssumeRole",
        callers.in_policies(caller),
        call.request["RoleSessionName"],
        {**callers.keys(call, caller), "sts:ExternalId": [external] if external else ()},
        tags,
        [*inherited, *asked],
        source_identity,
        call.given("DurationSeconds"),
    )


def _inherited(session: Session | None) -> dict[str, str]:
    """The transitive tags of the calling session, which the new one keeps."""
    if session is None:
        return {}
    transitive = {key.lower() for key in session.transitive}
    return {key: value for key, value in session.tags.items() if key.lower() in transitive}


def _check_extras(call: Call[Any]) -> None:
    """Raise AccessDenied for an MFA code, since nobody has a device, and InvalidContextAssertion for any context."""
    if call.given("SerialNumber") or call.given("TokenCode"):
        raise no_mfa_device()
    if call.given("ProvidedContexts"):
        # AWS unknown: the message of InvalidContextAssertion in AssumeRole.
        raise InvalidContextAssertionException("The context assertion is invalid.", "nothing here issues any")


def no_mfa_device() -> AccessDenied:
    """The exception for an MFA code of a device: no device is known here."""
    # Unlike AWS: AssumeRole and GetSessionToken know no MFA devices, so that every code is wrong.
    return AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.")


def _check_seconds(call: Call[Any], caller: Caller, most: int) -> None:
    seconds = call.given("DurationSeconds")
    if callers.kind(caller) == callers.ROLE and seconds is not None and seconds > SECONDS:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        )
    issuing.check_seconds(seconds, most)
