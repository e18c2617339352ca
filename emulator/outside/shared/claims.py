"""Claims among all processes that work on one database.

A claim is a row that says until when its holder has it. A thread of the holder extends that time. A process that dies,
or whose database is gone, extends it no more, and another one takes the claim over. What the holder writes under the
claim is committed only if the claim is still its own: the commit's transaction extends the claim, which takes a lock on
its row, so that nobody takes it over in the meantime.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from emulator.outside.claims import Claim, ClaimLost
from keys import entropy
from keys.entropy import Entropy
from storage.failures import DatabaseUnusable
from storage.store import Store
from storage.unit import Unit

SECONDS = 8.0
"""For how long a claim lasts unless it is extended: the time after which the work of a dead process goes on."""
_RENEWAL_SECONDS = 2.0


class SharedClaim:
    """A claim that this process holds, until another process takes it over."""

    def __init__(self, name: str, holder: str) -> None:
        self.name = name
        self.holder = holder

    def protect(self, unit: Unit) -> None:
        """Let the unit commit only while the claim is held; its commit raises ClaimLost otherwise."""
        unit.before_commit.append(self._check)

    def _check(self, unit: Unit) -> None:
        if not unit.claims.renew(self.name, self.holder, SECONDS):
            raise ClaimLost(self.name)


class SharedClaims:
    """The claims of all processes. Those of this process are extended by a thread, which runs while there are any."""

    def __init__(self, store: Store, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy
        self._lock = threading.Lock()
        self._held: set[SharedClaim] = set()
        self._extends = False

    @contextmanager
    def held(self, name: str) -> Iterator[Claim | None]:
        """Claim a name for the duration of the context. Yields None if somebody else has it."""
        claim = SharedClaim(name, entropy.uuid(self._entropy))
        with self._store.unit(writes=True) as unit:
            is_mine = unit.claims.take(name, claim.holder, SECONDS)
        if not is_mine:
            yield None
            return
        self._extend(claim)
        try:
            yield claim
        finally:
            with self._lock:
                self._held.discard(claim)
            with suppress(DatabaseUnusable), self._store.unit(writes=True) as unit:  # it runs out by itself
                unit.claims.release(name, claim.holder)

    def renew(self) -> None:
        """Extend the claims of this process. Raises `DatabaseUnusable`."""
        with self._lock:
            held = list(self._held)
        for claim in held:
            with self._store.unit(writes=True) as unit:
                unit.claims.renew(claim.name, claim.holder, SECONDS)

    def _extend(self, claim: SharedClaim) -> None:
        with self._lock:
            self._held.add(claim)
            if self._extends:
                return
            self._extends = True
        threading.Thread(target=self._run, name="claims", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(_RENEWAL_SECONDS)
            with self._lock:
                self._extends = bool(self._held)
                if not self._extends:
                    return
            with suppress(DatabaseUnusable):
                self.renew()
