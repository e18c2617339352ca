"""What stands in the database files: no password, code, token or secret in the clear."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.world import World
from keys import srp
from keys.entropy import Entropy, SeededEntropy
from keys.signing import SigningKey
from storage.store import Store
from tests.api.people import confirm, sign_up
from tests.api.srp_client import an_app
from tests.builders import PASSWORD, Api, a_pool, a_user, sign_in
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


@dataclass
class Noted:
    """An entropy that notes what was drawn from it."""

    source: Entropy
    drawn: list[bytes] = field(default_factory=list)

    def token_bytes(self, n: int) -> bytes:
        """`n` bytes of the source."""
        self.drawn.append(self.source.token_bytes(n))
        return self.drawn[-1]


def spellings(secret: bytes) -> list[bytes]:
    """How a secret may stand in a file."""
    return [secret, secret.hex().encode(), base64.b64encode(secret), str(int.from_bytes(secret, "big")).encode()]


class TestSrp:
    @pytest.fixture
    def noted(self) -> Noted:
        """What the server drew."""
        return Noted(SeededEntropy(7))

    @pytest.fixture
    def world(self, signing_keys: list[SigningKey], noted: Noted) -> World:
        """A world that draws where it is seen."""
        return World(MovableClock(stopped=NOON), noted, key_reserve=SharedReserve(signing_keys), background=Queue())

    def test_neither_verifiers_nor_secrets_nor_blocks_stand_in_the_database(
        self, api: Api, store: Store, tmp_path: Path, noted: Noted
    ) -> None:
        web = an_app(api)
        a_user(api, web.pool)
        noted.drawn.clear()
        told = web.begin()["ChallengeParameters"]
        secrets = [drawn for drawn in noted.drawn if len(drawn) == 32]
        assert len(secrets) == 1
        salt = int(told["SALT"], 16).to_bytes(16, "big")
        secrets.append(srp.verifier(f"{web.pool.partition('_')[2]}ana", PASSWORD, salt))
        before = written(tmp_path)
        store.close()
        everything = before + written(tmp_path)
        assert told["SRP_B"].encode() in everything
        assert [secret for secret in secrets for spelling in spellings(secret) if spelling in everything] == []
        assert told["SECRET_BLOCK"].encode() not in everything
        assert base64.b64decode(told["SECRET_BLOCK"]) not in everything
