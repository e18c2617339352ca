"""Every setting, as a flag and as a variable; everything that is wrong, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import flags, settings, sources
from emulator.redaction import redacted
from emulator.settings import TABLE, Setting, Settings, SettingsError

GOOD: dict[str, list[tuple[str, Any]]] = {
    "host": [("0.0.0.0", "0.0.0.0"), ("::1", "::1"), ("localhost", "localhost")],
    "port": [("0", 0), ("65535", 65535)],
    "data": [("/srv/data", Path("/srv/data")), ("here", Path("here"))],
    "database": [
        ("/srv/a.db", Path("/srv/a.db")),
        ("a.db", Path("a.db")),
        ("sqlite:///a.db", Path("a.db")),
        ("sqlite:////srv/a.db", Path("/srv/a.db")),
    ],
    "ephemeral": [("true", True), ("1", True), ("yes", True), ("ON", True), ("false", False), ("0", False)],
    "issuer": [
        ("request", "request"),
        ("aws", "aws"),
        ("https://sso.example", "https://sso.example"),
        ("http://[::1]:9000/cognito/", "http://[::1]:9000/cognito"),
    ],
    "account-id": [("123456789012", "123456789012"), ("000000000001", "000000000001")],
    "region": [("eu-west-1", "eu-west-1"), ("us-gov-east-1", "us-gov-east-1"), ("ap-southeast-5", "ap-southeast-5")],
    "code": [("000000", "000000"), ("123456", "123456")],
    "password-cost": [("4", 4), ("16", 16)],
    "lambda-endpoint": [
        ("http://localhost:3002", "http://localhost:3002"),
        ("https://l.example/", "https://l.example"),
    ],
    "lambda-functions": [
        ("define=http://localhost:3000/define", {"define": "http://localhost:3000/define"}),
        (
            "a=lambda:http://localhost:3002/, arn:aws:lambda:us-east-1:000000000000:function:b=https://x/y,",
            {"a": "lambda:http://localhost:3002", "arn:aws:lambda:us-east-1:000000000000:function:b": "https://x/y"},
        ),
        ("a=python:app:f,b=python:app.größe.c_1:_f", {"a": "python:app:f", "b": "python:app.größe.c_1:_f"}),
    ],
    "kms-endpoint": [
        ("http://localhost:4566/", "http://localhost:4566"),
        ("https://kms.example", "https://kms.example"),
    ],
    "secrets-endpoint": [
        ("http://localhost:5000/", "http://localhost:5000"),
        ("https://secretsmanager.eu-west-1.amazonaws.com", "https://secretsmanager.eu-west-1.amazonaws.com"),
    ],
    "smtp-url": [
        (url, url)
        for url in ("smtp://localhost:1025", "smtp://a%40b:c@mail.example?starttls=true", "smtps://u:p@[::1]:465/")
    ],
    "log-delivery": [
        ("/srv/exported logs", "/srv/exported logs"),
        ("https://logs.example/in/", "https://logs.example/in"),
    ],
    "compromised-passwords": [("/dev/null", frozenset())],
    "strict-signatures": [("true", True), ("no", False)],
    "allowed-origins": [
        (
            "https://App.example, http://app.example:8080/,capacitor://localhost",
            frozenset({"https://app.example", "http://app.example:8080", "capacitor://localhost"}),
        ),
        ("http://a.example:80,https://a.example:443", frozenset({"http://a.example", "https://a.example"})),
        ("http://[fd00::9]:3000,", frozenset({"http://[fd00::9]:3000"})),
        ("chrome-extension://abc", frozenset({"chrome-extension://abc"})),
    ],
    "allowed-hosts": [
        ("Cognito.corp.example, xn--bcher-kva.example,", frozenset({"cognito.corp.example", "xn--bcher-kva.example"})),
        ("a_b.example", frozenset({"a_b.example"})),
    ],
    "url-file": [("/run/url", Path("/run/url"))],
    "log-format": [("json", "json"), ("text", "text")],
    "threads": [("1", 1), ("256", 256)],
}
BAD: dict[str, list[str]] = {
    "host": ["a b"],
    "port": ["65536", "-1", "x", "1.5", "٨٠", "9" * 5000, "0x50", "1_000", " 80"],
    "data": [],
    "database": ["postgresql://x", "sqlite://x", "sqlite:///", "mysql:///x", "/", "."],
    "ephemeral": ["maybe", "2", "tru"],
    "issuer": [
        "AWS",
        "localhost",
        "ftp://x",
        "http://",
        "http://[",
        "http://x:port",
        "http://x:99999",
        "http://x?a=b",
        "http://x#a",
        "http://a b",
        "http://:80",
        "https://münchen.de",
    ],
    "account-id": ["12345678901", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢", "abcdefghijkl", "123456789012\n"],
    "region": ["useast1", "us-east", "US-EAST-1", "us-east-1a", "us-east-١", "../us-east-1"],
    "code": ["12345", "1234567", "abcdef", "١٢٣٤٥٦"],
    "password-cost": ["3", "17", "x", "٤", "1_0"],
    "lambda-endpoint": ["localhost:3002", "ftp://x", "http://", "http://x:port", "http://a b", "http://[", "aws"],
    "lambda-functions": [
        *["define", "=http://x", "a=", "a=x", "a=ftp://x", "a b=http://x", "a=lambda:x"],
        *[
            "a=python:m",
            "a=python:m:",
            "a=python::f",
            "a=python:m.:f",
            "a=python:m-x:f",
            "a=python:m:f.g",
            "a=python:m:f:g",
        ],
        *["a=python:../m:f", "a=python:m.py", "a=python:/m:f", "a=python:m:f()", "a=python:1:f", "a=python: m:f"],
    ],
    "kms-endpoint": ["localhost:4566", "kms:x", "http://", "http://a b", "http://x:0"],
    "secrets-endpoint": ["localhost:5000", "moto:x", "http://", "http://a b", "http://x:0"],
    "smtp-url": [
        "localhost:25",
        "http://x",
        "smtp://",
        "smtp://x:port",
        "smtp://x:0",
        "smtp://[",
        "smtp://x/y",
        "smtp://x?tls=1",
        "smtp://x?starttls=maybe",
        "smtp://u@x",
        "smtp://a b",
        "smtp://x#y",
    ],
    "log-delivery": ["http://", "http://x:port", "s3://bucket", "https://a b", "/dev/null", "a\0b"],
    "compromised-passwords": ["/there/is/none", "/dev", "a\0b"],
    "strict-signatures": ["perhaps"],
    "allowed-origins": [
        *[",", "*", "null", "app.example", "https://", "https://app.example/path", "https://app.example?a=b"],
        *["https://*.example", "https://a b", "https://u@app.example", "https://bücher.example", "https://a.example."],
        *["https://a.example:0", "https://a.example:65536", "https://a.example:port", "https://a.example;http://b"],
    ],
    "allowed-hosts": [
        *[
            ",",
            "*",
            "*.example",
            ".example",
            "a.example.",
            "a.example:80",
            "http://a.example",
            "bücher.example",
            "a..b",
        ],
        *["a b", "u@a.example", "[::1]", "-a.example", "a.example/", "a" * 64],
    ],
    "url-file": ["/", ".", "here/"],
    "log-format": ["xml", "JSON"],
    "threads": ["0", "257", "-1", "x", "9" * 5000],
}
CASES = [(name, text, value) for name, pairs in GOOD.items() for text, value in pairs]
WRONG = [(name, text) for name, texts in BAD.items() for text in texts]


def field(name: str) -> str:
    return name.replace("-", "_")


def variable(name: str) -> str:
    return f"COGNITO_EMULATOR_{field(name).upper()}"


def problems(flags: dict[str, str], environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        settings.read(flags, environment)
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


def test_every_setting_is_tried_here() -> None:
    assert GOOD.keys() == BAD.keys() == {setting.name for setting in TABLE}
    assert {setting.field for setting in TABLE} == set(Settings.__dataclass_fields__)


def test_every_setting_with_a_value_has_a_placeholder_for_the_help_and_one_without_is_named() -> None:
    assert flags.VALUES.keys() == {setting.name for setting in TABLE if not setting.is_flag}
    with pytest.raises(LookupError, match=r"^emulator/flags\.py: VALUES has no placeholder for the value of --colour$"):
        flags.placeholder(Setting("colour", str, "the colour of the log"))


def test_without_a_word_everything_has_its_default() -> None:
    chosen = settings.read({}, {"PATH": "/bin", "COGNITO": "x"})
    assert chosen == Settings()
    assert (chosen.host, chosen.port, chosen.data) == ("127.0.0.1", 26464, Path(".cognito-emulator"))
    assert (chosen.issuer, chosen.account_id, chosen.region) == ("request", "000000000000", "us-east-1")
    assert (chosen.ephemeral, chosen.strict_signatures, chosen.code) == (False, False, None)


@pytest.mark.parametrize(("name", "text", "value"), CASES)
def test_a_setting_is_a_flag_and_a_variable(name: str, text: str, value: Any) -> None:
    assert getattr(settings.read({name: text}, {}), field(name)) == value
    assert getattr(settings.read({}, {variable(name): text}), field(name)) == value


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_wrong_value_is_told_with_its_flag_or_variable(name: str, text: str) -> None:
    [told] = problems({name: text}, {})
    assert told.startswith(f"--{name}: {redacted(text)!r} is ")
    [told] = problems({}, {variable(name): text})
    assert told.startswith(f"{variable(name)}: {redacted(text)!r} is ")


def test_a_flag_wins_over_a_variable() -> None:
    assert settings.read({"port": "1"}, {"COGNITO_EMULATOR_PORT": "2"}).port == 1
    assert settings.read({"port": "1"}, {"COGNITO_EMULATOR_PORT": "wrong"}).port == 1


@pytest.mark.parametrize("name", GOOD)
def test_an_empty_variable_says_nothing_and_an_empty_flag_is_wrong(name: str) -> None:
    assert settings.read({}, {variable(name): ""}) == Settings()
    if name not in {"ephemeral", "strict-signatures"}:
        [told] = problems({name: ""}, {})
        assert told.startswith(f"--{name}: '' is ")


def test_everything_wrong_is_told_at_once() -> None:
    told = problems(
        {"port": "x", "threads": "0", "ephemeral": "true", "database": "a.db"},
        {"COGNITO_EMULATOR_CODE": "12", "COGNITO_EMULATOR_PROT": "1", "HOME": "/root"},
    )
    assert told == [
        "--port: 'x' is not a port (0 to 65535)",
        "COGNITO_EMULATOR_CODE: '12' is not a code (6 digits)",
        "--threads: '0' is not a number from 1 to 256",
        "--ephemeral and --database: choose one of them",
    ]


def test_what_kubernetes_says_of_a_service_of_our_name_is_no_setting() -> None:
    said = {
        "COGNITO_EMULATOR_SERVICE_HOST": "10.0.0.1",
        "COGNITO_EMULATOR_SERVICE_PORT": "26464",
        "COGNITO_EMULATOR_SERVICE_PORT_HTTP": "26464",
        "COGNITO_EMULATOR_PORT": "tcp://10.0.0.1:26464",
        "COGNITO_EMULATOR_PORT_26464_TCP": "tcp://10.0.0.1:26464",
        "COGNITO_EMULATOR_PORT_26464_TCP_ADDR": "10.0.0.1",
    }
    assert settings.read({}, said) == Settings()
    assert warnings({}, said) == []


def warnings(flags: dict[str, str], environment: dict[str, str]) -> list[str]:
    return sources.texts([setting.name for setting in TABLE], flags, environment)[1]


def test_variables_that_are_no_settings_are_told_and_stop_nobody() -> None:
    given = {"COGNITO_EMULATOR_URL": "http://x", "COGNITO_EMULATOR_PROT": "1", "COGNITO_EMULATOR_EPHEMERA": ""}
    assert settings.read({}, given) == Settings()
    assert warnings({}, given) == [
        "COGNITO_EMULATOR_EPHEMERA: there is no such setting; did you mean COGNITO_EMULATOR_EPHEMERAL?",
        "COGNITO_EMULATOR_PROT: there is no such setting; did you mean COGNITO_EMULATOR_PORT?",
        "COGNITO_EMULATOR_URL: there is no such setting",
    ]


@pytest.mark.parametrize("place", ["data", "database"])
def test_what_is_ephemeral_has_no_place(place: str) -> None:
    """Two flags are a contradiction; otherwise the flag wins, and of two variables EPHEMERAL."""
    ephemeral, there = Settings(ephemeral=True), settings.read({place: "x"}, {})
    assert problems({"ephemeral": "true", place: "x"}, {}) == [f"--ephemeral and --{place}: choose one of them"]
    for given, environment, chosen, told in (
        ({"ephemeral": "true"}, {variable(place): "x"}, ephemeral, f"{variable(place)} {{}} --ephemeral"),
        ({place: "x"}, {"COGNITO_EMULATOR_EPHEMERAL": "1"}, there, f"COGNITO_EMULATOR_EPHEMERAL {{}} --{place}"),
        (
            {},
            {"COGNITO_EMULATOR_EPHEMERAL": "1", variable(place): "x"},
            ephemeral,
            f"{variable(place)} {{}} COGNITO_EMULATOR_EPHEMERAL",
        ),
    ):
        assert settings.read(given, environment) == chosen
        assert warnings(given, environment) == [told.format("is not used, because of")]
    assert settings.read({"ephemeral": "false", place: "x"}, {}) == there
    assert warnings({place: "x"}, {"COGNITO_EMULATOR_EPHEMERAL": "false"}) == []


@pytest.mark.parametrize(
    ("chosen", "cost"),
    [
        (Settings(), 10),
        (Settings(ephemeral=True), 4),
        (Settings(password_cost=12), 12),
        (Settings(ephemeral=True, password_cost=12), 12),
    ],
)
def test_hashes_are_as_strong_as_the_data_is_long_lived(chosen: Settings, cost: int) -> None:
    assert chosen.bcrypt_cost == cost
