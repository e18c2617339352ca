"""Records of exported logs on their way to a directory or a server. No call waits for them, and none fails by them."""

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
"""Takes a pool's id and a record."""
_SECONDS = 10
_JSON = {"Content-Type": "application/json"}
_WAITING = 1_000


class Exporter:
    """Takes records and hands them to `target`, one after the other, in a thread of its own.

    `target` is a directory, where each pool has a file `<id>.jsonl` of one record a line, or an http(s) URL, which is
    sent each record with POST. What cannot be handed on is lost, as the log says.
    """

    def __init__(self, target: str, waiting: int = _WAITING, http: Http | None = None) -> None:
        write = (
            _post(http or HttpClient(), target) if target.startswith(("http://", "https://")) else _append(Path(target))
        )
        self._backlog: Backlog[tuple[str, Record]] = Backlog("exports", lambda entry: write(*entry), _lost, waiting)

    def __call__(self, pool_id: str, record: Record) -> None:
        """Hand a record on soon."""
        self._backlog.put((pool_id, record))

    def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Wait until nothing waits to be handed on any more, but no longer than `patience` seconds."""
        self._backlog.close(patience)


def _append(directory: Path) -> Export:
    def append(pool_id: str, record: Record) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / f"{pool_id}.jsonl").open("ab") as file:
            file.write(_line(record) + b"\n")

    return append


def _post(http: Http, url: str) -> Export:
    def post(_pool_id: str, record: Record) -> None:
        answer = http.request("POST", url, headers=_JSON, body=_line(record), seconds=_SECONDS)
        if answer.status >= 300:
            raise Unreachable(f"{redacted(url)} answered {answer.status}")

    return post


def _line(record: Record) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()


def _lost(entry: tuple[str, Record], why: str) -> None:
    log.warning("a record of %s was not exported: %s", entry[0], why)
