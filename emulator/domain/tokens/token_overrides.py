"""The changes that PreTokenGeneration may make to tokens (AWS: "Pre token generation Lambda trigger")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from emulator.domain.triggers import triggers
from emulator.faults import InvalidLambdaResponseException

Claims: TypeAlias = "dict[str, Any]"

_BOTH = frozenset(
    "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use".split()  # noqa: SIM905 - a table
)
_ID = _BOTH | {"aud", "cognito:username", "identities"}
_ACCESS = _BOTH | {"aud", "client_id", "device_key", "event_id", "scope", "username", "version"}
"""Claims of the ID token and of the access token that no function adds, replaces or suppresses.

`aud` may be added to an access token, with the id of the client that gets the token. Scopes have members of their own.
"""
_SCALAR = frozenset({"email_verified", "phone_number_verified", "updated_at", "address"})
"""Claims of an ID token that no function may set to an object or a list."""
_GROUPS = ("cognito:groups", "cognito:roles", "cognito:preferred_role")


class Change(Struct, frozen=True):
    """The changes of one token: claims and scopes, to add and to suppress."""

    add: Mapping[str, Any]
    suppress: frozenset[str]
    scopes: tuple[str, ...] = ()
    without_scopes: frozenset[str] = frozenset()


class Overrides(Struct, frozen=True):
    """The changes of the ID and the access token that a function asks for.

    `groups` replaces the group claims of both tokens; None leaves them.
    """

    id: Change
    access: Change
    groups: Claims | None = None

    def of_id_token(self, claims: Claims) -> Claims:
        """The changed claims of an ID token. Changes of protected claims are ignored, as on AWS."""
        return _changed(self._grouped(claims, _GROUPS), self.id, is_free_in_id_token)

    def of_access_token(self, claims: Claims) -> Claims:
        """The changed claims of an access token. Changes of protected claims are ignored."""
        changed = _changed(self._grouped(claims, _GROUPS[:1]), self.access, is_free_in_access_token)
        if self.access.add.get("aud") == claims["client_id"] and "aud" not in self.access.suppress:
            changed["aud"] = claims["client_id"]
        # AWS unknown: whether an access token has a `scope` once PreTokenGeneration suppressed every scope; here it is
        # there, and empty.
        scopes = dict.fromkeys([*str(claims["scope"]).split(), *self.access.scopes])
        return changed | {"scope": " ".join(scope for scope in scopes if scope not in self.access.without_scopes)}

    def _grouped(self, claims: Claims, names: tuple[str, ...]) -> Claims:
        """Claims with the function's groups; `names` are the group claims that the token may have."""
        if self.groups is None:
            return claims
        without = {name: value for name, value in claims.items() if name not in names}
        return without | {name: value for name, value in self.groups.items() if name in names}


def _changed(claims: Claims, change: Change, free: Callable[[str, Any], bool]) -> Claims:
    """Claims with what a function adds, and without what it suppresses, even if the function adds it too.

    Suppressing `cognito:groups` suppresses the roles too.
    """
    gone = change.suppress | (set(_GROUPS) if _GROUPS[0] in change.suppress else set())
    added = claims | {name: value for name, value in change.add.items() if free(name, value)}
    return {name: value for name, value in added.items() if name not in gone or not free(name, None)}


def read(said: Mapping[str, Any], version: str) -> Overrides:
    """The changes that the `response` of a function asks for, by the version of its event: "1", or "2" and "3".

    In version 1 only the group claims of an access token can be changed. Raises InvalidLambdaResponseException for a
    response of a wrong shape.
    """
    # AWS unknown: what InitiateAuth makes of PreTokenGeneration's response where a member has a wrong type; here all of
    # the response is refused with InvalidLambdaResponseException.
    if version == "1":
        details = _map(said.get("claimsOverrideDetails"))
        change = Change(_strings(details.get("claimsToAddOrOverride")), _names(details.get("claimsToSuppress")))
        return Overrides(change, Change({}, frozenset()), _groups(details))
    details = _map(said.get("claimsAndScopeOverrideDetails"))
    ours, theirs = (_map(details.get(f"{kind}TokenGeneration")) for kind in ("id", "access"))
    return Overrides(_change(ours), _change(theirs), _groups(details))


def _change(said: Mapping[str, Any]) -> Change:
    scopes = _list(said.get("scopesToAdd"))
    if any(not scope or any(letter.isspace() for letter in scope) for scope in scopes):
        raise _unrecognizable("a scope with a space in it")
    return Change(
        _map(said.get("claimsToAddOrOverride")),
        _names(said.get("claimsToSuppress")),
        tuple(scopes),
        _names(said.get("scopesToSuppress")),
    )


def _groups(details: Mapping[str, Any]) -> Claims | None:
    """The group claims of groupOverrideDetails, without those that are empty; None if the member is missing.

    AWS documents that null and an empty map remove the groups. By public samples, a response without the member keeps
    them.
    """
    if "groupOverrideDetails" not in details:
        return None
    override = _map(details["groupOverrideDetails"])
    names, roles = (_list(override.get(member)) for member in ("groupsToOverride", "iamRolesToOverride"))
    preferred = override.get("preferredRole")
    if preferred is not None and not isinstance(preferred, str):
        raise _unrecognizable("preferredRole is no string")
    made = dict(zip(_GROUPS, (names, roles, preferred), strict=True))
    return {name: value for name, value in made.items() if value}


def is_free_in_id_token(name: str, value: Any) -> bool:
    """Whether a claim of an ID token may be set to a value."""
    return name not in _ID and not (name in _SCALAR and isinstance(value, dict | list))


def is_free_in_access_token(name: str, _value: Any) -> bool:
    """Whether a claim of an access token may be set."""
    reserved = name.startswith(("cognito:", "dev:")) and name != "cognito:groups"
    return name not in _ACCESS and not reserved


def _map(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unrecognizable("a map was expected")
    return value


def _strings(value: Any) -> Mapping[str, str]:
    found = _map(value)
    if not all(isinstance(each, str) for each in found.values()):
        raise _unrecognizable("a claim of version 1 is no string")
    return found


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _unrecognizable("a list of strings was expected")
    return value


def _names(value: Any) -> frozenset[str]:
    return frozenset(_list(value))


def _unrecognizable(reason: str) -> InvalidLambdaResponseException:
    return InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, reason)
