"""What GET /health answers."""

from __future__ import annotations

from emulator.version import version
from storage.failures import DatabaseUnusable
from storage.store import Store


def look(store: Store) -> tuple[int, dict[str, str]]:
    """The status and the members of the answer: 200 if the server is ready, 503 if its database does not answer."""
    try:
        store.check()
    except DatabaseUnusable as error:
        return 503, {"error": f"The emulator's database cannot be used: {error}."}
    return 200, {"status": "ok", "version": version()}
