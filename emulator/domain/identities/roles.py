"""Which role an identity gets (AWS: "Using role-based access control"). No clock, no storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emulator.domain.identities import login_providers
from emulator.domain.identities.logins import Proven
from emulator.faults import InvalidIdentityPoolConfigurationException, NotAuthorizedException


def of_guest(configured: Mapping[str, Any], custom: str | None) -> str:
    """The role of a guest, to whom role mappings do not apply. `configured` is as GetIdentityPoolRoles shows it."""
    return _plain(configured, "unauthenticated", custom)


def of_logins(configured: Mapping[str, Any], proven: Sequence[Proven], custom: str | None) -> str:
    """The role for proven logins: by the mapping of their provider, else the pool's own for authenticated ones.

    AWS unknown: which mapping counts where several logins have one; that of the provider that the pool names
    first does here.
    """
    mappings = {
        login_providers.of_role_mapping(key): mapping for key, mapping in configured.get("RoleMappings", {}).items()
    }
    for login in proven:
        key = f"{login.provider}:{login.client_id}"
        if key in mappings:
            allowed, best = _mapped(mappings[key], login.claims)
            if custom is not None:
                return _chosen(custom, allowed)
            return best or _ambiguous(configured, key, mappings[key])
    return _plain(configured, "authenticated", custom)


def unusable(reason: str) -> InvalidIdentityPoolConfigurationException:
    """What AWS says of a role that is missing, or that STS does not let it assume."""
    return InvalidIdentityPoolConfigurationException(
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.", reason
    )


def _plain(configured: Mapping[str, Any], kind: str, custom: str | None) -> str:
    """The pool's role of that kind. AWS unknown: what CustomRoleArn does without a role mapping; it is refused here."""
    if custom is not None:
        return _chosen(custom, ())
    role: str | None = configured.get("Roles", {}).get(kind)
    if role is None:
        raise unusable(f"no role is set for {kind} identities")
    return role


def _chosen(custom: str, allowed: Sequence[str]) -> str:
    """CustomRoleArn, where the login may choose it. AWS unknown: the words of the refusal."""
    if custom not in allowed:
        raise NotAuthorizedException(f"Access to Role '{custom}' is forbidden.")
    return custom


def _mapped(mapping: Mapping[str, Any], claims: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """The roles among which CustomRoleArn may choose, and the one without it; None where that is ambiguous."""
    if mapping["Type"] == "Rules":
        rules = mapping["RulesConfiguration"]["Rules"]
        matching = [rule["RoleARN"] for rule in rules if _matches(rule, claims)]
        return matching, next(iter(matching), None)
    allowed = _named_roles(claims.get("cognito:roles"))
    preferred: str | None = claims.get("cognito:preferred_role")
    return allowed, preferred or (allowed[0] if len(allowed) == 1 else None)


def _named_roles(claim: Any) -> list[str]:
    """`cognito:roles`: an array in real tokens, text with commas in AWS's guide."""
    if isinstance(claim, str):
        return [role.strip() for role in claim.split(",") if role.strip()]
    return [role for role in claim if isinstance(role, str)] if isinstance(claim, list) else []


def _ambiguous(configured: Mapping[str, Any], key: str, mapping: Mapping[str, Any]) -> str:
    """AWS unknown: whether the client id follows a user pool's name in the refusal; it does here."""
    if mapping["AmbiguousRoleResolution"] == "Deny":
        raise NotAuthorizedException(f"The ambiguous role mapping rules for: {key} denied this request.")
    return _plain(configured, "authenticated", None)


def _matches(rule: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    """Whether a rule holds; none does for a claim that is absent.

    AWS unknown: how a claim that is a list compares; by any of its elements here, and whole elements for Contains.
    """
    claim = claims.get(rule["Claim"])
    if claim is None:
        return False
    compare = _COMPARISONS[rule["MatchType"]]
    return compare(claim, rule["Value"])


def _equals(claim: Any, value: str) -> bool:
    return value in _texts(claim)


def _contains(claim: Any, value: str) -> bool:
    return value in _texts(claim) if isinstance(claim, list) else value in _text(claim)


def _starts_with(claim: Any, value: str) -> bool:
    return any(text.startswith(value) for text in _texts(claim))


_COMPARISONS: dict[str, Callable[[Any, str], bool]] = {
    "Equals": _equals,
    "Contains": _contains,
    "StartsWith": _starts_with,
    "NotEqual": lambda claim, value: not _equals(claim, value),
}


def _texts(claim: Any) -> list[str]:
    return [_text(item) for item in claim] if isinstance(claim, list) else [_text(claim)]


def _text(claim: Any) -> str:
    """A claim as rules compare it: strings as they are, `true` and `false`, numbers and objects as JSON."""
    return claim if isinstance(claim, str) else json.dumps(claim, separators=(",", ":"), ensure_ascii=False)
