"""Every setting, as a flag and as a variable; everything that is wrong, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import flags, settings, sources
from emulator.redaction import redacted
from emulator.settings import TABLE, Setting, Settings, SettingsError
from storage.server import Server
from tests.setting_values import BAD, GOOD

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
    assert {setting.field for setting in TABLE} == set(Settings.__struct_fields__)


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
    if name not in {"ephemeral", "strict-signatures", "https", "stop-at-eof"}:
        told = problems({name: ""}, {})[0]
        assert told.startswith(f"--{name}: '' is ")


def test_several_processes_are_several_workers_or_servers_on_postgresql() -> None:
    several = (Settings(workers=2), Settings(database=Server("postgresql+psycopg://db/cognito")))
    assert [chosen.several_processes for chosen in (Settings(), Settings(database=Path("a.db")), *several)] == [
        *(False, False),
        *(True, True),
    ]


def test_several_workers_are_refused_where_a_process_cannot_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.fork")
    assert settings.read({"workers": "1"}, {}).workers == 1
    assert problems({"workers": "2"}, {}) == [
        "--workers: '2' is more than 1, and this system cannot run several workers (it has no fork)"
    ]


def test_a_certificate_and_its_key_are_given_together_and_instead_of_a_local_ca() -> None:
    both = {"certificate": "c.pem", "certificate-key": "k.pem"}
    chosen = settings.read(both, {})
    assert (chosen.certificate, chosen.certificate_key, chosen.key) == (Path("c.pem"), Path("k.pem"), None)
    assert [each.is_secure for each in (chosen, Settings(), Settings(https=True))] == [True, False, True]
    for name in both:
        alone = ["--certificate and --certificate-key: give both, or neither"]
        assert problems({name: "x.pem"}, {}) == problems({}, {variable(name): "x.pem"}) == alone
    assert problems({**both, "ca": "d", "certificate-name": "a.test"}, {}) == [
        "--certificate and --ca: choose one of them",
        "--certificate and --certificate-name: choose one of them",
    ]


def test_a_flag_of_a_list_may_be_given_several_times() -> None:
    said, unknown = flags.parse(["--certificate-name", "a.test", "--certificate-name=10.0.0.7,b.test"])
    assert (said, unknown) == ({"certificate-name": "a.test,10.0.0.7,b.test"}, [])
    assert flags.parse(["--certificate-name"])[0] == {"certificate-name": ""}


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
