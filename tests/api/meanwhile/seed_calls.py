"""Seeds, which let go of the database while they hash passwords."""

from __future__ import annotations

from typing import Any

from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import NEW, Scene
from tests.builders import pairs


def _is_in_a_seed(scene: Scene) -> Call:
    entry = {"Username": "ana", "Password": NEW, "UserAttributes": pairs({"name": "Ana"}), "groups": ["staff"]}
    document = {"user_pools": [{"Id": scene.pool, "PoolName": "pool", "users": [entry]}]}

    def apply() -> Any:
        return scene.api.http.post("/_emulator/seed", json=document).get_json()

    return apply


def _is_made_by_a_seed(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    return _is_in_a_seed(scene)


ROWS = (Row("/_emulator/seed", _is_in_a_seed), Row("/_emulator/seed", _is_made_by_a_seed))
