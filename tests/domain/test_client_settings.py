"""What the settings of an app client are, and what they mean."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.pools import client_settings, schema
from emulator.faults import InvalidParameterException

SCHEMA = schema.created(
    [
        {"Name": "plan", "AttributeDataType": "String"},
        {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
)
POOL = {"SchemaAttributes": SCHEMA, "UserPoolTier": "ESSENTIALS"}
DAY = 86_400

ALONE = client_settings.References()


def created(**request: Any) -> dict[str, Any]:
    return client_settings.created(request, POOL, "us-east-1_pool", ALONE)


@pytest.mark.parametrize(
    ("listed", "allowed"),
    [
        (None, {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}),
        ([], {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}),
        (["ALLOW_USER_SRP_AUTH"], {"ALLOW_USER_SRP_AUTH"}),
        (
            ["ADMIN_NO_SRP_AUTH"],
            {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"},
        ),
        (
            ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"],
            {
                "ALLOW_REFRESH_TOKEN_AUTH",
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
            },
        ),
        (["CUSTOM_AUTH_FLOW_ONLY"], {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"}),
        (["CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"], {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"}),
    ],
)
def test_legacy_flows_are_added_and_others_decide_alone(listed: list[str] | None, allowed: set[str]) -> None:
    settings = created() if listed is None else created(ExplicitAuthFlows=listed)
    assert client_settings.allowed_flows(settings) == allowed


@pytest.mark.parametrize("listed", [[], ["USER_PASSWORD_AUTH"], ["CUSTOM_AUTH_FLOW_ONLY"], ["ALLOW_USER_SRP_AUTH"]])
def test_where_tokens_rotate_the_plain_refresh_is_never_allowed(listed: list[str]) -> None:
    settings = created(ExplicitAuthFlows=listed, RefreshTokenRotation={"Feature": "ENABLED"})
    allowed = client_settings.allowed_flows(settings)
    plain = client_settings.allowed_flows(created(ExplicitAuthFlows=listed))
    assert allowed == plain - {"ALLOW_REFRESH_TOKEN_AUTH"}


@pytest.mark.parametrize(
    ("rotation", "revocation", "rotates", "grace", "named"),
    [
        (None, True, False, 0, True),
        (None, False, False, 0, False),
        ({"Feature": "DISABLED", "RetryGracePeriodSeconds": 9}, False, False, 9, False),
        ({"Feature": "ENABLED"}, False, True, 0, True),
        ({"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}, True, True, 60, True),
    ],
)
def test_rotation_says_whether_for_how_long_and_by_what_name(
    rotation: dict[str, Any] | None, revocation: bool, rotates: bool, grace: int, named: bool
) -> None:
    given = {"RefreshTokenRotation": rotation} if rotation else {}
    settings = created(EnableTokenRevocation=revocation, **given)
    assert client_settings.rotates(settings) is rotates
    assert client_settings.grace_seconds(settings) == grace
    assert client_settings.names_tokens(settings) is named


@pytest.mark.parametrize(
    ("request_", "lifetimes"),
    [
        ({}, (3600, 3600, 30 * DAY)),
        ({"AccessTokenValidity": 24, "IdTokenValidity": 2, "RefreshTokenValidity": 3650}, (DAY, 7200, 3650 * DAY)),
        (
            {
                "AccessTokenValidity": 5,
                "IdTokenValidity": 300,
                "RefreshTokenValidity": 60,
                "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "minutes"},
            },
            (300, 300, 3600),
        ),
        ({"TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "days"}}, (3600, 3600, 30 * DAY)),
        ({"TokenValidityUnits": {"RefreshToken": "minutes"}}, (3600, 3600, 30 * DAY)),
        ({"RefreshTokenValidity": 0, "TokenValidityUnits": {"RefreshToken": "seconds"}}, (3600, 3600, 30 * DAY)),
        ({"RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}, (3600, 3600, 3600)),
    ],
)
def test_lifetimes_are_validities_in_their_units(request_: dict[str, Any], lifetimes: tuple[int, int, int]) -> None:
    settings = created(**request_)
    assert client_settings.lifetimes(settings) == lifetimes
    again = client_settings.updated(settings, POOL, "us-east-1_pool", ALONE, has_secret=False)
    assert again == settings


def test_what_a_session_and_a_stranger_are_told() -> None:
    assert client_settings.session_seconds(created()) == 180
    assert client_settings.session_seconds(created(AuthSessionValidity=15)) == 900
    assert not client_settings.protects_existence(created())
    assert not client_settings.protects_existence(created(PreventUserExistenceErrors="LEGACY"))
    assert client_settings.protects_existence(created(PreventUserExistenceErrors="ENABLED"))


def test_attributes_are_read_and_written_as_listed() -> None:
    settings = created(ReadAttributes=["email"], WriteAttributes=["name", "custom:plan"])
    assert client_settings.readable(settings, SCHEMA) == {"sub", "email"}
    assert client_settings.writable(settings, SCHEMA) == {"name", "custom:plan"}


def test_without_a_list_all_is_open_but_what_is_the_developers_or_proved() -> None:
    every = {entry["Name"] for entry in SCHEMA} - {"dev:custom:own"}
    for settings in (created(), created(ReadAttributes=[], WriteAttributes=[])):
        assert client_settings.readable(settings, SCHEMA) == every
        assert client_settings.writable(settings, SCHEMA) == every - {"email_verified", "phone_number_verified"}


@pytest.mark.parametrize("flows", [None, ["ADMIN_NO_SRP_AUTH"], ["ALLOW_USER_SRP_AUTH"]])
def test_refresh_tokens_rotate_where_the_plain_flow_is_not_listed(flows: list[str] | None) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    listed = {"ExplicitAuthFlows": flows} if flows else {}
    assert created(RefreshTokenRotation=rotation, **listed)["RefreshTokenRotation"] == rotation


def test_oauth_settings_are_kept_where_the_client_does_not_use_them_yet() -> None:
    settings = created(AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"])
    assert settings["AllowedOAuthFlows"] == ["code"]
    assert settings["AllowedOAuthFlowsUserPoolClient"] is False


def test_a_client_with_a_secret_may_grant_itself_access() -> None:
    members = {
        "AllowedOAuthFlows": ["client_credentials"],
        "EnablePropagateAdditionalUserContextData": True,
    }
    assert created(**members, GenerateSecret=True).items() >= members.items()
    assert created(**members, ClientSecret="x" * 24).items() >= members.items()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/cb?x=1",
        "HTTPS://EXAMPLE.com/cb",
        "https://例え.jp/cb",
        "http://localhost",
        "http://LOCALHOST:3000/cb",
        "http://127.0.0.1:3000",
        "http://[::1]:3000/cb",
        "myapp://cb",
        "com.example.app:/cb",
        "exp://192.168.0.2:8081",
    ],
)
def test_a_url_may_be_secure_local_or_an_apps(url: str) -> None:
    assert created(CallbackURLs=[url], LogoutURLs=[url], DefaultRedirectURI=url)["CallbackURLs"] == [url]


@pytest.mark.parametrize(
    "url",
    [
        "x",
        "/cb",
        "//example.com/cb",
        "://example.com",
        "https:",
        "https://",
        "https:///cb",
        "https://:443",
        "https://example.com/#",
        "https://example.com/cb#x",
        "https://[x",
        "https://example.com:port",
        "https://example.com:99999",
        "http://example.com",
        "http://localhost.example.com",
        "http://localhost@example.com",
        "http://127.0.0.2",
        "http://0.0.0.0",
        "myapp://cb#x",
        "javascript:alert(1)",
        "JavaScript://x",
        "data:text/html,x",
        "http://①②⑦.0.0.1",
        "😀",
        "1app://cb",
    ],
)
def test_another_url_is_refused(url: str) -> None:
    for member in ("CallbackURLs", "LogoutURLs"):
        with pytest.raises(InvalidParameterException) as refused:
            created(**{member: [url]})
        assert refused.value.message in {
            f"{url} cannot use fragment",
            f"{url} cannot use the HTTP protocol.",
            f"{url} is not a valid redirect URL: absolute, https or local, no fragment.",
        }


@given(st.text(max_size=60) | st.text("htps:/[]@#?.%1٥", max_size=40))
def test_any_text_is_taken_or_refused(url: str) -> None:
    with suppress(InvalidParameterException):
        assert ":" in created(CallbackURLs=[url])["CallbackURLs"][0]
