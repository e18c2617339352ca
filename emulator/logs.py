"""The log: one line for each call, as text or JSON, on standard error."""

from __future__ import annotations

import json
import logging
import os
import select
import stat
import sys
import time
from typing import TextIO

from msgspec.structs import asdict

from emulator.durations import iso
from emulator.outside.events import Event
from emulator.redaction import one_line

_NOWHERE = {
    **dict.fromkeys(("args", "exc_info", "exc_text", "stack_info", "taskName")),
    **dict.fromkeys(("filename", "pathname", "module", "funcName", "threadName", "processName"), "-"),
    **dict.fromkeys(("lineno", "thread", "process", "msecs", "relativeCreated"), 0),
}
"""What a record of a call does not say."""


class CallRecord(logging.LogRecord):
    """The record of a call. Without the place, thread and process of other records, which cost a tenth of a call."""

    def __init__(self, logger: str, level: int, event: Event, milliseconds: float) -> None:
        self.__dict__.update(_NOWHERE)
        self.name = logger
        self.levelno = level
        self.levelname = logging.getLevelName(level)
        self.msg = _line(event)
        self.created = time.time()  # noqa: TID251 - as other records have it, whatever the emulator's clock says
        self.event = event
        self.milliseconds = round(milliseconds, 1)


def _line(event: Event) -> str:
    """The event as one printable line, without secrets."""
    named = (("pool", event.pool), ("client", event.client), ("user", event.user))
    about = [f"{name}={value}" for name, value in named if value]
    reason = f": {event.reason}" if event.reason else ""
    return one_line(" ".join([event.operation, *about, event.outcome + reason]))


class _Text(logging.Formatter):
    def __init__(self, worker: int | None) -> None:
        super().__init__()
        self._worker = "" if worker is None else f" worker={worker}"

    def format(self, record: logging.LogRecord) -> str:
        line = f"{iso(record.created)} {record.levelname}{self._worker} {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    def __init__(self, worker: int | None) -> None:
        super().__init__()
        self._worker = {} if worker is None else {"worker": worker}

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": iso(record.created), "level": record.levelname, "message": record.getMessage(), **self._worker}
        event = getattr(record, "event", None)
        if isinstance(event, Event):
            line |= asdict(event) | {
                "time": iso(event.time),
                "milliseconds": getattr(record, "milliseconds", None),
            }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines to a stream. Lines are dropped while the stream is a pipe that is full, since nobody reads it.

    Without that, a program that starts the server and does not read its log would stop the server after 64 kilobytes.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._is_file = _is_file(stream)
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line, or count it."""
        if self._dropped and not self._would_wait():
            super().emit(_warning(f"{self._dropped} lines of the log were dropped, since nobody read them"))
            self._dropped = 0
        if self._would_wait():
            self._dropped += 1
        else:
            super().emit(record)

    def _would_wait(self) -> bool:
        return not self._is_file and _would_wait(self.stream)


def _warning(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"levelno": logging.WARNING, "levelname": "WARNING", "msg": text})


def _is_file(stream: TextIO) -> bool:
    """Whether a stream is a file on a disk, which needs no reader."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _would_wait(stream: TextIO) -> bool:
    """Whether a line would wait for a reader. False where that cannot be asked: on Windows, and in tests."""
    if sys.platform == "win32":
        return False
    try:
        return not select.select([], [stream], [], 0)[1]
    except (OSError, ValueError):
        return False


def handler(form: str, stream: TextIO, worker: int | None = None) -> logging.Handler:
    """What writes the log to a stream. `form` is "text" or "json". A worker's lines have its number."""
    lines = Lines(stream)
    lines.setFormatter(_Json(worker) if form == "json" else _Text(worker))
    return lines


def configure(form: str, worker: int | None = None) -> None:
    """Write the log to standard error from now on. `form` is "text" or "json". A worker's lines have its number."""
    logger = logging.getLogger("cognito_emulator")
    logger.handlers[:] = [handler(form, sys.stderr, worker)]
    logger.setLevel(logging.INFO)
    logger.propagate = False
