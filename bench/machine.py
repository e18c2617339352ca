"""Starts our server in a process of its own, and measures the unavoidable costs on this machine."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.calls import Caller
from keys import srp

ROOT = Path(__file__).resolve().parent.parent
BARE = (
    "-c",
    """
from emulator.server import serve
from emulator.server.listeners import listening
def app(environ, start):
    environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", "2")])
    return [b"{}"]
with listening("127.0.0.1", 0) as bound:
    serve(app, [bound], 16, lambda: print("listening on", bound.url, flush=True))
""",
)
"""The same HTTP server with an empty application: the part of the costs that is not ours."""


@dataclass
class Server:
    """Our own server, in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    cold: float

    def rest(self) -> None:
        """Wait until the background work after the start is done."""
        time.sleep(3)

    def empty_answers(self, seconds: float) -> tuple[str, str]:
        """The mean milliseconds of an answer to one caller, and answers a second, as text."""
        caller = Caller(self.url)
        taken = timed(lambda: caller.send("POST", "/", "{}"), seconds)
        return f"{taken:.3f}", f"{1000 / taken:.0f}"

    def resident(self) -> float:
        """The resident memory of the process in megabytes."""
        try:
            asked = subprocess.run(
                ["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            status = Path(f"/proc/{self.process.pid}/status")
            found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")]
            return int(found[0]) / 1024
        return int(asked.stdout) / 1024


@contextmanager
def started(*command: str, root: Path = ROOT, python: str | Path = sys.executable) -> Iterator[Server]:
    """Run a server until the end of the context. `cold` is the seconds from its start to its first answer."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([python, *command], cwd=root, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if not line.startswith("listening on "):
                log.seek(0)
                sys.exit(log.read().decode() or f"the server said: {line}")
            url = line.split()[-1]
            Caller(url).send("GET", "/health")
            yield Server(process, url, time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def machine(cost: int) -> dict[str, float]:
    """The milliseconds of this machine for the costs that no server of this kind can avoid."""
    import bcrypt
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    salt = bcrypt.gensalt(cost)
    with (
        tempfile.TemporaryDirectory() as directory,
        closing(sqlite3.connect(f"{directory}/x", isolation_level=None)) as db,
    ):
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t (a)")
        return {
            "RSA": timed(lambda: key.sign(b"x", padding.PKCS1v15(), hashes.SHA256())),
            "bcrypt": timed(lambda: bcrypt.hashpw(b"x", salt)),
            "power": timed(lambda: srp.power(3, 2**255 + 19)),
            "commit": timed(lambda: db.execute("INSERT INTO t VALUES (1)")),
            "RSA key": timed(lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        }


def timed(work: Callable[[], object], seconds: float = 0.5) -> float:
    """The mean milliseconds of a call, measured for `seconds`."""
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        work()
        count += 1
    return (time.perf_counter() - begun) * 1000 / count
