"""Why data cannot be kept at the place that the settings name."""

from __future__ import annotations

from storage import failures
from storage.failures import DatabaseUnusable


class DataDirectoryError(OSError):
    """The data cannot be kept at the place that the settings name. The text says why."""


def explanation(error: Exception) -> str:
    """What is wrong, for the person who starts the server."""
    if isinstance(error, DatabaseUnusable) and error.detail:
        return f"{error} ({error.detail})"
    explained = failures.explanation(error)
    if explained or not isinstance(error, OSError) or not error.strerror:
        return explained or str(error)
    return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
