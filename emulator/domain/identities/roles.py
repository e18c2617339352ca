"""Which role an identity gets (AWS: "Using role-based access control"). Pure functions.

`configured` is what GetIdentityPoolRoles shows, `custom` is CustomRoleArn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emulator.domain.identities import login_providers
from emulator.domain.identities.proven import Proven
from emulator.faults import InvalidIdentityPoolConfigurationException, NotAuthorizedException


def of_guest(configured: Mapping[str, Any], custom: str | None) -> str:
    """The ARN of the role of a guest. Role mappings do not apply to guests.

    Raises InvalidIdentityPoolConfigurationException if the pool has no such role, NotAuthorizedException for a custom
    one.
    """
    return _plain(configured, "unauthenticated", custom)


def of_logins(configured: Mapping[str, Any], proven: Sequence[Proven], custom: str | None) -> str:
    """The ARN of the role for validated logins: by the role mapping of their provider, or else the authenticated role.

    Raises NotAuthorizedException if the mapping does not allow the custom role, or denies what it leaves ambiguous;
    InvalidIdentityPoolConfigurationException if the pool has no such role.
    """
    # AWS unknown: which role mapping GetCredentialsForIdentity applies when several logins have one. Here it is that
    # of the provider that the identity pool lists first.
    mappings = {
        login_providers.of_role_mapping(key): mapping for key, mapping in configured.get("RoleMappings", {}).items()
    }
    for login in proven:
        key = login.mapping_key
        if key in mappings:
            allowed, best = _mapped(mappings[key], login)
            if custom is not None:
                return _chosen(custom, allowed)
            return best or _ambiguous(configured, key, mappings[key])
    asserted = next((login.roles for login in proven if login.roles), None)
    return _asserted(asserted, custom) if asserted else _plain(configured, "authenticated", custom)


def unusable(reason: str) -> InvalidIdentityPoolConfigurationException:
    """The exception for a role that is missing, or whose ARN is not a role's. `reason` is for the log."""
    return InvalidIdentityPoolConfigurationException(
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.", reason
    )


def _asserted(roles: Sequence[str], custom: str | None) -> str:
    """The role that a SAML assertion names; of several, CustomRoleArn says which. Raises NotAuthorizedException."""
    # AWS unknown: the message of NotAuthorizedException in GetCredentialsForIdentity for an assertion with several
    # roles, without CustomRoleArn.
    if custom is not None:
        return _chosen(custom, roles)
    if len(set(roles)) > 1:
        raise NotAuthorizedException("The SAML assertion has several roles. Please name one of them as CustomRoleArn.")
    return roles[0]


def _plain(configured: Mapping[str, Any], kind: str, custom: str | None) -> str:
    """The pool's role of a kind, "authenticated" or "unauthenticated"."""
    # AWS unknown: what CustomRoleArn in GetCredentialsForIdentity does without a role mapping. Here it is refused.
    if custom is not None:
        return _chosen(custom, ())
    role: str | None = configured.get("Roles", {}).get(kind)
    if role is None:
        raise unusable(f"no role is set for {kind} identities")
    return role


def _chosen(custom: str, allowed: Sequence[str]) -> str:
    """CustomRoleArn, if it is among the allowed roles. Raises NotAuthorizedException."""
    # AWS unknown: the message of NotAuthorizedException when CustomRoleArn of GetCredentialsForIdentity is not allowed.
    if custom not in allowed:
        raise NotAuthorizedException(f"Access to Role '{custom}' is forbidden.")
    return custom


def _mapped(mapping: Mapping[str, Any], login: Proven) -> tuple[list[str], str | None]:
    """The roles that CustomRoleArn may name, and the default role; None if the mapping is ambiguous."""
    claims = login.claims
    if mapping["Type"] == "Rules":
        rules = mapping["RulesConfiguration"]["Rules"]
        matching = [rule["RoleARN"] for rule in rules if _matches(rule, claims)]
        return matching, next(iter(matching), None)
    allowed = list(login.roles) if login.kind == "saml" else _named_roles(claims.get("cognito:roles"))
    # AWS unknown: what GetCredentialsForIdentity does with a `cognito:preferred_role` of an OIDC provider that is no
    # text. Here it counts as absent.
    claim = claims.get("cognito:preferred_role")
    preferred = claim if isinstance(claim, str) else ""
    return allowed, preferred or (allowed[0] if len(allowed) == 1 else None)


def _named_roles(claim: Any) -> list[str]:
    """The roles in `cognito:roles`: an array in real tokens, a comma-separated string in AWS's guide."""
    if isinstance(claim, str):
        return [role.strip() for role in claim.split(",") if role.strip()]
    return [role for role in claim if isinstance(role, str)] if isinstance(claim, list) else []


def _ambiguous(configured: Mapping[str, Any], key: str, mapping: Mapping[str, Any]) -> str:
    """The role for an ambiguous mapping: the authenticated role, or none. Raises NotAuthorizedException."""
    if mapping["AmbiguousRoleResolution"] == "Deny":
        # AWS unknown: whether the message of GetCredentialsForIdentity for an ambiguous role mapping names the client
        # id after the user pool. Here it does.
        raise NotAuthorizedException(f"The ambiguous role mapping rules for: {key} denied this request.")
    return _plain(configured, "authenticated", None)


def _matches(rule: Mapping[str, str], claims: Mapping[str, Any]) -> bool:
    """Whether a rule matches. No rule matches if the claim is absent."""
    # AWS unknown: how a rule of a role mapping compares a claim that is a list. Here it matches if any element does,
    # and Contains compares whole elements.
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
    """A claim as rules compare it: a string unchanged, anything else as JSON."""
    return claim if isinstance(claim, str) else json.dumps(claim, separators=(",", ":"), ensure_ascii=False)
