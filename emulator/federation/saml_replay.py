"""Messages of SAML providers count once: their IDs are stored until they expire."""

from __future__ import annotations

from emulator.context import Context
from storage.records.providers import IdentityProvider
from storage.violations import UniqueViolation


def spend(context: Context, provider: IdentityProvider, message_id: str, expires: float) -> bool:
    """Store and commit the ID of a message that is being used. False if it was used before.

    Nothing else may have been written, since all of the unit is committed, or rolled back.
    """
    try:
        context.unit.used_assertions.add(provider.pool_id, provider.name, message_id, expires)
        context.unit.commit()
    except UniqueViolation:
        context.unit.close()
        return False
    return True
