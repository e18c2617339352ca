"""The file of the data key, which encrypts what the database must give back in plain."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from keys import vault
from keys.entropy import Entropy


def read_or_make(path: Path, entropy: Entropy, *, is_new: Callable[[], bool], durable: bool = True) -> bytes:
    """The data key, generated if its file does not exist and the database `is_new`. Raises OSError otherwise.

    Unless `durable`, the file need not outlive the machine.
    """
    if not path.exists() and is_new():
        write_new(path, vault.new_key(entropy), durable=durable)
    if not path.exists():  # looked for again: a server that starts beside this one makes its key before its database
        raise OSError(f"its key {path} is missing, and nothing in it can be read without")
    return read(path)


def read(path: Path) -> bytes:
    """The data key in a file. Raises OSError."""
    key = path.read_bytes()
    if len(key) != vault.KEY_BYTES:
        raise OSError(f"{path} is not a key")
    return key


def keep(path: Path, key: bytes) -> bool:
    """Write a key to a file unless it is there, and return whether it was. Raises OSError if another key is there."""
    is_new = not path.exists()
    if is_new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, key)
    if path.read_bytes() != key:
        raise OSError(f"{path} is there already, with another key")
    return is_new


def write_new(path: Path, key: bytes, *, durable: bool = True) -> None:
    """Create a file of a key atomically, with mode 0600. If two processes do so at once, the first key stays.

    Waits for the disk if the file is to be `durable`: 1 to 20 ms.
    """
    descriptor, fresh = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links: the last process wins
            Path(fresh).rename(path)
    finally:
        Path(fresh).unlink(missing_ok=True)
