"""What is imported from a second emulator in the place of AWS, and what a server makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from tests.builders import Api
from tests.import_from_aws import everything, place
from tests.import_from_aws.conftest import Command
from tests.import_from_aws.place import Answer, Place
from tests.seed.documents import sow

Serve = Callable[[Answer], Place]
ALL = ("--users", "--password", everything.PASSWORD, "--secrets")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "import-from-aws.md"


def wanted(ids: dict[str, str]) -> list[str]:
    return ["--user-pool-id", ids["pool"], "--identity-pool-id", ids["identity_pool"]]


def test_everything_comes_back_as_it_is_described(api: Api, command: Command, in_place_of_aws: Serve) -> None:
    ids = everything.made(api)
    aws = in_place_of_aws(place.of(api))
    run = command(*wanted(ids), *ALL)
    assert (run.status, run.notes) == (0, [])
    before = everything.described(api, ids)
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, run.output)
    assert everything.described(api, ids) == before
    assert command(*wanted(ids), *ALL).output == run.output
    assert set(aws.asked) == allowed_by_the_guide()


def allowed_by_the_guide() -> set[str]:
    """The operations of the policy in the guide."""
    policy = json.loads(GUIDE.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0])
    (statement,) = policy["Statement"]
    return {action.partition(":")[2] for action in statement["Action"]}
