"""Images of entities, moved to another kind of database: it makes images of texts and bytes in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, LargeBinary, Table

from storage.column_types import String
from storage.history.images import KINDS
from storage.history.restoring import BELONGINGS


def moved(kind: str, image: str, of: Dialect, to: Dialect) -> str:
    """The image as JSON text, as the database with the dialect `to` would have made it of the same entity.

    Images are compared with those of the present, so that differences of the form would be taken for changes.
    """
    if kind not in KINDS:
        return image
    found = json.loads(image)
    _move(found, KINDS[kind].table, of, to)
    for member, table in BELONGINGS.items():
        rows = found.get(member) or []
        for row in [rows] if isinstance(rows, dict) else rows:
            _move(row, table, of, to)
    return json.dumps(found, separators=(",", ":"))


def _move(row: dict[str, Any], table: Table, of: Dialect, to: Dialect) -> None:
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, str) and isinstance(column.type, LargeBinary):
            row[column.name] = value.lower() if to.name == "postgresql" else value.upper()
        elif isinstance(value, str) and isinstance(column.type, String):
            steps: list[Callable[[Any], Any] | None] = [
                column.type.result_processor(of, None),
                column.type.bind_processor(to),
            ]
            for step in filter(None, steps):
                value = step(value)
            row[column.name] = value
