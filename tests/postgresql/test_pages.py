"""The login pages of two servers on one database, which answer by turns."""

from __future__ import annotations

from pathlib import Path

from tests.login.live import a_live_visitor, check_a_walk
from tests.postgresql.server import PostgreSQLServer
from tests.postgresql.servers import two_servers
from tests.sdk.conftest import Start

CHOICE = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}


def test_a_person_may_meet_another_server_at_every_page(
    start: Start, durable: PostgreSQLServer, tmp_path: Path
) -> None:
    servers = two_servers(start, durable.url(durable.create()), tmp_path / "key")
    check_a_walk(*a_live_visitor(*servers, Policies=CHOICE), servers[0])
