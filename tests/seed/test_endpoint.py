"""POST /_emulator/seed, as HTTP has it."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from emulator.seed import kinds
from tests.builders import Api, sign_in
from tests.seed.documents import EXAMPLE, counts


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/yaml", 200),
        ("text/yaml; charset=utf-8", 200),
        ("application/x-yaml", 200),
        ("application/json", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_the_media_type_says_what_it_is(api: Api, media_type: str, status: int) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = api.http.post("/_emulator/seed", data=EXAMPLE, headers=headers)
    assert response.status_code == status
    if status == 200:
        assert response.get_json() == counts(created=4)
    else:
        assert response.get_json()["error"].startswith("the Content-Type is application/json or application/yaml, not")


def test_a_document_may_be_larger_than_other_bodies(api: Api) -> None:
    padded = EXAMPLE + "#" * (9 << 20)
    assert api.http.post("/_emulator/seed", data=padded, content_type="application/yaml").status_code == 200


def test_a_document_that_is_too_large_is_refused(api: Api) -> None:
    response = api.http.post("/_emulator/seed", data=b"#" * ((64 << 20) + 1), content_type="application/yaml")
    assert response.status_code == 413


def test_a_page_of_another_site_may_not_seed(api: Api) -> None:
    headers = {"Origin": "https://evil.example"}
    response = api.http.post("/_emulator/seed", data=EXAMPLE, content_type="application/yaml", headers=headers)
    assert response.status_code == 403
    assert api.idp("ListUserPools", MaxResults=9) == {"UserPools": []}


def test_an_unknown_parameter_is_refused(api: Api) -> None:
    response = api.http.post("/_emulator/seed?resed=true", data=EXAMPLE, content_type="application/yaml")
    assert response.get_json() == {"error": "unknown parameter resed; known are reseed"}


def test_the_documented_example_is_the_one_that_is_tested() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "seed.md").read_text(encoding="utf-8")
    assert f"```yaml\n{EXAMPLE}```" in page


def test_every_list_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "seed.md").read_text(encoding="utf-8")
    names = {kind.name for top in kinds.TOP for kind in (top, *top.children)}
    assert len(names) > 20
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_the_documented_user_signs_in(api: Api) -> None:
    api.http.post("/_emulator/seed", data=EXAMPLE, content_type="application/yaml")
    tokens = sign_in(api, "1example23456789", "ada", "Passw0rd!")
    assert jwt.decode(tokens["IdToken"], options={"verify_signature": False})["cognito:groups"] == ["admins"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.7", 400),
        ("::ffff:192.0.2.7", 400),
        ("", 400),
    ],
)
def test_another_machine_cannot_have_python_functions_run_on_this_one(api: Api, address: str, status: int) -> None:
    content = {"lambda_functions": {"greet": "python:app.triggers:greet"}}
    asked = {"json": content, "environ_overrides": {"REMOTE_ADDR": address}}
    response = api.http.post("/_emulator/seed", **asked)
    assert response.status_code == status
    if status == 400:
        assert response.get_json()["error"].startswith(
            "lambda_functions.greet: Python functions run on the server's machine"
        )
    elsewhere = {"lambda_functions": {"greet": "http://localhost:3001"}}
    assert api.http.post("/_emulator/seed", **asked | {"json": elsewhere}).status_code == 200
