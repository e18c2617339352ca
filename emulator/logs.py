"""The log: one line for each call, as text or JSON, on standard error."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict

from emulator.durations import iso
from emulator.outside.events import Event


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = f"{iso(record.created)} {record.levelname} {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"time": iso(record.created), "level": record.levelname, "message": record.getMessage()}
        event = getattr(record, "event", None)
        if isinstance(event, Event):
            line |= asdict(event) | {
                "time": iso(event.time),
                "milliseconds": getattr(record, "milliseconds", None),
            }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(form: str) -> None:
    """Write the log to standard error from now on. `form` is "text" or "json"."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text())
    logger = logging.getLogger("cognito_emulator")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
