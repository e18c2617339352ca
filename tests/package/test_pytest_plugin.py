"""The pytest plugin as its users have it: an environment with the wheel and pytest, and projects of a few lines."""

from __future__ import annotations

import re

import pytest

from tests.package.project import Project

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
