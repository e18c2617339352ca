"""Users of seeds: a pool of one document, and what an export says."""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.seed import exporting
from emulator.settings import Settings
from storage.store import Store
from tests.builders import FLOWS, PASSWORD, Api, pairs, unpaired
from tests.seed.documents import CLIENT, POOL, one_pool, sow

Json = dict[str, Any]
ALL_FLOWS = [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]
SUB = "0a1b2c3d-4e5f-7081-92a3-b4c5d6e7f809"
ANA: Json = {"Username": "ana", "Password": PASSWORD}


def users(*entries: Json, **pool: Any) -> Json:
    """A document with a pool that has a client, the group `admins` and these users."""
    client = {"ClientId": CLIENT, "ClientName": "web", "ExplicitAuthFlows": ALL_FLOWS}
    return one_pool(clients=[client], groups=[{"GroupName": "admins"}], users=list(entries), **pool)


def ana(**members: Any) -> Json:
    """Ana's entry, with a password unless another member is one."""
    has_another = {"TemporaryPassword", "PasswordHash"} & members.keys()
    return ({"Username": "ana"} if has_another else ANA) | members


def named(**attributes: str) -> list[dict[str, str]]:
    """Attributes in the API's form; `_` in a name stays."""
    return pairs(attributes)


def shown(api: Api, username: str = "ana") -> Json:
    """AdminGetUser, with the attributes by name."""
    found = api.idp("AdminGetUser", UserPoolId=POOL, Username=username)
    return found | {"UserAttributes": unpaired(found["UserAttributes"])}


def attributes(api: Api, username: str = "ana") -> dict[str, str]:
    """The attributes of a user but `sub`."""
    return {name: value for name, value in shown(api, username)["UserAttributes"].items() if name != "sub"}


def groups(api: Api, username: str = "ana") -> list[str]:
    """The groups of a user."""
    found = api.idp("AdminListGroupsForUser", UserPoolId=POOL, Username=username)
    return [group["GroupName"] for group in found["Groups"]]


def exported(api: Api, store: Store, *, portable: bool = False) -> Json:
    """The export, as it is in JSON."""

    def run(context: Context) -> str:
        document = exporting.document(context, portable)
        return json.dumps(document, default=lambda octets: base64.b64encode(octets).decode())

    settings = Settings(ephemeral=True)
    found: Json = json.loads(
        work.run(store, False, lambda unit: Context(unit, api.world, settings, RequestOrigin()), run)
    )
    return found


def moved(api: Api, store: Store, *, portable: bool = False) -> None:
    """Export everything, delete it, and apply the export; the next export is the same."""
    document = exported(api, store, portable=portable)
    api.http.post("/_emulator/reset")
    assert "error" not in sow(api, document)
    assert exported(api, store, portable=portable) == document
