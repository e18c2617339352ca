"""What belongs to users, read for many users at once: an export would ask for each of them otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, field
from sqlalchemy import bindparam, select

from storage.records.factors import Device, Passkey, SoftwareToken
from storage.records.providers import Link
from storage.repositories.repository import Repository, columns_of
from storage.tables.factors import devices, passkeys, software_tokens
from storage.tables.groups import group_members, groups
from storage.tables.links import user_links
from storage.tables.users import password_history

T = TypeVar("T")


class Belongings(Struct):
    """What belongs to one user: names of groups, factors, links to providers, past passwords, the oldest first."""

    groups: list[str] = field(default_factory=list)
    token: SoftwareToken | None = None
    devices: list[Device] = field(default_factory=list)
    passkeys: list[Passkey] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    past: list[str] = field(default_factory=list)


def _rows(record: Any, table: Any) -> Any:
    columns = (table.c[name] for name in columns_of(record))
    return select(*columns).where(table.c.user_id.in_(bindparam("ids", expanding=True)))


def _of(column: Any) -> Any:
    return column.in_(bindparam("ids", expanding=True))


_GROUPS = (
    select(group_members.c.user_id, groups.c.name)
    .join(groups, groups.c.id == group_members.c.group_id)
    .where(_of(group_members.c.user_id))
)
_TOKENS, _DEVICES, _PASSKEYS, _LINKS = (
    _rows(record, table)
    for record, table in ((SoftwareToken, software_tokens), (Device, devices), (Passkey, passkeys), (Link, user_links))
)
_history = password_history.c
_PAST = select(_history.user_id, _history.password, _history.id).where(_of(_history.user_id))


class BelongingRepository(Repository[Any]):
    """What belongs to users, for the users of a page."""

    table = group_members
    record = Belongings
    columns = ()

    def of(self, user_ids: Sequence[int]) -> Mapping[int, Belongings]:
        """What belongs to each of the users, in an order that depends on nothing but the content."""
        found: dict[int, Belongings] = defaultdict(Belongings)
        wanted = {"ids": list(user_ids)}
        for row in self.unit.read(_GROUPS, wanted):
            found[row.user_id].groups.append(row.name)
        for token in self._records(SoftwareToken, _TOKENS, wanted):
            found[token.user_id].token = token
        for device in self._records(Device, _DEVICES, wanted):
            found[device.user_id].devices.append(device)
        for passkey in self._records(Passkey, _PASSKEYS, wanted):
            found[passkey.user_id].passkeys.append(passkey)
        for link in self._records(Link, _LINKS, wanted):
            found[link.user_id].links.append(link)
        for row in sorted(self.unit.read(_PAST, wanted), key=lambda row: int(row.id)):
            found[row.user_id].past.append(row.password)
        _sort(found.values())
        return found

    def _records(self, make: Callable[..., T], query: Any, wanted: dict[str, Any]) -> Iterator[T]:
        return (make(*row) for row in self.unit.read(query, wanted))


def _sort(found: Iterable[Belongings]) -> None:
    for each in found:
        each.groups.sort()
        each.devices.sort(key=lambda device: device.key)
        each.passkeys.sort(key=lambda passkey: passkey.id)
        each.links.sort(key=lambda link: (link.created, link.provider, link.value))
