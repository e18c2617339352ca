"""The trust policies of roles (AWS: "IAM JSON policy elements"): read from their documents, and evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from emulator.policies import conditions
from emulator.policies.conditions import Condition, Context
from emulator.policies.documents import Wrong, listed, mapping, member, parsed, text, texts
from emulator.policies.principals import Caller

_VERSIONS = ("2012-10-17", "2008-10-17")
_MEMBERS = ("Version", "Id", "Statement")
_OF_STATEMENT = ("Sid", "Effect", "Principal", "Action", "NotAction", "Condition")
_TYPES = ("AWS", "Federated", "Service", "CanonicalUser")
_PRINCIPAL = re.compile(
    r"\*|[0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:(root|(user|role)/[\w+=,.@/-]+)"
    r"|arn:aws[a-z-]*:sts::[0-9]{12}:(assumed-role|federated-user)/[\w+=,.@/-]+",
    re.ASCII,
)
_ACTIONS = re.compile(r"sts:[A-Za-z*?]+|\*")


class Statement(Struct, frozen=True):
    """A statement. `principals` is None for everybody (`*`), else the names by type."""

    allows: bool
    principals: Mapping[str, tuple[str, ...]] | None
    actions: tuple[str, ...]
    excludes_actions: bool
    conditions: tuple[Condition, ...]

    def mismatch(self, action: str, caller: Caller, context: Context) -> str | None:
        """Why the statement does not apply to a request; None if it does."""
        if not self._names(caller):
            return "it is of other principals"
        if any(_is_action(action, pattern) for pattern in self.actions) == self.excludes_actions:
            return "it is of other actions"
        unmet = next((condition for condition in self.conditions if not condition.holds(context)), None)
        return f"its condition {unmet} does not hold" if unmet else None

    def _names(self, caller: Caller) -> bool:
        if self.principals is None or "*" in self.principals.get("AWS", ()):
            return True
        return any(name in ("*", *caller.names) for name in self.principals.get(caller.type, ()))


class TrustPolicy(Struct, frozen=True):
    """A trust policy."""

    statements: tuple[Statement, ...]

    def refusal(self, action: str, caller: Caller, context: Context) -> str | None:
        """Why the policy does not allow an action, for the log; None if it does. An explicit Deny wins."""
        problems = []
        allowed = False
        for place, statement in enumerate(self.statements):
            mismatch = statement.mismatch(action, caller, context)
            if mismatch is None and not statement.allows:
                return f"statement {place} of its trust policy denies {action}"
            allowed = allowed or mismatch is None
            if mismatch and statement.allows:
                problems.append(f"statement {place}: {mismatch}")
        if allowed:
            return None
        return f"its trust policy does not allow {action}: " + ("; ".join(problems) or "no statement allows anything")


def read(value: Any, path: str) -> TrustPolicy:
    """The policy in a document: a mapping, or JSON in a text, as the services of AWS print it. Raises `Wrong`."""
    document = mapping(_of_text(value, path) if isinstance(value, str) else value, path, _MEMBERS)
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise Wrong(member(path, "Version"), f"it is none of {', '.join(_VERSIONS)}")
    statements, where = document.get("Statement"), member(path, "Statement")
    if isinstance(statements, Mapping):
        return TrustPolicy((_statement(statements, where),))
    if not listed(statements, where):
        raise Wrong(where, "it is empty")
    return TrustPolicy(tuple(_statement(each, f"{where}[{place}]") for place, each in enumerate(statements or ())))


def _of_text(value: str, path: str) -> Any:
    try:
        return parsed(unquote(value) if value.startswith("%7B") else value)
    except Wrong as problem:
        raise Wrong(path, str(problem)) from None


def _statement(value: Any, path: str) -> Statement:
    found = mapping(value, path)
    if "Resource" in found or "NotResource" in found:
        raise Wrong(path, "a trust policy has no Resource")
    if "NotPrincipal" in found:
        raise Wrong(path, "NotPrincipal is not supported here")
    mapping(value, path, _OF_STATEMENT)
    effect = text(found.get("Effect"), member(path, "Effect"))
    if effect not in ("Allow", "Deny"):
        raise Wrong(member(path, "Effect"), "it is neither Allow nor Deny")
    if ("Action" in found) == ("NotAction" in found):
        raise Wrong(path, "it needs either Action or NotAction")
    if "Principal" not in found:
        raise Wrong(path, "it has no Principal")
    name = "Action" if "Action" in found else "NotAction"
    return Statement(
        effect == "Allow",
        _principals(found["Principal"], member(path, "Principal")),
        _actions(found[name], member(path, name)),
        name == "NotAction",
        conditions.read(found.get("Condition", {}), member(path, "Condition")),
    )


def _principals(value: Any, path: str) -> Mapping[str, tuple[str, ...]] | None:
    if value == "*":
        return None
    found = {name: texts(each, member(path, name)) for name, each in mapping(value, path, _TYPES).items()}
    if not found:
        raise Wrong(path, "it is empty")
    for name in found.get("AWS", ()):
        if not _PRINCIPAL.fullmatch(name):
            raise Wrong(member(path, "AWS"), f"{name!r} is no account, and not the ARN of a role, user or session")
    return found


def _actions(value: Any, path: str) -> tuple[str, ...]:
    actions = texts(value, path)
    for action in actions:
        if not _ACTIONS.fullmatch(action):
            raise Wrong(path, f"{action!r} is no action of STS")
    return actions


def _is_action(action: str, pattern: str) -> bool:
    return conditions.like(action.lower(), pattern.lower())
