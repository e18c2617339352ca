"""The wheel beside an application with packages called emulator, storage and keys: neither breaks the other."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.builders import PASSWORD
from tests.package.conftest import ROOT, built
from tests.package.environment import Environment, asked

pytestmark = pytest.mark.slow
WHOSE = "import emulator, storage, keys; print(emulator.WHOSE, storage.WHOSE, keys.WHOSE)"
NOBODYS = "ModuleNotFoundError: No module named 'emulator'"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:hello"


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def signs_up(url: str) -> bool:
    """Whether somebody who signs up is confirmed, by the application's function where the pool has one."""
    pool = asked(url, "CreateUserPool", PoolName="shop", LambdaConfig={"PreSignUp": FUNCTION})["UserPool"]["Id"]
    client = asked(url, "CreateUserPoolClient", UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
    return bool(asked(url, "SignUp", ClientId=client, Username="ana", Password=PASSWORD)["UserConfirmed"])


def test_a_wheel_installs_one_package(wheel: Path) -> None:
    information = f"cognito_emulator-{wheel.name.split('-')[1]}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.read(f"{information}/entry_points.txt").decode()
    assert {name.partition("/")[0] for name in names(wheel)} == {"cognito_emulator", information}
    assert entries.split("\n\n") == [
        "[console_scripts]\ncognito-emulator = cognito_emulator.launcher:main",
        "[pytest11]\ncognito_emulator = cognito_emulator.pytest_plugin\n",
    ]


def test_a_wheel_carries_every_file_of_the_server(wheel: Path) -> None:
    carried = {name.removeprefix("cognito_emulator/_server/") for name in names(wheel)}
    folders = ("cognito_emulator", "emulator", "storage", "keys")
    files = {path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert {path.as_posix() for path in files if "__pycache__" not in path.parts} <= carried


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    packed = built(ROOT, tmp_path_factory.mktemp("sdist"), "-t", "sdist")
    with tarfile.open(packed) as archive:
        archive.extractall(packed.parent, filter="data")
    return packed.parent / packed.name.removesuffix(".tar.gz")


def test_a_source_distribution_makes_the_same_wheel(wheel: Path, unpacked: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built(unpacked, tmp_path, "-t", "wheel")) as again, zipfile.ZipFile(wheel) as archive:
        assert {name: again.read(name) for name in again.namelist()} == {
            name: archive.read(name) for name in archive.namelist()
        }


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout")
def test_a_source_distribution_has_every_file_of_the_repository(unpacked: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    here = [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert len(here) > 1000
    assert [name for name in here if not (unpacked / name).is_file()] == []


def test_what_a_package_index_shows_of_a_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        shown = message_from_bytes(archive.read(name))
        names = archive.namelist()
    assert (shown["Name"], shown["License-Expression"]) == ("cognito-emulator", "Apache-2.0")
    assert (shown["Requires-Python"], shown["Description-Content-Type"]) == (">=3.11", "text/markdown")
    assert "Framework :: Pytest" in shown.get_all("Classifier", [])
    assert "Typing :: Typed" in shown.get_all("Classifier", [])
    assert "cognito_emulator/py.typed" in names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert "| `--issuer` |" in str(shown.get_payload())


@pytest.mark.parametrize(
    ("first", "leaves"),
    [
        ("emulator", "application"),
        ("application", "emulator"),
        pytest.param("emulator", "emulator", marks=pytest.mark.thorough),
        pytest.param("application", "application", marks=pytest.mark.thorough),
    ],
)
def test_both_work_whichever_came_first_and_one_works_when_the_other_has_left(
    wheel: Path, application: Path, tmp_path: Path, first: str, leaves: str
) -> None:
    place = Environment(tmp_path / "venv")
    for each in (wheel, application) if first == "emulator" else (application, wheel):
        place.install(each)
    assert place.says(WHOSE, tmp_path) == "shop shop shop"
    with place.serving(tmp_path, "--lambda-functions", "hello=python:storage.triggers:sign_up") as url:
        assert signs_up(url)
    place.pip("uninstall", "--yes", "cognito-emulator" if leaves == "emulator" else "shop")
    if leaves == "emulator":
        assert place.says(WHOSE, tmp_path) == "shop shop shop"
        assert not [*place.packages.glob("cognito_emulator*"), *place.command.parent.glob("cognito*")]
    else:
        assert place.says(WHOSE, tmp_path) == NOBODYS
        with place.serving(tmp_path) as url:
            assert asked(url, "ListUserPools", MaxResults=1) == {"UserPools": []}


def test_an_applications_own_modules_do_not_break_the_server(wheel: Path, tmp_path: Path) -> None:
    """Beside it, on PYTHONPATH, and imported before it; whatever they are called."""
    place = Environment(tmp_path / "venv")
    place.install(wheel)
    for folder in (tmp_path / "here", tmp_path / "there"):
        folder.mkdir()
        for name in ("emulator", "storage", "keys", "flask", "sqlalchemy"):
            (folder / f"{name}.py").write_text('WHOSE = "mine"\n')
    (tmp_path / "there" / "sitecustomize.py").write_text("import emulator, storage, keys\n")
    (tmp_path / "here" / "logging.py").write_text("raise ImportError('mine')\n")
    path = str(tmp_path / "there")
    for module in (False, True):
        with place.serving(tmp_path / "here", module=module, PYTHONPATH=path) as url:
            assert asked(url, "ListUserPools", MaxResults=1) == {"UserPools": []}
    assert place.says("import cognito_emulator, storage; print(storage.WHOSE)", tmp_path / "here") == "mine"
    assert place.says("import cognito_emulator, emulator; print(emulator.WHOSE)", tmp_path) == NOBODYS


def test_what_is_installed_with_it_goes_before_what_else_is_installed(wheel: Path, tmp_path: Path) -> None:
    """As `pip install --target` leaves it, on PYTHONPATH, where the environment has another Flask."""
    place, target = Environment(tmp_path / "venv"), tmp_path / "target"
    place.pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    (target / "flask").symlink_to(place.dependencies / "flask")
    (place.packages / "flask.py").write_text("raise ImportError('another')\n")
    with place.serving(tmp_path, module=True, PYTHONPATH=str(target)) as url:
        assert asked(url, "ListUserPools", MaxResults=1) == {"UserPools": []}
