"""GetWebIdentityToken: a JWT with which the caller identifies itself to services outside AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities.aws_credentials import Caller
from emulator.domain.trust import outbound_tokens, session_limits
from emulator.faults import JWTPayloadSizeExceededException, SessionDurationEscalationException, ValidationError
from emulator.registry import operation
from emulator.sts import callers
from keys import entropy

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes

_DEFAULT_SECONDS = 300
_NAMESPACE = "https://sts.amazonaws.com/"
_LARGEST = 8192


@operation("GetWebIdentityToken")
def get_web_identity_token(call: Call[shapes.GetWebIdentityTokenRequestTypeDef]) -> dict[str, Any]:
    """A token about the caller, signed with the server's key for the algorithm."""
    caller = callers.of(call)
    algorithm = _algorithm(call)
    _check_subject(call)
    tags = session_limits.tags(call.given("Tags") or [], (), {})
    expires = int(call.now) + _seconds(call, caller)
    claims = _claims(call, caller, expires, tags)
    # AWS unknown: how large the payload of a token by GetWebIdentityToken may be, and the message of
    # JWTPayloadSizeExceededException.
    if len(json.dumps(claims)) > _LARGEST:
        raise JWTPayloadSizeExceededException("The payload of the requested token exceeds the maximum allowed size.")
    return {"WebIdentityToken": outbound_tokens.signed(call, algorithm, claims), "Expiration": expires}


def _algorithm(call: Call[Any]) -> outbound_tokens.Algorithm:
    named = call.request["SigningAlgorithm"]
    for algorithm in outbound_tokens.ALGORITHMS:
        if algorithm == named:
            return algorithm
    # AWS unknown: the messages of GetWebIdentityToken's ValidationError for the algorithm, the scope and the subject.
    raise ValidationError(
        f"1 validation error detected: Value '{named}' at 'signingAlgorithm' failed to satisfy constraint: Member must"
        f" satisfy enum value set: [{', '.join(outbound_tokens.ALGORITHMS)}]"
    )


def _check_subject(call: Call[Any]) -> None:
    """Raise ValidationError for the subject mode and the scope that need a propagation context: no session has one."""
    # Unlike AWS: no session has a context of trusted identity propagation, so that GetWebIdentityToken refuses the
    # subject mode OriginIdentity, and with it every Scope.
    scope: str | None = call.given("Scope")
    if scope is not None and len(set(scope.split(" "))) != len(scope.split(" ")):
        raise ValidationError("A value of Scope is there more than once.")
    if call.given("SubjectMode") == "OriginIdentity":
        raise ValidationError("The calling session has no origin identity.")
    if scope is not None:
        raise ValidationError("Scope can be specified only with the subject mode OriginIdentity.")


def _seconds(call: Call[Any], caller: Caller) -> int:
    """The lifetime of the token, which ends with the caller's session at the latest."""
    # AWS unknown: what GetWebIdentityToken without DurationSeconds does where the session ends within five minutes.
    # Here the token ends with the session.
    left = caller.expires - int(call.now) if caller.expires is not None else None
    asked: int | None = call.given("DurationSeconds")
    if asked is None:
        return _DEFAULT_SECONDS if left is None else min(_DEFAULT_SECONDS, left)
    if left is not None and asked > left:
        raise SessionDurationEscalationException(
            "The requested token duration would extend the session beyond its original expiration time."
        )
    return asked


def _claims(call: Call[Any], caller: Caller, expires: int, tags: Mapping[str, str]) -> dict[str, Any]:
    session = caller.session
    principal = session.role if session and session.role else caller.arn
    audiences = call.request["Audience"]
    about: dict[str, Any] = {
        "aws_account": caller.account,
        "source_region": call.region,
        "principal_id": principal,
    }
    if tags:
        about["request_tags"] = dict(tags)
    if session and caller.expires is not None:
        ends = datetime.fromtimestamp(caller.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        also = {
            "principal_tags": dict(session.tags),
            "original_session_exp": ends,
            "federated_provider": session.provider,
            "source_identity": session.source_identity,
        }
        about |= {name: value for name, value in also.items() if value}
    return {
        "aud": audiences[0] if len(audiences) == 1 else list(audiences),
        "sub": principal,
        _NAMESPACE: about,
        "iss": outbound_tokens.issuer(call, caller.account),
        "exp": expires,
        "iat": int(call.now),
        "jti": entropy.uuid(call.world.entropy),
    }
