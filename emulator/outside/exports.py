"""Delivery of exported logs to a directory or a server, asynchronously: no call waits for it or fails by it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from emulator.outside.backlog import GOODBYE_SECONDS, Backlog
from emulator.outside.http import Http, HttpClient, Unreachable
from emulator.redaction import redacted

log = logging.getLogger("cognito_emulator")
Record: TypeAlias = Mapping[str, Any]
Export: TypeAlias = Callable[[str, Record], None]
"""Takes a pool's id and a record of its log."""
_SECONDS = 10
_JSON = {"Content-Type": "application/json"}
_WAITING = 1_000


class Exporter:
    """Delivers records to `target`, one after the other, in a thread of its own.

    `target` is a directory, with a file `<pool id>.jsonl` for each pool, or an http(s) URL, to which each record is
    POSTed. A record that cannot be delivered is logged and dropped.
    """

    def __init__(self, target: str, waiting: int = _WAITING, http: Http | None = None) -> None:
        write = (
            _post(http or HttpClient(), target) if target.startswith(("http://", "https://")) else _append(Path(target))
        )
        self._backlog: Backlog[tuple[str, Record]] = Backlog("exports", lambda entry: write(*entry), _lost, waiting)

    def __call__(self, pool_id: str, record: Record) -> None:
        """Queue a record of a pool. Neither waits nor raises."""
        self._backlog.put((pool_id, record))

    def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Wait until the queue is empty, for at most `patience` seconds."""
        self._backlog.close(patience)


def _append(directory: Path) -> Export:
    def append(pool_id: str, record: Record) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / f"{pool_id}.jsonl").open("ab") as file:
            file.write(_encoded(record) + b"\n")

    return append


def _post(http: Http, url: str) -> Export:
    def post(_pool_id: str, record: Record) -> None:
        answer = http.request("POST", url, headers=_JSON, body=_encoded(record), seconds=_SECONDS)
        if answer.status >= 300:
            raise Unreachable(f"{redacted(url)} answered {answer.status}")

    return post


def _encoded(record: Record) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()


def _lost(entry: tuple[str, Record], why: str) -> None:
    log.warning("a record of %s was not exported: %s", entry[0], why)
