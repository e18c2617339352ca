"""`cognito_emulator.testing`: a server for tests that are not pytest's, and everything that a test asks of it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from cognito_emulator.testing import CallRefused, CognitoEmulator, CognitoEmulatorError, process
from cognito_emulator.testing.arguments import Value, flags
from tests.builders import PASSWORD


@pytest.fixture(scope="module")
def cognito() -> Iterator[CognitoEmulator]:
    """A server for all tests of this module, whose settings have values of every kind."""
    settings: dict[str, Value] = {
        "region": "eu-west-1",
        "code": None,
        "password_cost": 4,
        "strict_signatures": True,
        "log_format": "text",
        "allowed_hosts": ["a.example", "b.example"],
        "log_delivery": Path("logs"),
        "lambda_functions": {"a": "http://127.0.0.1:1/a", "b": "http://127.0.0.1:1/b"},
        "url_file": None,
    }
    with CognitoEmulator(**settings) as server:
        yield server


@pytest.mark.parametrize(
    ("members", "client", "username"),
    [
        ({}, {}, "ada"),
        ({}, {"GenerateSecret": True}, "ada"),
        ({}, {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}, "ada"),
        ({"UsernameAttributes": ["email"]}, {"GenerateSecret": True}, None),
        ({"UsernameAttributes": ["phone_number"]}, {}, None),
        ({"AliasAttributes": ["email"], "DeletionProtection": "INACTIVE"}, {}, "ada"),
    ],
)
def test_a_user_is_signed_in_whatever_the_pool(
    cognito: CognitoEmulator, members: dict[str, object], client: dict[str, object], username: str | None
) -> None:
    pool = cognito.create_pool("shop", client=client, **members)
    user = pool.create_user(groups=["admins", "admins"])
    keys = jwt.PyJWKSet.from_dict(pool.jwks)
    key = keys[jwt.get_unverified_header(user.id_token)["kid"]]
    claims = jwt.decode(user.id_token, key, algorithms=["RS256"], audience=pool.client_id, issuer=pool.issuer)
    assert (claims["sub"], claims["cognito:groups"]) == (user.sub, ["admins"])
    assert claims["cognito:username"] == user.username == (username or user.sub)
    assert pool.id.startswith("eu-west-1_")
    assert pool.sign_in(user.username).access_token != user.access_token
    pool.delete()


def test_attributes_and_passwords_are_as_a_test_wants_them(cognito: CognitoEmulator) -> None:
    pool = cognito.create_pool(Schema=[{"Name": "tenant", "AttributeDataType": "String", "Mutable": True}])
    user = pool.create_user("zoe", PASSWORD, given_name="Zoë", custom_tenant="a", email_verified="false")
    claims = jwt.decode(user.id_token, options={"verify_signature": False})
    told = {name: claims[name] for name in ("given_name", "custom:tenant", "email", "email_verified")}
    assert told == {"given_name": "Zoë", "custom:tenant": "a", "email": "zoe@example.com", "email_verified": False}
    assert user.password == PASSWORD
    with pytest.raises(CallRefused, match=r"^AdminInitiateAuth: NotAuthorizedException: Incorrect username or pass"):
        pool.sign_in("zoe", "wrong")


def test_a_user_who_needs_more_than_a_password_is_not_signed_in(cognito: CognitoEmulator) -> None:
    pool = cognito.create_pool()
    cognito.call("AdminCreateUser", UserPoolId=pool.id, Username="new", TemporaryPassword=PASSWORD)
    with pytest.raises(CognitoEmulatorError, match="a password alone: Cognito answers NEW_PASSWORD_REQUIRED"):
        pool.sign_in("new", PASSWORD)


def test_shortcuts_spare_a_flow(cognito: CognitoEmulator) -> None:
    pool = cognito.create_pool("short", client={"GenerateSecret": True})
    pool.create_user("ada")
    pool.add_claims("ada", id={"tier": "gold"})
    tokens = pool.tokens("ada", ["aws.cognito.signin.user.admin", "openid"])
    told = jwt.decode(tokens.id_token, options={"verify_signature": False})
    assert (told["tier"], tokens.expires_in) == ("gold", 3600)
    me = {"AccessToken": tokens.access_token}
    throttled = pytest.raises(CallRefused, match="GetUser: TooManyRequestsException")
    with cognito.fault("GetUser", "TooManyRequestsException", times=9) as fault, throttled:
        cognito.call("GetUser", **me)
    assert cognito.call("GetUser", **me)["Username"] == "ada"
    cognito.fault("GetUser", drop=True)
    with pytest.raises(CognitoEmulatorError, match="does not answer"):
        cognito.call("GetUser", **me)
    fault.clear()
    software = {"SoftwareTokenMfaConfiguration": {"Enabled": True}, "MfaConfiguration": "OPTIONAL"}
    cognito.call("SetUserPoolMfaConfig", UserPoolId=pool.id, **software)
    app = pool.authenticator_app("ada")
    assert pool.authenticator_app("ada", app.secret).code.isdecimal()
    with pytest.raises(CognitoEmulatorError, match="passkeys: options: challenge is missing"):
        cognito.passkey({})


def test_messages_are_a_sequence_of_what_was_sent(cognito: CognitoEmulator) -> None:
    cognito.messages.clear()
    assert (len(cognito.messages), list(cognito.messages)) == (0, [])
    pool = cognito.create_pool(AutoVerifiedAttributes=["email"])
    other = cognito.create_pool()
    for name in ("ana", "bo"):
        email = {"Name": "email", "Value": f"{name}@example.com"}
        cognito.call("SignUp", ClientId=pool.client_id, Username=name, Password=PASSWORD, UserAttributes=[email])
    ana, bo = cognito.messages
    assert (ana["user"], bo["to"], len(bo["code"])) == ("ana", "bo@example.com", 6)
    assert cognito.messages[-1] == bo == pool.messages.last() == cognito.messages.last(to="bo@example.com")
    assert cognito.messages[:1] == cognito.messages.of("ana") == [ana]
    assert len(other.messages) == 0
    words = r"no message to zoe; there are: EMAIL to ana@example\.com \(user ana\): Your verification code; EMAIL to bo"
    with pytest.raises(CognitoEmulatorError, match=words):
        cognito.messages.last("zoe")


def test_the_clock_moves_and_is_put_back(cognito: CognitoEmulator) -> None:
    begun = cognito.clock.now()
    with cognito.clock.advance("2h"):
        assert cognito.clock.now() - begun >= datetime.timedelta(hours=2)
        with cognito.clock.advance(datetime.timedelta(days=1)) as clock:
            assert clock.offset == pytest.approx(26 * 3600)
        assert cognito.clock.offset == pytest.approx(2 * 3600)
    assert cognito.clock.offset == 0
    cognito.clock.set("2090-01-01T00:00:00Z")
    assert cognito.clock.now().year == 2090
    cognito.clock.reset()
    assert cognito.clock.now().year < 2090
    with pytest.raises(CognitoEmulatorError, match="'soon' is not a duration"):
        cognito.clock.advance("soon")


def test_a_reset_deletes_everything_or_the_users_of_one_pool(cognito: CognitoEmulator) -> None:
    pool = cognito.create_pool()
    pool.create_user()
    cognito.clock.advance(60)
    pool.reset()
    assert cognito.call("ListUsers", UserPoolId=pool.id)["Users"] == []
    cognito.reset()
    assert cognito.call("ListUserPools", MaxResults=1)["UserPools"] == []
    assert cognito.clock.offset == 0


def test_sdks_find_the_server_by_the_variables_or_get_a_client(
    cognito: CognitoEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "intranet")
    monkeypatch.setenv("AWS_PROFILE", "missing")
    pool = cognito.create_pool("seen")
    assert cognito.client("cognito-idp").describe_user_pool(UserPoolId=pool.id)["UserPool"]["Name"] == "seen"
    assert cognito.client("sts").get_caller_identity()["Account"] == "000000000000"
    import boto3

    monkeypatch.delenv("AWS_PROFILE")
    for name, value in cognito.environment.items():
        monkeypatch.setenv(name, value)
    assert cognito.environment["no_proxy"] == "intranet,127.0.0.1,localhost,::1"
    client = boto3.session.Session().client("cognito-idp")
    assert client.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Name"] == "seen"
    with pytest.raises(
        CognitoEmulatorError, match="'s3' is not emulated; there are cognito-idp, cognito-identity, sts"
    ):
        cognito.client("s3")


def test_the_environment_of_the_server_is_the_tests_own_but_for_what_would_mislead_it() -> None:
    misleading = {"COGNITO_EMULATOR_PORT": "1", "cognito_emulator_code": "1", "PYTHONWARNINGS": "error"}
    misleading |= dict.fromkeys(("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "no_proxy"), "http://127.0.0.1:1")
    misleading |= {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:1"}
    kept = {"PATH": "/bin", "PYTHONPATH": "src", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2"}
    assert process.environment(misleading | kept) == kept


def test_two_servers_know_nothing_of_each_other(cognito: CognitoEmulator) -> None:
    with CognitoEmulator(workers=2, https=True) as other:
        pool = other.create_pool()
        assert pool.id.startswith("us-east-1_")
        with pytest.raises(CallRefused) as refused:
            cognito.call("DescribeUserPool", UserPoolId=pool.id)
        assert refused.value.exception == "ResourceNotFoundException"
        assert other.https_url.startswith("https://127.0.0.1:")
        assert other.endpoint_url != cognito.endpoint_url
        with pytest.raises(CognitoEmulatorError, match="give it the setting https=True"):
            assert cognito.https_url


def test_a_server_is_used_while_it_runs_and_starts_anew_with_new_data(tmp_path: Path) -> None:
    server = CognitoEmulator(data=tmp_path / "data", password_cost=4)
    with pytest.raises(
        CognitoEmulatorError, match=r"not running; start it with `with CognitoEmulator\(\) as cognito:`"
    ):
        server.create_pool()
    with server:
        pool = server.create_pool()
        assert repr(server) == f"<CognitoEmulator {server.endpoint_url}>"
        assert "Traceback" not in server.log
        with pytest.raises(CognitoEmulatorError, match="running already"):
            server.start()
    assert repr(server) == "<CognitoEmulator stopped>"
    server.stop()
    for use in (lambda: server.endpoint_url, lambda: server.clock, lambda: server.messages, server.reset):
        with pytest.raises(CognitoEmulatorError, match="this server was stopped; use it inside of its `with` block"):
            use()
    with server:
        assert server.call("DescribeUserPool", UserPoolId=pool.id)["UserPool"]["Id"] == pool.id


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"password_cos": 4}, "password_cos=4: there is no such setting; did you mean password_cost?"),
        (
            {"password_cost": 99, "issuer": "x"},
            "\n  password_cost: '99' is not a number from 4 to 16",
        ),
        ({"host": "nowhere.invalid"}, "\n  cognito-emulator: there is no host called nowhere.invalid; choose another"),
    ],
)
def test_a_server_that_does_not_start_says_why(settings: dict[str, int | str], words: str) -> None:
    with pytest.raises(CognitoEmulatorError, match=r"^the server did not start") as refused:
        CognitoEmulator(**settings).start()
    assert words in str(refused.value)


def test_a_server_that_has_died_is_told() -> None:
    with CognitoEmulator() as server:
        assert server._process
        server._process._process.kill()
        server._process._process.wait()
        with pytest.raises(CognitoEmulatorError, match=r"POST /: the server has ended with status -9"):
            server.create_pool()


def test_settings_of_every_kind_become_flags() -> None:
    assert flags({"code": None}) == ["--port=0", "--stop-at-eof=true", "--ephemeral=true"]
    assert flags({"data": Path("d"), "port": 1, "stop_at_eof": False}) == [
        "--port=1",
        "--stop-at-eof=false",
        "--data=d",
    ]
    assert flags({"https": True, "certificate_name": ("a", Path("b"))})[2:] == [
        "--ephemeral=true",
        "--https-port=0",
        "--https=true",
        "--certificate-name=a,b",
    ]
    assert flags({"lambda_functions": {"a": "http://a", "b": "http://b"}})[3:] == [
        "--lambda-functions=a=http://a,b=http://b"
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shell scripts")
def test_a_server_that_never_listens_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    interpreter = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(CognitoEmulatorError, match=r"the server cannot be started with .*No such file"):
        CognitoEmulator().start()
    interpreter.write_text("#!/bin/sh\necho waiting >&2\necho hello\nexec sleep 600\n")
    interpreter.chmod(0o700)
    monkeypatch.setattr(process, "_START_SECONDS", 0.5)
    with pytest.raises(CognitoEmulatorError, match=r"the server did not start within 0\.5 s"):
        CognitoEmulator().start()
