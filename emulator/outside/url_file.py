"""The file that holds the URL of a server while it listens (`--url-file`), for those who did not choose its port."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("cognito_emulator")


@contextmanager
def kept(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Gives what writes a URL into the file, if there is to be one; it is removed when the context ends."""
    written: list[tuple[Path, str]] = []

    def tell(url: str) -> None:
        if path:
            write(path, url)
            written.append((path, url))

    try:
        yield tell
    finally:
        for file, url in written:
            remove(file, url)


def write(path: Path, url: str) -> None:
    """Write the URL, in one step so that nobody reads half of it. Where it cannot be written, the log says why."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fresh.write_text(f"{url}\n", encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        log.warning("the URL cannot be written to %s: %s", path, error.strerror or error)
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def remove(path: Path, url: str) -> None:
    """Remove the file, unless another server has written its own URL there since."""
    with suppress(OSError):
        if path.read_text(encoding="utf-8") == f"{url}\n":
            path.unlink()
