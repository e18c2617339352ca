"""The file with the server's URL while it listens (`--url-file`), for processes that do not know its port."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("cognito_emulator")


@contextmanager
def kept(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Yield a function that writes the URL to `path`, if it is not None; remove the file at the end."""
    files: list[tuple[Path, str]] = []

    def tell(url: str) -> None:
        if path:
            write(path, url)
            files.append((path, url))

    try:
        yield tell
    finally:
        for file, url in files:
            remove(file, url)


def write(path: Path, url: str) -> None:
    """Write the URL atomically. A failure is logged, not raised."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        temporary.write_text(f"{url}\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        log.warning("the URL cannot be written to %s: %s", path, error.strerror or error)
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove(path: Path, url: str) -> None:
    """Remove the file, unless another server has written its own URL to it since."""
    with suppress(OSError):
        if path.read_text(encoding="utf-8") == f"{url}\n":
            path.unlink()
