"""Groups and their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, func, select

from storage.history.images import GROUP, MEMBER
from storage.paging import Page
from storage.prepared import Prepared
from storage.records.users import Group, User
from storage.repositories.repository import Repository, inserting
from storage.tables.groups import group_members, groups

_OF_USER = Prepared(
    select(*(groups.c[name] for name in ("id", "pool_id", "name", "settings", "created", "modified")))
    .join(group_members, group_members.c.group_id == groups.c.id)
    .where(group_members.c.user_id == bindparam("user_id"))
    .order_by(groups.c.name)
)


class GroupRepository(Repository[Group]):
    """The groups of all pools."""

    table = groups
    record = Group
    columns = ("id", "pool_id", "name", "settings", "created", "modified")
    shared = True

    def add(self, pool_id: str, name: str, settings: dict[str, Any], now: float, *, key: str) -> Group:
        """Insert a group. `key` is the normalised name.

        Raises `UniqueViolation` when the pool has a group of that name.
        """
        group = Group(0, pool_id, name, settings, created=now, modified=now)
        values = {column: getattr(group, column) for column in self.columns if column != "id"}
        inserted = self.unit.write(inserting(groups), values | {"key": key}).inserted_primary_key
        group = replace(group, id=inserted[0] if inserted else 0)
        self.unit.journal.made(GROUP, str(group.id), pool_id)
        return group

    def named(self, pool_id: str, name: str) -> Group | None:
        """The group of a pool by name."""
        return self._one(pool_id=pool_id, name=name)

    def count(self, pool_id: str) -> int:
        """The number of groups of a pool."""
        return int(self.unit.read(select(func.count()).where(groups.c.pool_id == pool_id)).scalar_one())

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[Group]:
        """The groups of a pool, by name."""
        query = self._select().where(groups.c.pool_id == pool_id)
        return self._page(query, f"groups {pool_id}", token, limit, "name")

    def change(self, group: Group, *, settings: dict[str, Any], modified: float) -> Group:
        """Update the settings of a group, and return the changed group."""
        self.unit.journal.group(group.id, group.pool_id)
        changes = {"settings": settings, "modified": modified}
        self.unit.write(groups.update().where(groups.c.id == group.id), changes)
        return replace(group, settings=settings, modified=modified)

    def delete(self, group: Group) -> None:
        """Delete a group, but not its members."""
        self.unit.journal.deleted_group(group.id, group.pool_id)
        self.unit.write(groups.delete().where(groups.c.id == group.id))

    def add_member(self, group: Group, user: User) -> None:
        """Add a user to a group. Does nothing if the user is a member."""
        insert = self.unit.insert(group_members).values(group_id=group.id, user_id=user.id)
        if self.unit.write(insert.on_conflict_do_nothing()).rowcount:
            self.unit.journal.made(MEMBER, f"{group.id}:{user.id}", group.pool_id)

    def add_members(self, pool_id: str, members: Sequence[tuple[int, int]]) -> None:
        """Add users to groups of a pool: pairs of a group's and a user's id. Each must be no member yet."""
        if not members:
            return
        rows = [{"group_id": group_id, "user_id": user_id} for group_id, user_id in members]
        self.unit.write(group_members.insert(), rows)
        for group_id, user_id in members:
            self.unit.journal.made(MEMBER, f"{group_id}:{user_id}", pool_id)

    def remove_member(self, group: Group, user: User) -> None:
        """Remove a user from a group. Does nothing if the user is no member."""
        self.unit.journal.member(group.id, user.id, group.pool_id)
        members = group_members.c
        self.unit.write(group_members.delete().where(members.group_id == group.id, members.user_id == user.id))

    def of(self, user: User) -> list[Group]:
        """All groups of a user, by name."""
        return self._found(_OF_USER, {"user_id": user.id})

    def page_of(self, user: User, limit: int, token: str | None) -> Page[Group]:
        """The groups of a user, by id."""
        query = self._select().join(group_members, group_members.c.group_id == groups.c.id)
        query = query.where(group_members.c.user_id == user.id)
        return self._page(query, f"groups of {user.id}", token, limit, group_members.c.group_id)
