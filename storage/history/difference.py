"""Two states of a pool, then and now, compared: what a recovery does, and how a preview counts it.

A `State` has the entities that changed in between, by kind and key, as JSON text (see `images.py`); None for those that
do not exist in that state. All other entities are the same in both states. The images are parsed one after another,
since those of many users take much memory.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from storage.history.images import GROUP, MEMBER, PASSKEY, USER
from storage.records.recoveries import Counts

Images = dict[str, str | None]
"""The entities of a kind: JSON text by key."""
State = dict[str, Images]
"""Images by kind."""
Image = dict[str, Any]

_PROFILE = ("username", "sub", "status", "enabled", "password", "attributes", "created")
"""The members of a user's image that are compared, beside aliases and links; the MFA settings are compared apart."""
_OF_PASSWORD = ("password", "password_set", "verifier", "past")
"""The members of a user's image that stay as they are if the password has changed."""


class Pair(Struct, frozen=True):
    """An entity then and now, None where it does not exist."""

    then: Image | None
    now: Image | None


class Difference:
    """What a recovery has to do to make of the state `now` the state `then`."""

    def __init__(self, then: State, now: State) -> None:
        self.then = then
        self.now = now

    def counts(self) -> dict[str, Counts]:
        """How many entities a recovery creates, updates and deletes, by the names that previews have for the kinds."""
        # AWS unknown: what DescribePointInTimeRecovery counts. Here each entity is compared as it was then with what it
        # is now, without the time of its last change: what changed and changed back does not count. A user or group
        # that was deleted and created again under its name counts as one update, a changed membership as an update of
        # the user, unless the group was created or deleted since. The MFA settings and passkeys of a user that was
        # created or deleted since count too.
        users, mfas = Counter[str](), Counter[str]()
        regrouped = self._regrouped()
        for pair in self._users():
            fate = _fate(pair, _profile)
            if pair.now and pair.now["id"] in regrouped:
                regrouped.remove(pair.now["id"])
                fate = "update"
            users[fate] += 1
            mfas[_fate(Pair(_mfa(pair.then), _mfa(pair.now)), dict)] += 1
        users["update"] += len(regrouped)
        groups = Counter(_fate(pair, _group) for pair in self._groups())
        passkeys = Counter(_fate(pair, dict) for pair in self._passkeys())
        found = {"Users": users, "Groups": groups, "User MFAs": mfas, "Passkeys": passkeys}
        return {name: Counts(each["create"], each["update"], each["delete"]) for name, each in found.items()}

    def pair(self, kind: str, key: str) -> Pair:
        """The entity of a kind with this key: as a recovery leaves it, which is nearly as it was then, and as it is."""
        then, now = _opened(self.then[kind].get(key)), _opened(self.now[kind].get(key))
        return Pair(_SETTLED[kind](then, now) if then and now and kind in _SETTLED else then, now)

    def _users(self) -> Iterator[Pair]:
        return self._named(USER, "username_key")

    def _groups(self) -> Iterator[Pair]:
        return self._named(GROUP, "name")

    def _passkeys(self) -> Iterator[Pair]:
        return (self.pair(PASSKEY, key) for key in self.then[PASSKEY])

    def _named(self, kind: str, name: str) -> Iterator[Pair]:
        """The entities of a kind, by name: what was deleted and made again is one entity."""
        made = {}
        for key, image in self.now[kind].items():
            if image and self.then[kind][key] is None:
                made[json.loads(image)[name]] = key
        for key, image in self.then[kind].items():
            if image:
                pair = self.pair(kind, key)
                again = made.pop(pair.then[name], None) if pair.then and not pair.now else None
                yield Pair(pair.then, _opened(self.now[kind][again])) if again else pair
        for key in made.values():
            yield self.pair(kind, key)

    def _regrouped(self) -> set[int]:
        """The users, there then and now, whose memberships differ in groups that are there then and now."""
        passing = {_name(pair) for pair in self._groups() if pair.then is None or pair.now is None}
        groups: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
        for key in self.then[MEMBER]:
            group_id, _, user_id = key.partition(":")
            name = _name(self.pair(GROUP, group_id)) or f"#{group_id}"
            for state, names in zip((self.then, self.now), groups[user_id], strict=True):
                if state[MEMBER].get(key):
                    names.add(name)
        return {
            int(user_id) for user_id, (then, now) in groups.items() if (then ^ now) - passing and self._stays(user_id)
        }

    def _stays(self, user_id: str) -> bool:
        changed = user_id in self.then[USER]
        return not changed or bool(self.then[USER][user_id] and self.now[USER].get(user_id))


def _opened(image: str | None) -> Image | None:
    opened: Image | None = json.loads(image, parse_float=_number) if image else None
    return opened


def _number(digits: str) -> float:
    """A number of an image, to the 15 digits that SQLite writes; PostgreSQL writes more, of the same time."""
    return float(f"{float(digits):.15g}")


def _fate(pair: Pair, compared: Callable[[Image], Any]) -> str:
    """What a recovery does to an entity: "create", "update", "delete" or nothing."""
    if pair.then and pair.now:
        return "" if compared(pair.then) == compared(pair.now) else "update"
    return "create" if pair.then else "delete" if pair.now else ""


def _settled_user(then: Image, now: Image) -> Image:
    """The user of then, with what a recovery leaves as it is."""
    # AWS unknown: whether a recovery keeps a password that an administrator set since. AWS documents that users who
    # changed their password keep it; here that is every password but a removed one. Whoever keeps the password keeps
    # the status, which says whether the password is a temporary one, but for UNCONFIRMED, which says nothing of it.
    kept: Image = {}
    if now["password"] == then["password"]:
        kept["verifier"] = now["verifier"] or then["verifier"]  # computed at a sign-in since
    elif now["password"] is not None:
        kept |= {name: now[name] for name in _OF_PASSWORD}
        if then["status"] != "UNCONFIRMED" and now["password_set"] != then["password_set"]:
            kept["status"] = now["status"]  # With the time of then, it is another hash of the same password.
    if then["token"] and now["token"] and then["token"]["sealed"] == now["token"]["sealed"]:
        kept["token"] = now["token"]  # with the time step of the last code, which must not be accepted again
    return then | kept


def _settled_passkey(then: Image, now: Image) -> Image:
    return then | {"sign_count": max(then["sign_count"], now["sign_count"])}


_SETTLED = {USER: _settled_user, PASSKEY: _settled_passkey}


def _profile(user: Image) -> list[Any]:
    return [*(user[name] for name in _PROFILE), _sorted(user["aliases"]), _sorted(user["links"])]


def _sorted(rows: list[Image]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def _mfa(user: Image | None) -> Image | None:
    """The MFA settings of a user, None without any."""
    if user is None:
        return None
    token = user["token"] and {name: user["token"][name] for name in ("sealed", "name")}
    found = {name: value for name, value in {**user["settings"], "token": token}.items() if value}
    return found or None


def _group(group: Image) -> list[Any]:
    return [group["settings"], group["created"]]


def _name(pair: Pair) -> str:
    """The name of a group, empty if it did not change."""
    image = pair.then or pair.now
    return str(image["name"]) if image else ""
