"""Sixteen callers at once: exactly one wins, and nobody sees an error that is not AWS's."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import FLOWS
from tests.postgresql.server import PostgreSQLServer
from tests.postgresql.servers import Alternating, two_servers
from tests.sdk.conftest import Server
from tests.sdk.place import asked

PASSWORD = "Correct-Horse-1"
CALLERS = 16


@pytest.fixture(scope="module", params=["one server", "two servers on PostgreSQL"])
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Servers that share their data, and send everybody the same code."""
    place = tmp_path_factory.mktemp("races")
    with ExitStack() as running:

        def start(*arguments: str) -> Server:
            server = Server(*arguments, "--code", "123456", log=place / "server.log")
            running.callback(server.stop, signal.SIGKILL)
            return server

        if request.param == "one server":
            yield [start("--ephemeral")]
            return
        postgresql: PostgreSQLServer = request.getfixturevalue("postgresql")
        yield two_servers(start, postgresql.url(postgresql.create()), place / "key")


@pytest.fixture
def client_of(servers: list[Server]) -> Callable[[str], Any]:
    """Makes clients of a service, which ask the servers in turn. The servers have no data yet."""
    asked(f"{servers[0].url}/_emulator/reset", {})
    return lambda service: Alternating(service, *servers)


@pytest.fixture
def idp(client_of: Callable[[str], Any]) -> Any:
    """A client for user pools."""
    return client_of("cognito-idp")


def a_pool(idp: Any, **members: Any) -> tuple[str, str]:
    pool = idp.create_user_pool(PoolName="races", **members)["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=FLOWS)
    return pool, client["UserPoolClient"]["ClientId"]


def signed_in(idp: Any, pool: str, client: str) -> dict[str, Any]:
    """The tokens of a new user, Ana, who signed in."""
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    answer = idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )
    return dict(answer["AuthenticationResult"])


def at_once(call: Callable[[int], object]) -> Counter[str]:
    """Let sixteen threads call at the same moment; counts "ok" and the codes of refusals."""
    ready = threading.Barrier(CALLERS)
    ends: list[str] = []  # which threads may share; a Counter would lose counts

    def run(number: int) -> None:
        ready.wait()
        try:
            call(number)
            ends.append("ok")
        except ClientError as error:
            ends.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def test_one_of_sixteen_gets_the_username(idp: Any) -> None:
    _, client = a_pool(idp)
    ends = at_once(lambda _: idp.sign_up(ClientId=client, Username="ana", Password=PASSWORD))
    assert ends == {"ok": 1, "UsernameExistsException": CALLERS - 1}


def test_one_of_sixteen_gets_the_username_whatever_its_case(idp: Any) -> None:
    _, client = a_pool(idp, UsernameConfiguration={"CaseSensitive": False})
    names = ["ana", "ANA", "Ana", "aNa"]
    ends = at_once(lambda n: idp.sign_up(ClientId=client, Username=names[n % 4], Password=PASSWORD))
    assert ends == {"ok": 1, "UsernameExistsException": CALLERS - 1}


def test_one_of_sixteen_gets_the_email_alias(idp: Any) -> None:
    pool, _ = a_pool(idp, AliasAttributes=["email"])
    verified = [{"Name": "email", "Value": "a@example.com"}, {"Name": "email_verified", "Value": "true"}]
    ends = at_once(
        lambda n: idp.admin_create_user(
            UserPoolId=pool, Username=f"user{n}", UserAttributes=verified, MessageAction="SUPPRESS"
        )
    )
    assert ends == {"ok": 1, "UsernameExistsException": CALLERS - 1}


def test_one_of_sixteen_verifies_the_alias(idp: Any) -> None:
    pool, client = a_pool(idp, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    email = [{"Name": "email", "Value": "a@example.com"}]
    for number in range(CALLERS):
        idp.sign_up(ClientId=client, Username=f"user{number}", Password=PASSWORD, UserAttributes=email)
    ends = at_once(lambda n: idp.confirm_sign_up(ClientId=client, Username=f"user{n}", ConfirmationCode="123456"))
    assert ends == {"ok": 1, "AliasExistsException": CALLERS - 1}
    assert idp.admin_get_user(UserPoolId=pool, Username="a@example.com")["UserStatus"] == "CONFIRMED"


def test_a_code_is_spent_once(idp: Any) -> None:
    _, client = a_pool(idp, AutoVerifiedAttributes=["email"])
    email = [{"Name": "email", "Value": "a@example.com"}]
    idp.sign_up(ClientId=client, Username="ana", Password=PASSWORD, UserAttributes=email)
    ends = at_once(lambda _: idp.confirm_sign_up(ClientId=client, Username="ana", ConfirmationCode="123456"))
    assert ends == {"ok": 1, "NotAuthorizedException": CALLERS - 1}


def test_a_reset_code_is_spent_once(idp: Any) -> None:
    pool, client = a_pool(idp)
    verified = [{"Name": "email", "Value": "a@example.com"}, {"Name": "email_verified", "Value": "true"}]
    idp.admin_create_user(UserPoolId=pool, Username="ana", UserAttributes=verified, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    idp.forgot_password(ClientId=client, Username="ana")
    ends = at_once(
        lambda n: idp.confirm_forgot_password(
            ClientId=client, Username="ana", ConfirmationCode="123456", Password=f"{PASSWORD}{n}"
        )
    )
    assert ends == {"ok": 1, "ExpiredCodeException": CALLERS - 1}


def test_a_challenge_session_is_answered_once(idp: Any) -> None:
    pool, client = a_pool(idp)
    idp.admin_create_user(UserPoolId=pool, Username="ana", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    challenge = idp.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )
    ends = at_once(
        lambda n: idp.respond_to_auth_challenge(
            ClientId=client,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ana", "NEW_PASSWORD": f"{PASSWORD}{n}"},
        )
    )
    assert ends == {"ok": 1, "NotAuthorizedException": CALLERS - 1}


def test_a_refresh_token_serves_all_sixteen(idp: Any) -> None:
    pool, client = a_pool(idp)
    tokens = signed_in(idp, pool, client)
    ends = at_once(
        lambda _: idp.initiate_auth(
            ClientId=client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
        )
    )
    assert ends == {"ok": CALLERS}


def test_the_same_login_is_one_identity_for_all_sixteen(idp: Any, client_of: Callable[[str], Any]) -> None:
    identity = client_of("cognito-identity")
    pool, client = a_pool(idp)
    tokens = signed_in(idp, pool, client)
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    identity_pool = identity.create_identity_pool(
        IdentityPoolName="races",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client}],
    )["IdentityPoolId"]
    found: set[str] = set()
    ends = at_once(
        lambda _: found.add(
            identity.get_id(IdentityPoolId=identity_pool, Logins={provider: tokens["IdToken"]})["IdentityId"]
        )
    )
    assert ends == {"ok": CALLERS}
    assert len(found) == 1


def test_sixteen_writers_at_once_all_succeed(idp: Any) -> None:
    pool, _ = a_pool(idp)
    ends = at_once(
        lambda n: [
            idp.admin_create_user(UserPoolId=pool, Username=f"user{n}-{i}", MessageAction="SUPPRESS") for i in range(10)
        ]
    )
    assert ends == {"ok": CALLERS}
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == 10 * CALLERS


def test_a_refresh_token_is_rotated_once(idp: Any) -> None:
    pool, client = a_pool(idp)
    idp.update_user_pool_client(
        UserPoolId=pool,
        ClientId=client,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )
    token = signed_in(idp, pool, client)["RefreshToken"]
    ends = at_once(lambda _: idp.get_tokens_from_refresh_token(ClientId=client, RefreshToken=token))
    assert ends["ok"] == 1
    assert set(ends) <= {"ok", "RefreshTokenReuseException", "NotAuthorizedException"}


def test_no_change_of_a_pool_is_lost(idp: Any) -> None:
    pool, _ = a_pool(idp)
    ends = at_once(
        lambda n: idp.add_custom_attributes(
            UserPoolId=pool, CustomAttributes=[{"Name": f"a{n}", "AttributeDataType": "String"}]
        )
    )
    assert ends == {"ok": CALLERS}
    names = {each["Name"] for each in idp.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"]}
    assert {f"custom:a{n}" for n in range(CALLERS)} <= names


def test_no_attribute_of_a_user_is_lost(idp: Any) -> None:
    custom = [{"Name": f"a{n}", "AttributeDataType": "String", "Mutable": True} for n in range(CALLERS)]
    pool, _ = a_pool(idp, Schema=custom)
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    ends = at_once(
        lambda n: idp.admin_update_user_attributes(
            UserPoolId=pool, Username="ana", UserAttributes=[{"Name": f"custom:a{n}", "Value": "x"}]
        )
    )
    assert ends == {"ok": CALLERS}
    names = {each["Name"] for each in idp.admin_get_user(UserPoolId=pool, Username="ana")["UserAttributes"]}
    assert {f"custom:a{n}" for n in range(CALLERS)} <= names


def test_a_limit_holds_for_all_sixteen(idp: Any) -> None:
    pool, _ = a_pool(idp)
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="m2m", GenerateSecret=True)["UserPoolClient"]
    ends = at_once(lambda _: idp.add_user_pool_client_secret(UserPoolId=pool, ClientId=client["ClientId"]))
    assert ends == {"ok": 1, "LimitExceededException": CALLERS - 1}


def test_wrong_guesses_at_once_are_all_counted(idp: Any) -> None:
    """Five wrong passwords lock an account; for a username that no user has, the same seems to happen."""
    pool, client = a_pool(idp)
    idp.update_user_pool_client(
        UserPoolId=pool, ClientId=client, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED"
    )
    signed_in(idp, pool, client)
    for username in ("ana", "nobody"):
        messages: list[str] = []

        def guess(_: int, username: str = username, messages: list[str] = messages) -> None:
            try:
                idp.initiate_auth(
                    ClientId=client,
                    AuthFlow="USER_PASSWORD_AUTH",
                    AuthParameters={"USERNAME": username, "PASSWORD": "Wrong-Horse-1"},
                )
            except ClientError as error:
                messages.append(error.response["Error"]["Message"])

        at_once(guess)
        assert Counter(messages) == {
            "Incorrect username or password.": 5,
            "Password attempts exceeded": CALLERS - 5,
        }
