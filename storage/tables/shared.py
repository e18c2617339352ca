"""What several processes share."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, LargeBinary

from storage.column_types import Integer, String
from storage.tables.schema import table

messages = table(
    "messages",
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("pool_digest", LargeBinary, nullable=False),
    Column("user_digest", LargeBinary, nullable=False),
    Column("recipient_digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""The inbox, where several processes share the database. Negative numbers are decoys, which nobody sees.

Digests have no index, since there are ten thousand rows at most: an index would cost more at each message.
"""

events = table(
    "events",
    Column("number", Integer, primary_key=True),
    Column("noted", Double, nullable=False),
    Column("event", JSON, nullable=False),
    Index(None, "noted", "number"),
)
"""One row for each call, where several processes share the database."""

rate_buckets = table(
    "rate_buckets",
    Column("name", String, primary_key=True),
    Column("tokens", Double, nullable=False),
    Column("filled", Double, nullable=False),
)

server_state = table(
    "server_state",
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("clock_offset", Double, nullable=False),
    Column("configuration", Integer, nullable=False, server_default="0"),
)
"""One row, which is kept when all data is deleted. `version` grows when the clock is moved or a rate limit is set, and
`configuration` when a table changes whose records are remembered (`storage/remembered`)."""
