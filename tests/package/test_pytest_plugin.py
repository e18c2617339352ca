"""The pytest plugin as its users have it: an environment with the wheel and pytest, and projects of a few lines."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.package.environment import PATIENCE, Environment, clean
from tests.python_functions.processes import until

pytestmark = pytest.mark.slow
HOSTILE = {
    "COGNITO_EMULATOR_CODE": "nonsense",
    "COGNITO_EMULATOR_DATABASE": "postgresql+psycopg://nowhere.invalid/x",
    "http_proxy": "http://127.0.0.1:1",
    "ALL_PROXY": "http://127.0.0.1:1",
    "PYTHONWARNINGS": "error",
    "AWS_PROFILE": "missing",
}
"""What a shell may have that is not for the server of the tests."""


class Project:
    """A directory with tests, and pytest in it. boto3 cannot be imported, and temporary files are in `temporary`."""

    def __init__(self, place: Path, environment: Environment) -> None:
        self.place, self._environment = place, environment
        self.temporary, hidden = place / "temporary", place / "hidden"
        self.temporary.mkdir()
        hidden.mkdir()
        (hidden / "boto3.py").write_text("raise ImportError('boto3 is not installed')\n")
        (place / "pytest.ini").write_text("[pytest]\n")
        self._variables = {**clean(), "PYTHONPATH": str(hidden), "TMPDIR": str(self.temporary)}

    def write(self, name: str, code: str) -> None:
        """Write a module."""
        (self.place / name).write_text(textwrap.dedent(code))

    def begin(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start pytest, in a process group of its own."""
        return subprocess.Popen(
            [self._environment.python, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *arguments],
            cwd=self.place,
            env=self._variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **variables: str) -> str:
        """Run pytest; answers what it prints."""
        output, _ = self.begin(*arguments, **variables).communicate(timeout=120)
        return output

    def left(self) -> list[str]:
        """What servers have left behind."""
        return [path.name for path in self.temporary.glob("cognito-emulator*")]


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A virtual environment with the wheel."""
    place = Environment(tmp_path_factory.mktemp("environment") / "venv")
    place.install(wheel)
    return place


@pytest.fixture
def project(environment: Environment, tmp_path: Path) -> Project:
    """A project without tests."""
    return Project(tmp_path, environment)


def test_every_fixture_works_without_configuration_and_in_spite_of_the_shell(project: Project) -> None:
    project.write(
        "test_all.py",
        """
        import os, sys, urllib.request
        import pytest

        BEFORE = dict(os.environ)

        def test_a_server(cognito, cognito_settings):
            assert cognito_settings == {}
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            assert direct.open(f"{cognito.endpoint_url}/health").status == 200
            assert set(cognito.environment.values()) > {cognito.endpoint_url, "us-east-1", "local"}

        def test_a_pool(cognito, cognito_pool):
            assert cognito_pool.id.startswith("us-east-1_")
            [pool] = cognito.call("ListUserPools", MaxResults=9)["UserPools"]
            assert pool["Id"] == cognito_pool.id

        def test_a_user(cognito, cognito_user, cognito_pool):
            assert (cognito_user.username, cognito_user.password) == ("ada", "Correct-horse-7")
            assert cognito_user.id_token and cognito_user.refresh_token
            assert cognito.call("GetUser", AccessToken=cognito_user.access_token)["Username"] == "ada"
            cognito.clock.advance("2h")
            with pytest.raises(Exception, match="GetUser: NotAuthorizedException: Access Token has expired"):
                cognito.call("GetUser", AccessToken=cognito_user.access_token)

        def test_the_clock_and_the_pools_of_other_tests_are_gone(cognito):
            assert cognito.clock.offset == 0
            assert cognito.call("ListUserPools", MaxResults=9)["UserPools"] == []

        def test_a_pool_that_is_gone(cognito, cognito_pool):
            cognito.reset()

        def test_the_process_has_nothing_of_the_server(cognito):
            with pytest.raises(RuntimeError, match="pip install boto3"):
                cognito.client("cognito-idp")
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert not loaded & {"emulator", "storage", "keys", "flask", "sqlalchemy", "cryptography"}
            ours = {name for name in os.environ if not name.startswith("PYTEST_")}
            assert {name: os.environ[name] for name in ours} == {
                name: BEFORE[name] for name in BEFORE if not name.startswith("PYTEST_")
            }
        """,
    )
    printed = project.run(**HOSTILE)
    assert "6 passed" in printed, printed
    assert "warning" not in printed
    assert project.left() == []


def test_a_run_that_uses_no_fixture_imports_the_plugin_alone(project: Project) -> None:
    project.write(
        "test_none.py",
        """
        import sys

        def test_it():
            assert [name for name in sys.modules if name.startswith("cognito_emulator.")] == [
                "cognito_emulator.pytest_plugin"
            ]
        """,
    )
    assert "1 passed" in project.run()


def test_each_worker_of_xdist_has_a_server(project: Project) -> None:
    project.write(
        "test_many.py",
        """
        import pathlib, time
        import pytest

        @pytest.mark.parametrize("number", range(8))
        def test_it(cognito, cognito_user, worker_id, number):
            pathlib.Path(f"{worker_id}-{number}").write_text(cognito.endpoint_url)
            assert len(cognito.call("ListUserPools", MaxResults=9)["UserPools"]) == 1
        """,
    )
    printed = project.run("-n", "4")
    assert "8 passed" in printed, printed
    servers = {(path.name.partition("-")[0], path.read_text()) for path in project.place.glob("gw*")}
    assert len(servers) == len({worker for worker, _ in servers}) == len({url for _, url in servers}) > 1
    assert project.left() == []


def test_settings_are_overridden_by_a_fixture(project: Project) -> None:
    project.write(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def cognito_settings():
            return {"code": "123456", "region": "eu-west-1", "issuer": "aws"}
        """,
    )
    project.write(
        "test_settings.py",
        """
        def test_it(cognito, cognito_pool):
            assert cognito_pool.issuer == f"https://cognito-idp.eu-west-1.amazonaws.com/{cognito_pool.id}"
            assert cognito.environment["AWS_REGION"] == "eu-west-1"
            password = {"Password": "Correct-horse-7", "UserAttributes": [{"Name": "email", "Value": "b@example.com"}]}
            pool = cognito.create_pool(AutoVerifiedAttributes=["email"])
            cognito.call("SignUp", ClientId=pool.client_id, Username="bob", **password)
            assert cognito.messages[-1]["code"] == "123456"
        """,
    )
    printed = project.run()
    assert "1 passed" in printed, printed


def test_a_wrong_setting_is_told_in_words_and_without_a_traceback(project: Project) -> None:
    project.write(
        "test_wrong.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def cognito_settings():
            return {"password_cots": 4}

        def test_it(cognito_user):
            pass
        """,
    )
    printed = project.run()
    assert "1 error" in printed
    assert "fixture cognito: the server did not start." in printed
    assert "password_cots=4: there is no such setting; did you mean password_cost?" in printed
    assert "pytest_plugin.py" not in printed


def test_a_test_that_fails_shows_why_calls_were_refused(project: Project) -> None:
    project.write(
        "test_failing.py",
        """
        import pytest

        def test_a_user(cognito, cognito_pool):
            with pytest.raises(RuntimeError, match="UserNotFoundException"):
                cognito.call("ForgotPassword", ClientId=cognito_pool.client_id, Username="ada")
            cognito_pool.sign_in("nobody")

        def test_no_server():
            assert False

        def test_a_server_that_died(cognito, cognito_pool):
            cognito._process._process.kill()
            cognito._process._process.wait()
            cognito_pool.create_user()
        """,
    )
    printed = project.run()
    assert "3 failed" in printed, printed
    first, last = re.findall(r"- calls that cognito-emulator refused -+\n(.*\n.*)\n", printed)
    told = [line.partition("Z ")[2] for line in first.splitlines()]
    assert told[0] == "ForgotPassword: UserNotFoundException: Username/client id combination not found."
    assert told[1].startswith("AdminInitiateAuth: UserNotFoundException: ")
    assert "the server has ended with status -9" in last


SLOW = """
import pathlib, time
import pytest

@pytest.fixture
def cleaned(cognito):
    yield
    cognito.create_pool()
    pathlib.Path("cleaned").touch()

def test_it(cognito, cleaned):
    pathlib.Path("url.new").write_text(cognito.endpoint_url)
    pathlib.Path("url.new").rename("url")
    time.sleep(60)
"""


@pytest.fixture
def slow(project: Project) -> Iterator[subprocess.Popen[str]]:
    """A run of pytest in the middle of a test."""
    project.write("test_slow.py", SLOW)
    with project.begin() as process:
        assert until((project.place / "url").exists)
        yield process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def serves(url: str) -> bool:
    """Whether a server accepts connections."""
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 1).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_run_that_is_killed_leaves_no_server(project: Project, slow: subprocess.Popen[str]) -> None:
    url = (project.place / "url").read_text()
    assert serves(url)
    slow.kill()
    assert until(lambda: not serves(url))
    assert until(lambda: project.left() == [])
    assert not (project.place / "cleaned").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_after_ctrl_c_the_server_is_there_until_fixtures_have_cleaned_up(
    project: Project, slow: subprocess.Popen[str]
) -> None:
    os.killpg(slow.pid, signal.SIGINT)
    printed, _ = slow.communicate(timeout=PATIENCE)
    assert "KeyboardInterrupt" in printed
    assert "rror" not in printed.replace("KeyboardInterrupt", "")
    assert (project.place / "cleaned").exists()
    assert not serves((project.place / "url").read_text())
    assert project.left() == []


FORKS = """
import os, signal, sys, time
from cognito_emulator.testing import CognitoEmulator

with CognitoEmulator() as cognito:
    child = os.fork()
    if not child:
        cognito.create_pool("of the child")
        cognito.stop()
        sys.exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert len(cognito.call("ListUserPools", MaxResults=9)["UserPools"]) == 1
    if not os.fork():
        time.sleep(60)
        os._exit(0)
    print(cognito.endpoint_url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_a_fork_neither_stops_the_server_nor_keeps_it_alive(environment: Environment) -> None:
    command = [str(environment.python), "-W", "error", "-c", FORKS]
    process = subprocess.Popen(command, env=clean(), stdout=subprocess.PIPE, text=True, start_new_session=True)
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://")
        assert until(lambda: not serves(url))
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
