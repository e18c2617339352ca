"""Lambda triggers. They are not called yet, and a configured one is never passed over in silence."""

from __future__ import annotations

from emulator.faults import NotBuilt
from storage.records.pools import Pool


def require_none(pool: Pool, *triggers: str) -> None:
    """Refuse, with a 501 that names it, where the pool has configured a trigger that would have to run now."""
    configured = pool.settings.get("LambdaConfig") or {}
    for trigger in triggers:
        if trigger in configured:
            raise NotBuilt(f"The Lambda trigger {trigger}, which user pool {pool.id} has configured,")
