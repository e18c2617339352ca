"""Token buckets in the database, for several processes, which together keep a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext

from emulator.outside.rates import Bucket, Key, Rates
from storage.records.shared import RateBucket
from storage.store import Store
from storage.unit import Unit


class SharedRates(Rates):
    """Limits in memory, which `Following` reads from the database, and buckets in the database. Thread-safe."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def take(self, key: Key, now: float, *, kind: str = "", times: int = 1, unit: Unit | None = None) -> bool:
        """As `Rates.take`, in a transaction of its own, since a call that is refused counts too."""
        limit = self._limits.get(key)
        if limit is None:
            return True
        name, most = "/".join((*key, kind)), limit * times
        with unit.released() if unit else nullcontext(), self._store.unit(writes=True, configures=False) as own:
            own.lock("rate", name)
            found = own.rate_buckets.get(name)
            bucket = Bucket(found.tokens, found.filled) if found else Bucket(most, now)
            is_admitted = bucket.take(most, now)
            own.rate_buckets.put(RateBucket(name, bucket.tokens, bucket.filled))
        return is_admitted

    def provisioned(self, limits: Mapping[Key, int]) -> None:
        """Do nothing: the next transaction reads them, unless others have changed or deleted them by then."""

    def empty(self, unit: Unit, _afterwards: list[Callable[[], None]]) -> None:
        """Remove all limits, and fill all buckets, for all processes: they read the limits again."""
        unit.rate_buckets.delete()
        unit.server_state.announce()
