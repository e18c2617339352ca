"""Client secrets in Secrets Manager: published, shown by ARN, withdrawn, and gone with their clients."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from emulator.app import create_app
from emulator.outside.secrets_manager import NoSecretsManager
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests import builders
from tests.api.published_secrets.app import MANAGED, MEMBER, App, an_app
from tests.api.signing_in import refusal
from tests.builders import Api, Refused, a_client, a_pool
from tests.secrets_manager import LocalSecretsManager, Secret

GENERATED = "InvalidParameterException: PublishSecretsInAWSSecretsManager "


@pytest.fixture
def published(api: Api, manager: LocalSecretsManager) -> App:
    """An application whose client was created with its secret published."""
    return an_app(api, manager)


@pytest.fixture
def plain(api: Api, manager: LocalSecretsManager) -> App:
    """An application whose client has a secret that is not published."""
    return an_app(api, manager, **{MEMBER: False})


def test_a_new_client_is_shown_with_the_arn_of_its_secret_in_place_of_the_secret(
    api: Api, manager: LocalSecretsManager
) -> None:
    pool = a_pool(api)
    members = {"UserPoolId": pool, "ClientName": "web", "GenerateSecret": True, MEMBER: True}
    made = api.idp("CreateUserPoolClient", **members)["UserPoolClient"]
    name = f"cognito/{pool}/{made['ClientId']}"
    assert re.fullmatch(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-.{{6}}", made["ClientSecretArn"])
    assert not made.keys() & {"ClientSecret", MEMBER}
    value = manager.value(made["ClientSecretArn"])
    assert value == {
        "userPoolId": pool,
        "userPoolClientId": made["ClientId"],
        "clientSecretValue": value["clientSecretValue"],
    }
    assert re.fullmatch("[a-z0-9]{51}", value["clientSecretValue"])
    named = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    assert api.idp("DescribeUserPoolClient", **named)["UserPoolClient"] == made
    updated = api.idp("UpdateUserPoolClient", **named)["UserPoolClient"]
    assert updated["ClientSecretArn"] == made["ClientSecretArn"]
    assert "ClientSecret" not in updated


def test_the_published_secret_proves_the_client_and_another_does_not(published: App) -> None:
    assert published.accepts(published.current())
    assert not published.accepts("x" * 51)


def test_requests_are_signed_for_the_region_of_the_pool_and_limited_in_time(
    api: Api, manager: LocalSecretsManager
) -> None:
    api.region = "eu-west-1"
    app = an_app(api, manager)
    assert app.arn.startswith("arn:aws:secretsmanager:eu-west-1:000000000000:secret:cognito/eu-west-1_")
    assert "/eu-west-1/secretsmanager/aws4_request" in manager.headers[0]["Authorization"]
    assert set(manager.seconds) == {5.0}


def test_a_secret_is_migrated_by_a_rotation_and_the_value_before_still_works(plain: App) -> None:
    before = plain.shown()["ClientSecret"]
    updated = plain.update(publishes=True, ClientName="renamed")
    assert (updated["ClientName"], "ClientSecret" in updated) == ("renamed", False)
    assert plain.current() != before
    assert [plain.accepts(secret) for secret in (before, plain.current())] == [True, True]
    assert len(plain.ids()) == 2


def test_of_two_secrets_the_older_is_deleted_by_the_migration(api: Api, plain: App) -> None:
    first = plain.shown()["ClientSecret"]
    added = api.idp("AddUserPoolClientSecret", **plain.named)["ClientSecretDescriptor"]
    plain.update(publishes=True)
    assert [plain.accepts(secret) for secret in (first, added["ClientSecretValue"], plain.current())] == [
        False,
        True,
        True,
    ]
    assert plain.ids()[0] == added["ClientSecretId"]


def test_true_once_more_and_an_update_that_does_not_say_change_nothing(published: App) -> None:
    before = published.current(), published.arn, published.ids(), list(published.manager.asked)
    published.update(publishes=True)
    published.update(ClientName="renamed")
    assert (published.current(), published.arn, published.ids(), published.manager.asked) == before


def test_false_brings_the_current_secret_back_and_deletes_it_for_good(plain: App) -> None:
    first = plain.shown()["ClientSecret"]
    plain.update(publishes=True)
    current = plain.current()
    updated = plain.update(publishes=False)
    assert updated["ClientSecret"] == current
    assert "ClientSecretArn" not in updated
    assert plain.shown() == updated
    assert plain.manager.secrets == {}
    assert [plain.accepts(secret) for secret in (first, current)] == [True, True]
    assert plain.update()["ClientSecret"] == current


def test_false_where_nothing_is_published_changes_nothing(api: Api, plain: App) -> None:
    before = plain.shown()
    assert plain.update(publishes=False)["ClientSecret"] == before["ClientSecret"]
    public = replace(plain, client=a_client(api, plain.pool))
    assert "ClientSecret" not in public.update(publishes=False)
    assert plain.manager.asked == []


def test_false_and_true_again_rotate_on_demand(published: App) -> None:
    before = published.current()
    published.update(publishes=False)
    published.update(publishes=True)
    assert published.current() != before
    assert [published.accepts(secret) for secret in (before, published.current())] == [True, True]


def test_a_client_without_a_generated_secret_is_refused(api: Api, plain: App) -> None:
    members = {"UserPoolId": plain.pool, "ClientName": "web", MEMBER: True}
    told = f"{GENERATED}can only be set to true when GenerateSecret is true."
    for given in ({}, {"GenerateSecret": False}, {"ClientSecret": "a" * 24}):
        assert refusal(lambda: api.idp("CreateUserPoolClient", **members, **given)) == told  # noqa: B023
    public, own = a_client(api, plain.pool), a_client(api, plain.pool, ClientSecret="a" * 24)
    for client in (public, own):
        app = replace(plain, client=client)
        told = f"{GENERATED}applies only to app clients that have a generated secret."
        assert refusal(lambda: app.update(publishes=True)) == told  # noqa: B023
    api.idp("AddUserPoolClientSecret", UserPoolId=plain.pool, ClientId=own)
    assert "ClientSecretArn" in replace(plain, client=own).update(publishes=True)
    assert plain.manager.asked == ["CreateSecret"]


def test_a_published_client_gets_no_secret_beside_and_keeps_the_current_one(api: Api, plain: App) -> None:
    plain.update(publishes=True)
    older, current = plain.ids()
    assert refusal(lambda: api.idp("AddUserPoolClientSecret", **plain.named)) == MANAGED
    assert refusal(lambda: api.idp("DeleteUserPoolClientSecret", **plain.named, ClientSecretId=current)) == MANAGED
    api.idp("DeleteUserPoolClientSecret", **plain.named, ClientSecretId=older)
    last = "InvalidParameterException: The last client secret cannot be deleted."
    assert refusal(lambda: api.idp("DeleteUserPoolClientSecret", **plain.named, ClientSecretId=current)) == last
    assert plain.accepts(plain.current())


def test_the_secret_is_deleted_with_its_client_and_its_pool(api: Api, published: App) -> None:
    other = replace(published, client=a_client(api, published.pool, **{"GenerateSecret": True, MEMBER: True}))
    api.idp("DeleteUserPoolClient", **other.named)
    assert list(published.manager.secrets) == [f"cognito/{published.pool}/{published.client}"]
    api.idp("DeleteUserPool", UserPoolId=published.pool)
    assert published.manager.secrets == {}


def test_a_reset_deletes_the_secrets_and_one_of_a_pool_leaves_them(api: Api, published: App) -> None:
    assert api.http.post(f"/_emulator/reset?pool={published.pool}").status_code == 200
    assert published.current()
    assert api.http.post("/_emulator/reset").status_code == 200
    assert published.manager.secrets == {}


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_a_secret_that_has_the_name_already_is_taken_over(
    api: Api, manager: LocalSecretsManager, is_scheduled: bool
) -> None:
    pool = a_pool(api, UserPoolTags={"cognito-emulator:id": "us-east-1_Example01"})
    name, arn = f"cognito/{pool}/1example", "arn:aws:secretsmanager:us-east-1:000000000000:secret:left-over"
    manager.secrets[name] = Secret(arn, name, {"AWSCURRENT": "left over"}, is_scheduled=is_scheduled)
    client = a_client(api, pool, ClientName="_custom_id_:1example", GenerateSecret=True, **{MEMBER: True})
    assert App(api, manager, pool, client).arn == arn
    assert manager.value(arn)["userPoolClientId"] == "1example"


def test_an_id_that_is_taken_in_another_pool_is_refused_before_anything_is_published(
    api: Api, manager: LocalSecretsManager
) -> None:
    members = {"ClientName": "_custom_id_:1example", "GenerateSecret": True, MEMBER: True}
    first = an_app(api, manager, **members)
    before = first.current(), list(manager.asked)
    told = "InvalidParameterException: App client 1example already exists."
    for pool in (first.pool, a_pool(api)):
        assert refusal(lambda: a_client(api, pool, **members)) == told  # noqa: B023
    assert (first.current(), manager.asked) == before


def test_clients_of_the_lite_tier_publish_too(api: Api, manager: LocalSecretsManager) -> None:
    pool = a_pool(api, UserPoolTier="LITE")
    assert App(api, manager, pool, a_client(api, pool, **{"GenerateSecret": True, MEMBER: True})).current()


class TestWithoutSecretsManager:
    @pytest.fixture
    def world(self, world: World) -> World:
        return replace(world, secrets_manager=NoSecretsManager())

    def test_publishing_is_refused_with_the_name_of_the_setting(self, api: Api, plain: App) -> None:
        told = "PublishSecretsInAWSSecretsManager needs AWS Secrets Manager: start the server with --secrets-endpoint."
        members = {"UserPoolId": plain.pool, "ClientName": "web", "GenerateSecret": True, MEMBER: True}
        with pytest.raises(Refused) as refused:
            plain.update(publishes=True)
        assert (refused.value.message, refused.value.status) == (told, 501)
        assert builders.refusal(api, "CreateUserPoolClient", **members) == ("NotImplementedException", told)
        answer = api.http.post(f"/_emulator/rotate-secret?client={plain.client}")
        needs = "rotating a secret needs AWS Secrets Manager: start the server with --secrets-endpoint"
        assert (answer.status_code, answer.json) == (501, {"error": needs})
        assert "ClientSecret" in plain.shown()
        assert len(api.idp("ListUserPoolClients", UserPoolId=plain.pool)["UserPoolClients"]) == 1


def test_a_published_secret_works_after_a_restart_without_secrets_manager(
    published: App, store: Store, settings: Settings, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret, arn = published.current(), published.arn
    later = replace(world, secrets_manager=NoSecretsManager())
    restarted = replace(published, api=Api(create_app(settings, later, store).test_client(), later))
    asked = len(published.manager.asked)
    restarted.api.world.clock.advance(days=30)
    assert restarted.accepts(secret)
    assert restarted.shown()["ClientSecretArn"] == restarted.update(publishes=True)["ClientSecretArn"] == arn
    with pytest.raises(Refused, match="--secrets-endpoint"):
        restarted.update(publishes=False)
    restarted.api.idp("DeleteUserPoolClient", **restarted.named)
    assert f"{arn} of deleted clients may remain in Secrets Manager: the setting secrets-endpoint" in caplog.text
    assert len(published.manager.asked) == asked


class TestInAnotherAccount:
    @pytest.fixture
    def manager(self) -> LocalSecretsManager:
        manager = LocalSecretsManager()
        manager.account = "123456789012"
        return manager

    def test_the_arn_is_secrets_managers_own_and_the_log_says_how_to_have_one_account(
        self, published: App, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert published.arn.split(":")[4] == "123456789012"
        assert published.accepts(published.current())
        [record] = caplog.get_records("setup")
        assert "start the server with --account-id 123456789012" in record.getMessage()
