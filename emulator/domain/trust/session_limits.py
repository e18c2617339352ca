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
SOURCE_IDENTITY = re.compile(r"[\w+=,.@-]{2,256}", re.ASCII)
"""What STS takes as a source identity."""
_MOST_ARNS = 10
_MOST_TAGS, _LONGEST_KEY, _LONGEST_VALUE = 50, 128, 256
_TAG_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*")
"""Text that a tag in a token may have. AssumeRole's own pattern for tags is narrower: it has few punctuation marks."""
_VERSIONS = ("2012-10-17", "2008-10-17")
_OF_POLICY = {"Version", "Id", "Statement"}
_OF_STATEMENT = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_POLICY_ARN = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[\w+=,.@/-]+", re.ASCII)


def tags(sent: Sequence[Mapping[str, str]], transitive: Sequence[str], inherited: Mapping[str, str]) -> dict[str, str]:
    """The tags of a new session: those that the request has, and those that it inherits in a chain.

    Keys differ by more than case. Raises InvalidParameterValue.
    """
    found = {tag["Key"]: tag["Value"] for tag in sent}
    lowered = _checked([tag["Key"] for tag in sent], transitive)
    if {key.lower() for key in inherited} & lowered:
        # AWS unknown: the message when AssumeRole passes a tag, not a transitive one, that the session inherits.
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from"
            " the calling session."
        )
    return {**inherited, **found}


def check_passed(given: Mapping[str, str], transitive: Sequence[str]) -> None:
    """Check session tags that are in a token or an assertion, not in the request. Raises InvalidParameterValue."""
    # AWS unknown: the errors of AssumeRoleWithWebIdentity and AssumeRoleWithSAML for session tags in the token or the
    # assertion that AssumeRole would not take.
    _checked(list(given), transitive)
    if len(given) > _MOST_TAGS:
        raise InvalidParameterValue(f"A session has at most {_MOST_TAGS} tags.")
    for key, value in given.items():
        if not (_TAG_TEXT.fullmatch(key) and 1 <= len(key) <= _LONGEST_KEY):
            raise InvalidParameterValue("The key of a session tag is malformed.")
        if not _TAG_TEXT.fullmatch(value) or len(value) > _LONGEST_VALUE:
            raise InvalidParameterValue("The value of a session tag is malformed.")


def _checked(given: Sequence[str], transitive: Sequence[str]) -> set[str]:
    """The keys of tags in lower case. Raises InvalidParameterValue for two that are the same, or a reserved one."""
    lowered = {key.lower() for key in given}
    if len(lowered) != len(given) or len({key.lower() for key in transitive}) != len(transitive):
        raise InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    # AWS unknown: the message of AssumeRole for a session tag whose key begins with `aws:`.
    if any(key.startswith("aws:") for key in lowered):
        raise InvalidParameterValue("Tag keys that begin with aws: are reserved.")
    if {key.lower() for key in transitive} - lowered:
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")
    return lowered


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
    held = found if isinstance(found, dict) else {}
    statements = held.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    named = held.keys() <= _OF_POLICY and held.get("Version", _VERSIONS[0]) in _VERSIONS
    if not named or not listed or not all(map(_is_statement, listed)):
        # AWS unknown: which of AWS's messages a session policy of AssumeRole… with wrong statements gets.
        raise MalformedPolicyDocumentException("Syntax errors in policy.")


def _is_statement(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    if statement.keys() - _OF_STATEMENT or not isinstance(statement.get("Condition", {}), dict):
        return False
    parts = [{name, f"Not{name}"} & statement.keys() for name in ("Action", "Resource")]
    return all(len(part) == 1 and _are_texts(statement[min(part)]) for part in parts)


def _are_texts(value: Any) -> bool:
    """Whether this is a text or a list of texts."""
    return all(isinstance(each, str) and each for each in (value if isinstance(value, list) else [value]))


def too_large(percent: int, tags_only: bool) -> PackedPolicyTooLargeException:
    """The exception for a session whose tags and policies need more than a session token has room for."""
    # AWS unknown: the message of PackedPolicyTooLarge where session policies, not tags alone, are too large.
    if tags_only:
        return PackedPolicyTooLargeException(f"Packed size of session tags consumes {percent}% of allotted space.")
    return PackedPolicyTooLargeException("Serialized token too large for session")
