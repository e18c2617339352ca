"""The file that a server logs to, which no pipe can fill up and no kill leaves behind."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


class Log:
    """A temporary file. On POSIX it has no name any more once it is open."""

    def __init__(self) -> None:
        descriptor, name = tempfile.mkstemp(prefix="cognito-emulator-log-")
        self._path = Path(name)
        self.writer = os.fdopen(descriptor, "wb")
        """For the process that logs."""
        self._reader = self._path.open("rb")
        if os.name == "posix":
            self._path.unlink()

    def text(self) -> str:
        """What was written so far."""
        self._reader.seek(0)
        return self._reader.read().decode(errors="replace")

    def close(self) -> None:
        """Close the file, and delete it."""
        self._reader.close()
        self.writer.close()
        with suppress(OSError):
            self._path.unlink()
