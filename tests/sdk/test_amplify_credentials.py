"""aws-amplify v6 in Node: credentials of guests, of users, and of guests who become users."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import PASSWORD
from tests.sdk.conftest import Server, Start
from tests.sdk.identities import ASSUMED, ROLES, IdentityPool
from tests.sdk.moto import Moto
from tests.sdk.node_client import ClientRefused, NodeClient
from tests.sdk.place import Place

SIGN_IN = {"username": "ana", "password": PASSWORD}


class Application:
    """An application with Amplify in it, for Ana and for guests."""

    def __init__(self, node: NodeClient, server: Server) -> None:
        self.call = node.call
        self.place = Place(server)
        self.sub = self.place.user()
        self.pool = IdentityPool(self.place)
        self.call("configure", {**self.place.configuration, "identityPool": self.pool.id})

    def credentials(self, **options: bool) -> Any:
        """The credentials of the session; none are an error."""
        found = self.call("fetchCredentials", options)
        assert found is not None
        return found

    def client(self, of: Server | Moto, service: str) -> Any:
        """A boto3 client with Amplify's credentials."""
        found = self.credentials()
        return of.client(
            service,
            aws_access_key_id=found["accessKeyId"],
            aws_secret_access_key=found["secretAccessKey"],
            aws_session_token=found["sessionToken"],
        )

    def role(self) -> str:
        """The role of the session, as STS tells it."""
        arn: str = self.client(self.place.server, "sts").get_caller_identity()["Arn"]
        return arn.removeprefix(f"{ASSUMED}/").removesuffix("/CognitoIdentityCredentials")


@pytest.fixture
def app(strict: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """An application in a process of its own, since Amplify's credentials outlive another configuration."""
    client = NodeClient("amplify.mjs", tmp_path_factory.mktemp("node") / "amplify.log")
    yield Application(client, strict)
    client.stop()


def test_a_guest_who_signs_in_keeps_the_identity(app: Application) -> None:
    guest = app.credentials()
    assert app.role() == "unauthenticated"
    assert app.pool.identities() == {guest["identityId"]: []}
    app.call("signIn", SIGN_IN)
    user = app.credentials()
    assert (user["identityId"], user["userSub"]) == (guest["identityId"], app.sub)
    assert user["accessKeyId"] != guest["accessKeyId"]
    assert app.role() == "authenticated"
    assert app.pool.identities() == {guest["identityId"]: [app.pool.provider]}


@pytest.mark.parametrize("issuer", ["aws", "http://login.example:8080"])
def test_a_guest_who_signs_in_keeps_the_identity_whoever_issues_the_token(
    start: Start, tmp_path: Path, issuer: str
) -> None:
    """Amplify's login is called as the issuer of the ID token."""
    node = NodeClient("amplify.mjs", tmp_path / "amplify.log")
    try:
        app = Application(node, start("--ephemeral", "--issuer", issuer))
        guest = app.credentials()["identityId"]
        app.call("signIn", SIGN_IN)
        assert app.credentials()["identityId"] == guest
        assert app.pool.identities() == {guest: [app.pool.provider]}
    finally:
        node.stop()


def test_a_guest_becomes_the_user_that_another_device_knows(app: Application) -> None:
    known = app.pool.api.get_id(IdentityPoolId=app.pool.id, Logins=app.pool.logins())["IdentityId"]
    guest = app.credentials()["identityId"]
    assert guest != known
    app.call("signIn", SIGN_IN)
    assert app.credentials()["identityId"] == known
    assert app.role() == "authenticated"


def test_credentials_are_fetched_anew_when_forced_and_the_next_guest_is_somebody_else(app: Application) -> None:
    app.call("signIn", SIGN_IN)
    first = app.credentials()
    assert app.credentials() == first
    second = app.credentials(forceRefresh=True)
    assert second["identityId"] == first["identityId"]
    assert second["accessKeyId"] != first["accessKeyId"]
    app.call("signOut")
    guest = app.credentials()
    assert guest["identityId"] != first["identityId"]
    assert app.role() == "unauthenticated"
    app.call("signIn", SIGN_IN)
    assert app.credentials()["identityId"] == first["identityId"]


def test_a_pool_that_takes_no_guests_says_so(app: Application) -> None:
    pool = app.pool.api.describe_identity_pool(IdentityPoolId=app.pool.id)
    pool.pop("ResponseMetadata")
    app.pool.api.update_identity_pool(**{**pool, "AllowUnauthenticatedIdentities": False})
    refusal = r"^NotAuthorizedException: Unauthenticated access is not supported for this identity pool\.$"
    with pytest.raises(ClientRefused, match=refusal):
        app.call("fetchCredentials")
    app.call("signIn", SIGN_IN)
    assert app.role() == "authenticated"


def test_a_user_writes_and_reads_a_file(app: Application, resources: Moto) -> None:
    resources.client("s3").create_bucket(Bucket="files")
    app.call("signIn", SIGN_IN)
    key = f"{app.credentials()['identityId']}/a"
    s3 = app.client(resources, "s3")
    s3.put_object(Bucket="files", Key=key, Body=b"hello")
    assert s3.get_object(Bucket="files", Key=key)["Body"].read() == b"hello"
    assert app.pool.whose(app.credentials()["accessKeyId"])["role_arn"] == ROLES["authenticated"]
