"""How long a seed of many users takes, from YAML, and its memory."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import bcrypt

from bench.machine import Server
from bench.oauth import Refused

_PATIENCE = 600


@dataclass(frozen=True)
class Seeded:
    """Seconds of seeds with clear passwords, the same once more, and with hashes; megabytes before and at the end."""

    clear: float
    unchanged: float
    hashed: float
    before: float
    after: float


def seeded(server: Server, users: int) -> Seeded:
    """Make `users` users by each kind of seed, in a pool of its own."""
    before = server.resident()
    clear = document("us-east-1_Clear", "Password: Correct-Horse-1", users)
    kept = bcrypt.hashpw(b"Correct-Horse-1", bcrypt.gensalt(4)).decode()
    hashed = document("us-east-1_Hashed", f"PasswordHash: {kept}", users)
    first, again, last = (apply(server.url, text) for text in (clear, clear, hashed))
    return Seeded(first, again, last, before, server.resident())


def document(pool: str, password: str, users: int) -> str:
    """A seed in YAML: a pool with a group, and users who are in it and have an address."""
    lines = ["user_pools:", f"  - Id: {pool}", "    PoolName: bench", "    groups: [{GroupName: staff}]", "    users:"]
    for number in range(users):
        address = f"{{Name: email, Value: user{number}@example.com}}"
        lines += [
            f"      - Username: user{number}",
            f"        {password}",
            "        groups: [staff]",
            f"        UserAttributes: [{address}, {{Name: email_verified, Value: 'true'}}]",
        ]
    return "\n".join(lines)


def apply(url: str, text: str) -> float:
    """Apply a seed. Returns the seconds that it took. Raises `Refused`."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE)
    began = time.perf_counter()
    connection.request("POST", "/_emulator/seed", text.encode(), {"Content-Type": "application/yaml"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    taken = time.perf_counter() - began
    connection.close()
    if answer.status != http.client.OK:
        raise Refused(str(told))
    return taken
