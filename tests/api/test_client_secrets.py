"""Two secrets of a client at once, and either is good wherever a secret is asked for."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.api.signing_in import a_secret_client, proof, refusal
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user
from tests.conftest import NOON

MINE = "my-own-secret".replace("-", "_") + "_0123456789"


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def client(api: Api, pool: str) -> tuple[str, str]:
    """A client with a secret: its client_id and its secret."""
    return a_secret_client(api, pool)


def add(api: Api, pool: str, client: str, **more: str) -> dict[str, Any]:
    answer = api.idp("AddUserPoolClientSecret", UserPoolId=pool, ClientId=client, **more)
    return dict(answer["ClientSecretDescriptor"])


def listed(api: Api, pool: str, client: str) -> list[dict[str, Any]]:
    return list(api.idp("ListUserPoolClientSecrets", UserPoolId=pool, ClientId=client)["ClientSecrets"])


def delete(api: Api, pool: str, client: str, secret_id: str) -> dict[str, Any]:
    names = {"UserPoolId": pool, "ClientId": client, "ClientSecretId": secret_id}
    return api.idp("DeleteUserPoolClientSecret", **names)


def sign_in(api: Api, client: str, secret: str) -> dict[str, Any]:
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": proof("ana", client, secret)}
    return api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)


def test_a_second_secret_is_made_told_once_and_listed_without_its_value(
    api: Api, pool: str, client: tuple[str, str]
) -> None:
    client_id, first = client
    made = add(api, pool, client_id)
    assert made["ClientSecretCreateDate"] == NOON
    assert made["ClientSecretValue"] not in (first, "")
    assert made["ClientSecretId"].startswith(f"{client_id}--")
    both = listed(api, pool, client_id)
    assert [sorted(each) for each in both] == [["ClientSecretCreateDate", "ClientSecretId"]] * 2
    assert len({each["ClientSecretId"] for each in both}) == 2
    assert both[1]["ClientSecretId"] == made["ClientSecretId"]


def test_a_secret_of_the_callers_own_is_not_told_back(api: Api, pool: str, client: tuple[str, str]) -> None:
    made = add(api, pool, client[0], ClientSecret=MINE)
    assert sorted(made) == ["ClientSecretCreateDate", "ClientSecretId"]
    told = "InvalidParameterException: The app client has that client secret already."
    delete(api, pool, client[0], listed(api, pool, client[0])[0]["ClientSecretId"])
    assert refusal(lambda: add(api, pool, client[0], ClientSecret=MINE)) == told


def test_either_secret_signs_in_and_revokes_and_a_deleted_one_does_not(
    api: Api, pool: str, client: tuple[str, str]
) -> None:
    client_id, first = client
    a_user(api, pool)
    second = add(api, pool, client_id)["ClientSecretValue"]
    for secret in (first, second):
        token = sign_in(api, client_id, secret)["AuthenticationResult"]["RefreshToken"]
        redeemed = api.idp("GetTokensFromRefreshToken", ClientId=client_id, RefreshToken=token, ClientSecret=secret)
        assert redeemed["AuthenticationResult"]["IdToken"]
        assert api.idp("RevokeToken", ClientId=client_id, Token=token, ClientSecret=secret) == {}
    assert delete(api, pool, client_id, listed(api, pool, client_id)[0]["ClientSecretId"]) == {}
    wrong = f"NotAuthorizedException: Unable to verify secret hash for client {client_id}"
    assert refusal(lambda: sign_in(api, client_id, first)) == wrong
    assert sign_in(api, client_id, second)["AuthenticationResult"]
    told = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client_id)["UserPoolClient"]
    assert told["ClientSecret"] == second


def test_a_third_secret_and_the_last_ones_end_are_refused(api: Api, pool: str, client: tuple[str, str]) -> None:
    client_id, _ = client
    last = "InvalidParameterException: The last client secret cannot be deleted."
    only = listed(api, pool, client_id)[0]["ClientSecretId"]
    assert refusal(lambda: delete(api, pool, client_id, only)) == last
    add(api, pool, client_id)
    told = "LimitExceededException: Client secrets cannot exceed limit of 2 secrets."
    assert refusal(lambda: add(api, pool, client_id)) == told


def test_a_secret_that_is_not_the_clients_is_not_found(api: Api, pool: str, client: tuple[str, str]) -> None:
    other, _ = a_secret_client(api, pool)
    add(api, pool, client[0])
    gone = "ResourceNotFoundException: Client secret does not exist."
    assert refusal(lambda: delete(api, pool, client[0], listed(api, pool, other)[0]["ClientSecretId"])) == gone


def test_a_public_client_gets_no_secret(api: Api, pool: str) -> None:
    public = a_client(api, pool)
    told = "InvalidParameterException: The app client is not configured with a client secret."
    assert refusal(lambda: add(api, pool, public)) == told
    assert listed(api, pool, public) == []


def test_a_client_of_another_pool_is_not_found(api: Api, client: tuple[str, str]) -> None:
    other = a_pool(api)
    gone = f"ResourceNotFoundException: User pool client {client[0]} does not exist."
    for call in (add, listed):
        assert refusal(lambda: call(api, other, client[0])) == gone  # noqa: B023


def test_two_who_delete_the_two_secrets_at_once_leave_one(api: Api, pool: str, client: tuple[str, str]) -> None:
    client_id, _ = client
    add(api, pool, client_id)
    told: list[str] = []

    def race(secret_id: str) -> None:
        caller = Api(api.http.application.test_client(), api.world)
        try:
            told.append(str(delete(caller, pool, client_id, secret_id)))
        except Refused as refused:
            told.append(str(refused))

    threads = [threading.Thread(target=race, args=(each["ClientSecretId"],)) for each in listed(api, pool, client_id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["InvalidParameterException: The last client secret cannot be deleted.", "{}"]
    assert len(listed(api, pool, client_id)) == 1


def test_secrets_go_with_their_client_and_stay_when_it_is_updated(api: Api, pool: str, client: tuple[str, str]) -> None:
    client_id, _ = client
    add(api, pool, client_id)
    before = listed(api, pool, client_id)
    api.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client_id, ClientName="renamed")
    assert listed(api, pool, client_id) == before
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client_id)
    told = f"ResourceNotFoundException: User pool client {client_id} does not exist."
    assert refusal(lambda: listed(api, pool, client_id)) == told


def test_there_is_one_page_of_secrets(api: Api, pool: str, client: tuple[str, str]) -> None:
    names = {"UserPoolId": pool, "ClientId": client[0], "NextToken": "forged"}
    told = "InvalidParameterException: Invalid pagination token given."
    assert refusal(lambda: api.idp("ListUserPoolClientSecrets", **names)) == told
