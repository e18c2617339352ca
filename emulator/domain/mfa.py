"""The second factor: which one a user has to give (AWS: "Adding MFA to a user pool")."""

from __future__ import annotations

from emulator.domain.challenges.progress import Progress
from emulator.faults import NotBuilt


def due(progress: Progress) -> str | None:
    """The challenge of the second factor; None where none is due, or it was passed."""
    if progress.pool.settings.get("MfaConfiguration") == "ON":
        raise NotBuilt(f"Multi-factor authentication, which user pool {progress.pool.id} requires,")
    return None
