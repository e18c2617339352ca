"""The credential providers of the AWS SDK for JavaScript, which only variables point at our server and at moto's S3."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sdk.conftest import Server
from tests.sdk.identities import ASSUMED, ROLES, IdentityPool
from tests.sdk.moto import Moto
from tests.sdk.node_client import ClientRefused, NodeClient
from tests.sdk.place import Place

ROLE = ROLES["authenticated"]


@pytest.fixture(scope="module")
def sdk(strict: Server, resources: Moto, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """One Node process for all tests."""
    resources.client("s3").create_bucket(Bucket="files")
    endpoints = {
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY": strict.url,
        "AWS_ENDPOINT_URL_STS": strict.url,
        "AWS_ENDPOINT_URL_S3": resources.url,
    }
    client = NodeClient("credentials.mjs", tmp_path_factory.mktemp("node") / "credentials.log", **endpoints)
    yield client
    client.stop()


@pytest.fixture
def pool(strict: Server) -> IdentityPool:
    """A new identity pool, and Ana, whom it takes."""
    place = Place(strict)
    place.user()
    return IdentityPool(place)


def used(sdk: NodeClient, role: str, key: str) -> None:
    """Who the SDK says it is, and that it writes and reads a file."""
    assert sdk.call("caller") == f"{ASSUMED}/{role}"
    assert sdk.call("put", "files", key, "hello") is None
    assert sdk.call("get", "files", key) == "hello"


def test_a_guest_gets_credentials_of_the_role_for_guests(sdk: NodeClient, pool: IdentityPool) -> None:
    given = sdk.call("fromCognitoIdentityPool", {"identityPoolId": pool.id})
    assert pool.identities() == {given["identityId"]: []}
    assert 3000 < given["seconds"] <= 3600
    told = pool.whose(given["accessKeyId"])
    assert (told["identity_id"], told["role_arn"]) == (given["identityId"], ROLES["unauthenticated"])
    used(sdk, "unauthenticated/CognitoIdentityCredentials", f"{given['identityId']}/a")
    again = sdk.call("fromCognitoIdentityPool", {"identityPoolId": pool.id})
    assert again["identityId"] == given["identityId"]  # which the SDK remembers, of guests
    assert again["accessKeyId"] != given["accessKeyId"]


def test_a_user_gets_credentials_of_the_role_for_users(sdk: NodeClient, pool: IdentityPool) -> None:
    given = sdk.call("fromCognitoIdentityPool", {"identityPoolId": pool.id, "logins": pool.logins()})
    assert pool.identities() == {given["identityId"]: [pool.provider]}
    assert pool.whose(given["accessKeyId"])["role_arn"] == ROLE
    used(sdk, "authenticated/CognitoIdentityCredentials", f"{given['identityId']}/a")
    again = sdk.call("fromCognitoIdentityPool", {"identityPoolId": pool.id, "logins": pool.logins()})
    assert again["identityId"] == given["identityId"]


def test_a_token_of_another_pools_user_is_refused(sdk: NodeClient, pool: IdentityPool, strict: Server) -> None:
    place = Place(strict)
    place.user()
    [token] = IdentityPool(place).logins().values()
    with pytest.raises(
        ClientRefused, match=r"^NotAuthorizedException: Invalid login token\. Issuer doesn't match providerName$"
    ):
        sdk.call("fromCognitoIdentityPool", {"identityPoolId": pool.id, "logins": {pool.provider: token}})
    assert pool.identities() == {}


def test_a_forged_token_gets_no_credentials_from_sts(sdk: NodeClient, pool: IdentityPool) -> None:
    [token] = pool.logins().values()
    forged = f"{token.rpartition('.')[0]}.{'A' * 342}"
    with pytest.raises(
        ClientRefused, match=r"^InvalidIdentityTokenException: The signature of the provided token is not valid\.$"
    ):
        sdk.call("fromWebToken", {"roleArn": ROLE, "roleSessionName": "ana", "webIdentityToken": forged})


@pytest.mark.parametrize("whose", ["identity pool", "user pool"])
def test_a_web_token_gets_credentials_from_sts(sdk: NodeClient, pool: IdentityPool, whose: str) -> None:
    logins = pool.logins()
    [token] = logins.values()
    if whose == "identity pool":
        identity = pool.api.get_id(IdentityPoolId=pool.id, Logins=logins)["IdentityId"]
        token = pool.api.get_open_id_token(IdentityId=identity, Logins=logins)["Token"]
    given = sdk.call("fromWebToken", {"roleArn": ROLE, "roleSessionName": "ana", "webIdentityToken": token})
    assert 3000 < given["seconds"] <= 3600
    told = pool.whose(given["accessKeyId"])
    assert (told["role_arn"], told["session_name"]) == (ROLE, "ana")
    assert told["identity_id"] == (identity if whose == "identity pool" else None)
    used(sdk, "authenticated/ana", f"{whose}/a")
