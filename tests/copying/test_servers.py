"""Users go on where they were: a server on the copy knows passwords, factors, tokens and keys."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP

from tests.builders import PASSWORD
from tests.sdk.conftest import Server, Start
from tests.sdk.place import Authenticator, Place

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")  # of pycognito


def copy(source: str, target: str, key: Path) -> str:
    """Run the command; answers what it says."""
    command = [sys.executable, "-m", "cognito_emulator", "copy", "--from", source, "--to", target, "--to-key", str(key)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def jwks(server: Server, pool: str) -> bytes:
    with urlopen(f"{server.url}/{pool}/.well-known/jwks.json", timeout=10) as answer:
        return bytes(answer.read())


def srp(place: Place, idp: Any) -> dict[str, Any]:
    """Sign in by SRP, as far as the challenge of the second factor."""
    client = AWSSRP(username="ana", password=PASSWORD, pool_id=place.pool, client_id=place.client, client=idp)
    begun = idp.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=place.client, AuthParameters=client.get_auth_params())
    answers = client.process_challenge(begun["ChallengeParameters"], client.get_auth_params())
    answered = idp.respond_to_auth_challenge(
        ClientId=place.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answers
    )
    return dict(answered)


def totp(place: Place, idp: Any, app: Authenticator, asked: dict[str, Any]) -> dict[str, Any]:
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answers = {"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": app.code()}
    done = idp.respond_to_auth_challenge(
        ClientId=place.client,
        Session=asked["Session"],
        ChallengeName=asked["ChallengeName"],
        ChallengeResponses=answers,
    )
    return dict(done["AuthenticationResult"])


@pytest.mark.slow
def test_users_go_on_in_postgresql_and_back_in_sqlite(start: Start, empty_postgresql: str, tmp_path: Path) -> None:
    first = start("--data", str(tmp_path / "first"), "--password-cost", "4")
    place = Place(first)
    place.mfa("OPTIONAL")
    place.user()
    for number in range(3):
        place.idp.admin_create_user(UserPoolId=place.pool, Username=f"user{number}", MessageAction="SUPPRESS")
    password = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    begun = place.idp.initiate_auth(ClientId=place.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=password)[
        "AuthenticationResult"
    ]
    secret = place.idp.associate_software_token(AccessToken=begun["AccessToken"])["SecretCode"]
    app = Authenticator(first, secret)
    place.idp.verify_software_token(AccessToken=begun["AccessToken"], UserCode=app.code())
    place.idp.set_user_mfa_preference(
        AccessToken=begun["AccessToken"], SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    page = place.idp.list_users(UserPoolId=place.pool, Limit=2)
    rest = place.idp.list_users(UserPoolId=place.pool, PaginationToken=page["PaginationToken"])["Users"]
    asked = srp(place, place.idp)
    keys = jwks(first, place.pool)

    copy(f"sqlite:///{tmp_path}/first", empty_postgresql, tmp_path / "key")
    subject = ["--from-key", str(tmp_path / "key")]
    second = start("--database", empty_postgresql, "--key", str(tmp_path / "key"), "--password-cost", "4")
    command = [sys.executable, "-m", "cognito_emulator", "copy", "--from", empty_postgresql, *subject]
    back = subprocess.run([*command, "--to", f"sqlite:///{tmp_path}/third/"], check=False, capture_output=True)
    assert back.returncode == 0, back.stderr
    third = start("--data", str(tmp_path / "third"), "--password-cost", "4")

    for server in (second, third):
        idp = server.client("cognito-idp")
        assert jwks(server, place.pool) == keys
        again = Authenticator(server, secret)
        again.code()
        again.code()  # the clocks of these servers begin anew, and the code of a step is taken once
        assert totp(place, idp, again, asked).keys() >= {"AccessToken", "RefreshToken"}
        assert "AccessToken" in totp(place, idp, again, srp(place, idp))
        refreshed = idp.initiate_auth(
            ClientId=place.client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": begun["RefreshToken"]},
        )["AuthenticationResult"]
        assert idp.get_user(AccessToken=refreshed["AccessToken"])["Username"] == "ana"
        assert idp.get_user(AccessToken=begun["AccessToken"])["Username"] == "ana"
        following = idp.list_users(UserPoolId=place.pool, PaginationToken=page["PaginationToken"])["Users"]
        assert [user["Username"] for user in following] == [user["Username"] for user in rest]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_server_goes_on_while_its_data_is_copied(
    start: Start, empty_postgresql: str, tmp_path: Path, kind: str
) -> None:
    """Users are added by calls and counted by the pool: the copy has as many as its pool says, in one piece."""
    place = Place(start("--data", str(tmp_path / "first"), "--password-cost", "4"))
    ended = threading.Event()
    made: list[str] = []

    def write(writer: int) -> None:
        idp, number = place.server.client("cognito-idp"), 0
        while not ended.is_set():
            number += 1
            idp.admin_create_user(UserPoolId=place.pool, Username=f"{writer}-{number}", MessageAction="SUPPRESS")
            made.append(f"{writer}-{number}")

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for writer in writers:
        writer.start()
    try:
        until(lambda: len(made) > 50)
        before = list(made)
        target = empty_postgresql if kind == "postgresql" else f"sqlite:///{tmp_path}/second"
        copy(f"sqlite:///{tmp_path}/first", target, tmp_path / "key")
        during = len(made) - len(before)
    finally:
        ended.set()
        for writer in writers:
            writer.join()
    assert during > 0
    second = start("--database", target, "--key", str(tmp_path / "key"))
    idp = second.client("cognito-idp")
    pages = idp.get_paginator("list_users").paginate(UserPoolId=place.pool)
    there = [user["Username"] for page in pages for user in page["Users"]]
    assert set(before) <= {*there} <= {*made}
    assert idp.describe_user_pool(UserPoolId=place.pool)["UserPool"]["EstimatedNumberOfUsers"] == len(there)
    with pytest.raises(ClientError, match="UsernameExistsException"):
        idp.admin_create_user(UserPoolId=place.pool, Username=there[0])
    idp.admin_create_user(UserPoolId=place.pool, Username="new")


def until(done: Any) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)
