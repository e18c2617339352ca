"""The members of answers that have credentials."""

from __future__ import annotations

from typing import Any

from emulator.call import Call
from emulator.domain.identities import aws_credentials
from emulator.domain.identities.aws_credentials import LARGEST_TOKEN, NoRole, RoleArn, Session, TooLarge
from emulator.domain.trust import session_limits
from emulator.faults import ValidationError


def issue(call: Call[Any], session: Session) -> dict[str, Any]:
    """`Credentials` for a session, and how large they are. Raises PackedPolicyTooLargeException."""
    try:
        made = aws_credentials.mint(call, session, call.given("MinimumSessionTokenSize") or 0)
    except TooLarge as problem:
        raise session_limits.too_large(_percent(problem.size), not session.policies) from None
    size = len(made.token)
    answer = {
        "Credentials": {
            "AccessKeyId": made.access_key,
            "SecretAccessKey": made.secret,
            "SessionToken": made.token,
            "Expiration": made.expires,
        },
        "SessionTokenSize": size,
        "SessionTokenUtilization": _percent(size),
    }
    if session.source_identity:
        answer["SourceIdentity"] = session.source_identity
    return answer


def assumed(call: Call[Any], session: Session) -> dict[str, Any]:
    """The answer of AssumeRole and its kind: `issue`, the user of the session, PackedPolicySize where AWS has it."""
    answer = issue(call, session)
    answer["AssumedRoleUser"] = {"AssumedRoleId": session.user_id, "Arn": session.arn}
    if session.policies or session.tags:
        answer["PackedPolicySize"] = answer["SessionTokenUtilization"]
    return answer


def check_role(arn: str) -> None:
    """Raise ValidationError unless this is the ARN of a role."""
    try:
        RoleArn.parse(arn)
    except NoRole:
        raise ValidationError(f"{arn} is invalid") from None


def check_seconds(seconds: int | None, most: int) -> None:
    """Raise ValidationError for a duration above the MaxSessionDuration of the role."""
    if seconds is not None and seconds > most:
        raise ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")


def _percent(size: int) -> int:
    return -(-100 * size // LARGEST_TOKEN)
