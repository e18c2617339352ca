"""The login pages, behind which two workers answer by turns."""

from __future__ import annotations

from pathlib import Path

from tests.login.live import a_live_visitor, check_a_walk
from tests.sdk.conftest import Start

CHOICE = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}


def test_a_person_may_meet_another_worker_at_every_page(start: Start, tmp_path: Path) -> None:
    server = start("--data", str(tmp_path / "data"), "--workers", "2", "--password-cost", "4")
    check_a_walk(*a_live_visitor(server, Policies=CHOICE), server)
