"""Rotation of published secrets on demand."""

from __future__ import annotations

import pytest

from emulator.outside.claims import of_secret
from emulator.outside.http import Unreachable
from emulator.outside.world import World
from tests.api.published_secrets.app import App, an_app
from tests.api.test_sweeping import pass_time
from tests.builders import Api, a_client
from tests.secrets_manager import LocalSecretsManager


@pytest.fixture
def published(api: Api, manager: LocalSecretsManager) -> App:
    """An application whose client was created with its secret published."""
    return an_app(api, manager)


def rotate_now(app: App, client: str) -> tuple[int, dict[str, str]]:
    """Rotate on demand; answers the status and the body."""
    answer = app.api.http.post(f"/_emulator/rotate-secret?client={client}")
    return answer.status_code, dict(answer.json or {})


def test_a_secret_is_rotated_on_demand_at_the_same_arn_and_then_a_week_later(published: App) -> None:
    first, arn = published.current(), published.arn
    pass_time(published.api, days=3)
    assert rotate_now(published, published.client) == (200, {"arn": arn})
    second = published.current()
    assert published.current("AWSPREVIOUS") == first
    assert [published.accepts(secret) for secret in (first, second)] == [True, True]
    pass_time(published.api, days=6)
    assert published.current() == second
    pass_time(published.api, days=1)
    assert published.current("AWSPREVIOUS") == second


def test_a_rotation_on_demand_that_is_not_possible_says_why(published: App, world: World) -> None:
    plain = a_client(published.api, published.pool, GenerateSecret=True)
    for client in (plain, "nobody", ""):
        told = f"client: there is no app client {client} whose secret is published"
        assert rotate_now(published, client) == (404, {"error": told})
    published.manager.reply = Unreachable("nobody is there")
    assert rotate_now(published, published.client) == (
        502,
        {"error": "the secret is not rotated for now: nobody is there"},
    )
    with world.claims.held(of_secret(published.client)):
        told = f"client: the secret of {published.client} is being published, rotated or withdrawn"
        assert rotate_now(published, published.client) == (409, {"error": told})
