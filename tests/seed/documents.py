"""Seed documents, and what a server says to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.store import Store
from storage.tables.schema import all_tables
from tests.builders import Api

EXAMPLE = (Path(__file__).resolve().parents[2] / "examples" / "seed.yaml").read_text(encoding="utf-8")
POOL = "us-east-1_Example01"
CLIENT = "1example23456789"


def sow(api: Api, document: str | dict[str, Any], query: str = "") -> dict[str, Any]:
    """Apply a document; answers the counts, or `{"error"}`."""
    is_text = isinstance(document, str)
    response = api.http.post(
        f"/_emulator/seed{query}",
        data=document if is_text else json.dumps(document),
        content_type="application/yaml" if is_text else "application/json",
    )
    told: dict[str, Any] = response.get_json()
    assert response.status_code == (400 if "error" in told else 200)
    return told


def one_pool(**members: Any) -> dict[str, Any]:
    """A document with one pool."""
    return {"user_pools": [{"Id": POOL, "PoolName": "example", **members}]}


def wrong(api: Api, document: str | dict[str, Any]) -> str:
    """What is wrong with a document, which is not applied."""
    return str(sow(api, document)["error"])


def counts(created: int = 0, updated: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "unchanged": unchanged}


def rows(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.unit(writes=False) as unit:
        return {table.name: sorted(map(repr, unit.read(select(table)))) for table in all_tables()}
