"""What stands in the database files: no password, code, token or secret in the clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.store import Store
from tests.api.people import confirm, sign_up
from tests.builders import PASSWORD, Api, a_pool, sign_in
from tests.conftest import NOON

TEMPORARY = "Temporary-Horse-3"
NEW = "Another-Horse-2"


def written(folder: Path) -> bytes:
    """Everything in the database's files."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


@pytest.fixture
def secrets(api: Api) -> dict[str, str]:
    """What Ana and the server told each other in a busy hour, by what it is."""
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    members = {"ClientName": "client", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    client = api.idp("CreateUserPoolClient", UserPoolId=pool, **members)["UserPoolClient"]["ClientId"]
    secretive = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="secretive", GenerateSecret=True)
    sign_up(api, client, email="ana@example.com")
    told = {"client secret": str(secretive["UserPoolClient"]["ClientSecret"]), "sign-up code": api.code()}
    confirm(api, client, told["sign-up code"])
    sign_up(api, client, "cleo", email="cleo@example.com")
    told["unspent code"] = api.code()
    told |= {f"{kind} token": str(sign_in(api, client)[f"{kind}Token"]) for kind in ("Access", "Id", "Refresh")}
    api.idp("ForgotPassword", ClientId=client, Username="ana")
    told["reset code"] = api.code()
    reset = {"ClientId": client, "Username": "ana", "Password": NEW}
    api.idp("ConfirmForgotPassword", **reset, ConfirmationCode=told["reset code"])
    api.idp("AdminCreateUser", UserPoolId=pool, Username="bea", TemporaryPassword=TEMPORARY)
    parameters = {"USERNAME": "bea", "PASSWORD": TEMPORARY}
    challenge = api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    told["session"] = str(challenge["Session"])
    return told | {"password": PASSWORD, "new password": NEW, "temporary password": TEMPORARY}


def test_no_secret_stands_in_the_database(api: Api, store: Store, tmp_path: Path, secrets: dict[str, str]) -> None:
    assert api.world.clock.now() == NOON
    before = written(tmp_path)
    store.close()
    everything = before + written(tmp_path)
    assert b"ana@example.com" in everything
    assert [what for what, secret in secrets.items() if secret.encode() in everything] == []
    assert b"PRIVATE KEY" not in everything


def test_equal_passwords_and_codes_do_not_look_alike(api: Api, store: Store) -> None:
    pool = a_pool(api, AutoVerifiedAttributes=["email"])
    client = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="client")["UserPoolClient"]["ClientId"]
    for name in ("ana", "bea"):
        sign_up(api, client, name, email=f"{name}@example.com")
    with store.unit(writes=False) as unit:
        users = unit.users.page(pool, 2, None).items
        codes = [unit.codes.get(user.id, "signup") for user in users]
    assert len({user.password for user in users}) == 2
    assert len({code.digest for code in codes if code}) == 2
