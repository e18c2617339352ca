"""The users of a user pool of AWS, as entries of a seed file: all that AWS tells of them, so no passwords."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from emulator.commands.import_from_aws import members
from emulator.commands.import_from_aws.calls import Source

_MOST = 60
_TEMPORARY = "FORCE_CHANGE_PASSWORD"
_RESET = "RESET_REQUIRED"
_CONFIRMED = "CONFIRMED"
_EXTERNAL = "EXTERNAL_PROVIDER"
_STATUSES = frozenset({"UNCONFIRMED", _CONFIRMED, _RESET, _TEMPORARY, _EXTERNAL})
_METHODS = frozenset({"SMS_MFA", "EMAIL_MFA"})
"""Second factors that need nothing that AWS does not tell."""
_CHOSEN, _PREFERRED = "UserMFASettingList", "PreferredMfaSetting"


class Users:
    """Reads the users of a pool, page by page."""

    def __init__(self, source: Source, pool: Mapping[str, Any], groups: Sequence[str], password: str | None) -> None:
        self._source = source
        self._notes = source.notes
        self._id = pool["Id"]
        self._uses_mfa = (pool.get("mfa") or {}).get("MfaConfiguration", "OFF") != "OFF"
        self._groups = groups
        self._password = password

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """Entries of users, in the order in which AWS lists them. Raises `ImportFailed`."""
        memberships = self._memberships()
        for page in self._source.pages("ListUsers", "Users", "PaginationToken", UserPoolId=self._id, Limit=_MOST):
            if page:
                yield [self._entry(user, memberships.get(user["Username"], [])) for user in page]

    def _memberships(self) -> dict[str, list[str]]:
        """The groups of each user who is in one: far fewer calls than one for each user."""
        found: dict[str, list[str]] = {}
        for group in self._groups:
            pages = self._source.pages(
                "ListUsersInGroup",
                "Users",
                what="members of groups are",
                UserPoolId=self._id,
                GroupName=group,
                Limit=_MOST,
            )
            for user in (each for page in pages for each in page):
                found.setdefault(user["Username"], []).append(group)
        return found

    def _entry(self, listed: Mapping[str, Any], groups: list[str]) -> dict[str, Any]:
        user = {**listed, "UserStatus": self._status(listed.get("UserStatus", _CONFIRMED))}
        if user.get("Enabled"):
            del user["Enabled"]
        if self._uses_mfa:
            user |= self._second_factors(listed["Username"])
        if groups:
            user["groups"] = groups
        entry = members.entry("users", user, self._notes)
        password = self._passwords(user["UserStatus"])
        return {"Username": entry.pop("Username"), **password, **entry}

    def _status(self, status: str) -> str:
        """The status here of a user who has that status on AWS."""
        known = status if status in _STATUSES else _CONFIRMED
        if known != status:
            self._notes.add(f"users: the status {status} is no status of this server; such users are as {_CONFIRMED}")
        return _RESET if known == _CONFIRMED and self._password is None else known

    def _passwords(self, status: str) -> dict[str, str]:
        if self._password is None or status == _EXTERNAL:
            return {}
        return {"TemporaryPassword" if status == _TEMPORARY else "Password": self._password}

    def _second_factors(self, username: str) -> dict[str, Any]:
        """The MFA settings of a user, without methods whose secrets or keys AWS does not tell."""
        answer = self._source.ask("AdminGetUser", "MFA settings of users are", UserPoolId=self._id, Username=username)
        chosen = (answer or {}).get(_CHOSEN) or []
        kept = [method for method in chosen if method in _METHODS]
        if len(kept) < len(chosen):
            self._notes.add(
                "users: authenticator apps and passkeys are left out, since AWS does not tell their secrets: "
                "these users must set them up again"
            )
        preferred = (answer or {}).get(_PREFERRED)
        return ({_CHOSEN: kept} if kept else {}) | ({_PREFERRED: preferred} if preferred in kept else {})
