"""What STS checks of session tags and session policies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.faults import (
    InvalidParameterValue,
    MalformedPolicyDocumentException,
    PackedPolicyTooLargeException,
    ValidationError,
)

LONGEST_POLICIES = 2048
"""Characters of all session policies of a request together."""
_MOST_ARNS = 10
_POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\w+=,.@/-]+", re.ASCII)


def tags(sent: Sequence[Mapping[str, str]], transitive: Sequence[str], inherited: Mapping[str, str]) -> dict[str, str]:
    """The tags of a new session: those that the request has, and those that it inherits in a chain.

    Keys differ by more than case. Raises InvalidParameterValue.
    """
    found = {tag["Key"]: tag["Value"] for tag in sent}
    lowered = [tag["Key"].lower() for tag in sent]
    if len(set(lowered)) != len(lowered) or len({key.lower() for key in transitive}) != len(transitive):
        raise InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    check_names(found)
    if {key.lower() for key in transitive} - set(lowered):
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")
    if {key.lower() for key in inherited} & set(lowered):
        # AWS unknown: the message when AssumeRole passes a tag, not a transitive one, that the session inherits.
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from"
            " the calling session."
        )
    return {**inherited, **found}


def check_names(given: Mapping[str, str]) -> None:
    """Raise InvalidParameterValue for a tag with a reserved name."""
    # AWS unknown: the message of AssumeRole for a session tag whose key begins with `aws:`.
    if any(key.lower().startswith("aws:") for key in given):
        raise InvalidParameterValue("Tag keys that begin with aws: are reserved.")


def policies(request: Mapping[str, Any]) -> list[str]:
    """The session policies of a request, `Policy` and `PolicyArns`.

    Raises ValidationError, MalformedPolicyDocumentException and PackedPolicyTooLargeException.
    """
    arns = [entry.get("arn", "") for entry in request.get("PolicyArns", [])]
    # AWS unknown: the messages of AssumeRole… and GetFederationToken for too many PolicyArns, and for one that is no
    # ARN of a policy.
    if len(arns) > _MOST_ARNS:
        raise ValidationError(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length"
            f" less than or equal to {_MOST_ARNS}"
        )
    for arn in arns:
        if not _POLICY_ARN.fullmatch(arn):
            raise ValidationError(f"{arn} is invalid")
    inline = [request["Policy"]] if request.get("Policy") else []
    for document in inline:
        _check(document)
    if sum(map(len, (*inline, *arns))) > LONGEST_POLICIES:
        # AWS unknown: the message of PackedPolicyTooLarge for session policies that are longer than 2048 characters.
        raise PackedPolicyTooLargeException(
            f"The session policies of the request have more than {LONGEST_POLICIES} characters."
        )
    return [*inline, *arns]


def _check(document: str) -> None:
    """Raise MalformedPolicyDocumentException for a policy that is not one."""
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        raise MalformedPolicyDocumentException("The policy is not in the valid JSON format.") from None
    statements = found.get("Statement") if isinstance(found, dict) else None
    listed = statements if isinstance(statements, list) else [statements]
    if not listed or not all(map(_is_statement, listed)):
        # AWS unknown: which of AWS's messages a session policy of AssumeRole… with wrong statements gets.
        raise MalformedPolicyDocumentException("Syntax errors in policy.")


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    if statement.keys() & {"Principal", "NotPrincipal"}:
        return False
    return all(len({name, f"Not{name}"} & statement.keys()) == 1 for name in ("Action", "Resource"))


def too_large(percent: int, tags_only: bool) -> PackedPolicyTooLargeException:
    """The exception for a session whose tags and policies need more than a session token has room for."""
    # AWS unknown: the message of PackedPolicyTooLarge where session policies, not tags alone, are too large.
    if tags_only:
        return PackedPolicyTooLargeException(f"Packed size of session tags consumes {percent}% of allotted space.")
    return PackedPolicyTooLargeException("Serialized token too large for session")
