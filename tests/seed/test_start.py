"""--seed: a server is ready once its seed is applied, and does not start with a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cognito_emulator.testing import CognitoEmulator
from emulator import cli
from tests.seed.documents import CLIENT, EXAMPLE, POOL

OTHER = "user_pools: [{Id: us-east-1_other, PoolName: other}]"


@pytest.fixture
def seeds(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "seed.yaml", tmp_path / "other.yaml"]
    for path, content in zip(paths, (EXAMPLE, OTHER), strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


def pools(server: CognitoEmulator) -> list[str]:
    found: list[dict[str, Any]] = server.call("ListUserPools", MaxResults=9)["UserPools"]
    return [each["Id"] for each in found]


def test_wrong_files_are_told_before_anything_is_made(
    tmp_path: Path, seeds: list[Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COGNITO_EMULATOR_SEED", f"{seeds[0]},{tmp_path}/none.yaml,{tmp_path}/wrong.yaml")
    (tmp_path / "wrong.yaml").write_text("user_pools: [{PoolNames: a}]", encoding="utf-8")
    assert cli.main(["--data", str(tmp_path / "data")]) == 2
    assert capsys.readouterr() == (
        "",
        "cognito-emulator: the seed cannot be applied, and nothing of it is:\n"
        f"  {tmp_path}/none.yaml: No such file or directory\n"
        f"  {tmp_path}/wrong.yaml: user_pools[0].PoolNames: there is no such member; PoolName perhaps?\n",
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_seed_that_cannot_be_applied_ends_the_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], workers: int
) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("user_pools: [{PoolName: a, domains: [{Domain: aws}]}]", encoding="utf-8")
    assert cli.main(["--ephemeral", "--port=0", f"--workers={workers}", f"--seed={path}"]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert f"  {path}: user_pools[0].domains[0].Domain: Domain cannot contain reserved word: aws\n" in errors


def test_a_server_with_workers_is_seeded_once(seeds: list[Path]) -> None:
    with CognitoEmulator(seed=seeds, workers=2) as server:
        assert pools(server) == [POOL, "us-east-1_other"]
        assert server.log.count("seed: 5 created, 0 updated, 0 unchanged") == 1
        server.call("DeleteUserPoolClient", UserPoolId=POOL, ClientId=CLIENT)
        server.call("CreateUserPool", PoolName="more")
        server.reset(reseed=True)
        assert pools(server) == [POOL, "us-east-1_other"]
        assert server.call("DescribeUserPoolClient", UserPoolId=POOL, ClientId=CLIENT)


def test_the_same_seed_leaves_alone_what_happened_meanwhile(tmp_path: Path, seeds: list[Path]) -> None:
    """In a data directory, over a restart; the second time with a file more."""
    with CognitoEmulator(seed=seeds[:1], data=tmp_path / "data") as server:
        server.call("UpdateGroup", UserPoolId=POOL, GroupName="admins", Precedence=9)
    with CognitoEmulator(seed=seeds, data=tmp_path / "data") as server:
        assert "seed: 1 created, 0 updated, 4 unchanged" in server.log
        assert server.call("GetGroup", UserPoolId=POOL, GroupName="admins")["Group"]["Precedence"] == 9
