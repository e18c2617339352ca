"""What user pools contain, but for their configuration."""

from __future__ import annotations

from sqlalchemy import literal, select

from storage.records.pools import Pool
from storage.repositories.repository import Repository, changing, columns_of
from storage.tables.codes import stand_in_attempts
from storage.tables.federation import federated_sign_ins, used_assertions
from storage.tables.groups import groups
from storage.tables.history import history
from storage.tables.pools import user_pools
from storage.tables.providers import identity_providers
from storage.tables.users import users


class PoolContentRepository(Repository[Pool]):
    """The contents of user pools. They are no part of `PoolRepository`, which would import all these tables."""

    table = user_pools
    record = Pool
    columns = columns_of(Pool)

    def delete(self, pool: Pool) -> None:
        """Delete the users, groups and history of a pool, and the counters of unknown usernames.

        Also the sign-ins that are under way at its identity providers, and the notes about assertions that were used.

        Its settings, clients, keys and providers stay, and so do the groups that were created together with the
        identity providers (their names are `POOL_PROVIDER`).
        """
        of_providers = select(literal(f"{pool.id}_").concat(identity_providers.c.name)).where(
            identity_providers.c.pool_id == pool.id
        )
        deleted = self.unit.write(users.delete().where(users.c.pool_id == pool.id)).rowcount
        if deleted:  # users that other units add meanwhile stay, and are counted
            self.unit.users.count_more(pool.id, -deleted)
        self.unit.write(groups.delete().where(groups.c.pool_id == pool.id, groups.c.name.not_in(of_providers)))
        self.unit.write(stand_in_attempts.delete().where(stand_in_attempts.c.pool_id == pool.id))
        self.unit.write(federated_sign_ins.delete().where(federated_sign_ins.c.pool_id == pool.id))
        self.unit.write(used_assertions.delete().where(used_assertions.c.pool_id == pool.id))
        self.unit.write(history.delete().where(history.c.pool_id == pool.id))
        since = None if pool.history_since is None else self.unit.now
        self.unit.write(changing(user_pools, "id"), {"this_id": pool.id, "history_since": since})
