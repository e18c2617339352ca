"""Which role an authenticated identity takes (AWS: "Role-based access control").

Pure: configuration and claims in, a role ARN or a refusal out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.faults import InvalidIdentityPoolConfigurationException, NotAuthorizedException

NO_ROLE = "Invalid identity pool configuration. Check assigned IAM roles for this pool."

Roles = Mapping[str, Any]


def of_guest(configured: Roles) -> str:
    """The role of a guest; role mappings never apply."""
    return _present(configured, "unauthenticated")


def of_user(configured: Roles, provider: str, claims: Mapping[str, Any], custom: str | None) -> str:
    """The role of somebody who signed in at `provider` (with the client id where the mapping is keyed by it).

    Raises NotAuthorizedException where a mapping denies, InvalidIdentityPoolConfigurationException where there is
    no role to give. AWS unknown: what CustomRoleArn does without a mapping for the provider; it is refused here.
    """
    mapping = (configured.get("RoleMappings") or {}).get(provider)
    if mapping is None:
        if custom:
            raise NotAuthorizedException(f"Access to Role '{custom}' is forbidden.", "the provider has no role mapping")
        return _present(configured, "authenticated")
    allowed = _from_token(claims) if mapping["Type"] == "Token" else _from_rules(mapping, claims)
    if custom:
        if custom not in allowed.candidates:
            raise NotAuthorizedException(f"Access to Role '{custom}' is forbidden.", "no mapping gives that role")
        return custom
    if allowed.chosen:
        return allowed.chosen
    if mapping.get("AmbiguousRoleResolution") == "Deny":
        raise NotAuthorizedException(f"The ambiguous role mapping rules for: {provider} denied this request.")
    return _present(configured, "authenticated")


class _Allowed:
    """The roles that a mapping allows, and the one it chooses by itself."""

    def __init__(self, candidates: list[str], chosen: str | None) -> None:
        self.candidates = candidates
        self.chosen = chosen


def _from_token(claims: Mapping[str, Any]) -> _Allowed:
    roles = claims.get("cognito:roles") or []
    listed = [part.strip() for part in roles.split(",")] if isinstance(roles, str) else [str(role) for role in roles]
    preferred = claims.get("cognito:preferred_role")
    chosen = str(preferred) if preferred else (listed[0] if len(listed) == 1 else None)
    return _Allowed(listed, chosen)


def _from_rules(mapping: Mapping[str, Any], claims: Mapping[str, Any]) -> _Allowed:
    """The first rule that matches chooses; any that matches may be asked for."""
    rules = (mapping.get("RulesConfiguration") or {}).get("Rules") or []
    matching = [rule["RoleARN"] for rule in rules if _matches(rule, claims.get(rule["Claim"]))]
    return _Allowed(matching, matching[0] if matching else None)


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "Equals": lambda held, wanted: held == wanted,
    "Contains": lambda held, wanted: wanted in held,
    "StartsWith": lambda held, wanted: held.startswith(wanted),
    "NotEqual": lambda held, wanted: held != wanted,
}


def _matches(rule: Mapping[str, str], held: Any) -> bool:
    """Whether a claim passes a rule; an absent claim passes none.

    AWS unknown: how rules see a list, such as `cognito:groups`; any element may equal, contain or begin with the
    value here, and NotEqual needs all to differ.
    """
    if held is None:
        return False
    kind, wanted = rule["MatchType"], rule["Value"]
    if isinstance(held, list):
        if kind == "NotEqual":
            return all(_text(item) != wanted for item in held)
        test = _TESTS["Equals"] if kind == "Contains" else _TESTS[kind]
        return any(test(_text(item), wanted) for item in held)
    return _TESTS[kind](_text(held), wanted)


def _text(value: Any) -> str:
    """A claim as rules see it: booleans are `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _present(configured: Roles, kind: str) -> str:
    role = (configured.get("Roles") or {}).get(kind)
    if not role:
        raise InvalidIdentityPoolConfigurationException(NO_ROLE, f"the pool has no role for {kind} identities")
    return str(role)
