"""The version that is running."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """The installed version, or "0" in a checkout that was never installed."""
    try:
        return metadata.version("cognito-emulator")
    except metadata.PackageNotFoundError:
        return "0"
