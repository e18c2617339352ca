"""Fixtures: servers of ours in processes of their own."""

from __future__ import annotations

from tests.sdk.conftest import start

__all__ = ["start"]
