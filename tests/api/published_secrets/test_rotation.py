"""Rotation of published secrets, every seven days of the clock; wherever it fails, the published secret is valid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from emulator.app import create_app
from emulator.jobs.rotation import Rotator
from emulator.outside.background import Queue
from emulator.outside.http import Unreachable
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.api.published_secrets.app import MEMBER, App, an_app
from tests.api.test_sweeping import pass_time
from tests.builders import FLOWS, Api, a_client
from tests.secrets_manager import LocalSecretsManager

DOWN = Unreachable("nobody is there")


@pytest.fixture
def published(api: Api, manager: LocalSecretsManager) -> App:
    """An application whose client was created with its secret published."""
    return an_app(api, manager)


@pytest.fixture
def rotator(store: Store, world: World, published: App) -> Rotator:
    """Rotates, client by client."""
    return Rotator(store, world, Settings(ephemeral=True), batch=1)


def another(app: App) -> App:
    """Another client of the same pool, which is published too."""
    members = {"GenerateSecret": True, MEMBER: True, "ExplicitAuthFlows": FLOWS}
    return replace(app, client=a_client(app.api, app.pool, **members))


def work(api: Api) -> None:
    """Let the background do its work."""
    assert isinstance(api.world.background, Queue)
    api.world.background.work()


def test_a_secret_is_rotated_after_seven_days_and_not_before(published: App) -> None:
    first = published.current()
    pass_time(published.api, days=6, hours=23)
    assert published.current() == first
    pass_time(published.api, hours=1)
    second = published.current()
    assert [first != second, published.current("AWSPREVIOUS") == first] == [True, True]
    assert [published.accepts(secret) for secret in (first, second)] == [True, True]
    pass_time(published.api, days=7)
    third = published.current()
    assert [published.accepts(secret) for secret in (first, second, third)] == [False, True, True]
    assert len(published.ids()) == 2


def test_a_month_that_passes_at_once_is_one_rotation_and_a_week_later_comes_the_next(published: App) -> None:
    for days in (30, 6, 1):
        pass_time(published.api, days=days)
    assert published.manager.asked == ["CreateSecret", "PutSecretValue", "PutSecretValue"]


def test_moving_the_clock_rotates_before_it_answers(published: App) -> None:
    first = published.current()
    assert published.api.http.post("/_emulator/clock", json={"advance": "7d"}).status_code == 200
    assert published.current("AWSPREVIOUS") == first


def test_a_clock_that_is_set_back_rotates_nothing_and_the_next_rotation_is_a_week_later(published: App) -> None:
    pass_time(published.api, days=365)
    rotated = published.current()
    pass_time(published.api, days=-365)
    assert published.current() == rotated
    pass_time(published.api, days=6)
    assert published.current() == rotated
    pass_time(published.api, days=1)
    newest = published.current()
    assert newest != rotated
    assert [published.accepts(secret) for secret in (rotated, newest)] == [True, True]


def test_all_that_are_due_are_rotated(published: App, rotator: Rotator) -> None:
    published.api.world.clock.advance(days=1)
    apps = [published, *(another(published) for _ in range(3))]
    before = [app.current() for app in apps]
    published.api.world.clock.advance(days=6)
    rotator.rotate()
    assert [app.current() != secret for app, secret in zip(apps, before, strict=True)] == [True, False, False, False]
    published.api.world.clock.advance(days=1)
    rotator.rotate()
    assert [app.current("AWSPREVIOUS") for app in apps] == before


def test_while_secrets_manager_is_down_the_old_secret_stays_good_and_the_new_one_is_published_later(
    published: App, rotator: Rotator, caplog: pytest.LogCaptureFixture
) -> None:
    first, ids = published.current(), published.ids()
    published.manager.reply = DOWN
    published.api.world.clock.advance(days=7)
    for _ in range(3):
        rotator.rotate()
    assert published.accepts(first)
    assert published.ids() == ids
    assert f"client {published.client}: its secret is not rotated for now: nobody is there" in caplog.text
    published.manager.reply = None
    rotator.rotate()
    assert published.current("AWSPREVIOUS") == first
    assert [published.accepts(secret) for secret in (first, published.current())] == [True, True]
    assert published.current() not in caplog.text


def test_a_rotation_that_failed_goes_on_even_if_the_clock_was_set_back_meanwhile(
    published: App, rotator: Rotator, world: World
) -> None:
    first = published.current()
    published.manager.reply = DOWN
    world.clock.advance(days=7)
    rotator.rotate()
    world.clock.reset()
    published.manager.reply = None
    rotator.rotate()
    assert published.current("AWSPREVIOUS") == first
    rotator.rotate()
    assert published.current("AWSPREVIOUS") == first


def test_a_secret_whose_publication_was_not_answered_is_valid_and_is_published_once(
    published: App, rotator: Rotator
) -> None:
    first = published.current()
    published.manager.loses = {"PutSecretValue"}
    published.api.world.clock.advance(days=7)
    rotator.rotate()
    lost = published.current()
    assert [first != lost, published.accepts(first), published.accepts(lost)] == [True, True, True]
    published.manager.loses = set()
    rotator.rotate()
    assert published.current() == lost
    assert published.current("AWSPREVIOUS") == first
    assert len(published.ids()) == 2


class Killed(BaseException):
    """The process ends here."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["meanwhile", "afterwards"])
def test_a_process_that_ends_in_the_middle_of_a_rotation_leaves_valid_secrets_and_the_next_one_goes_on(
    published: App, rotator: Rotator, store: Store, world: World, settings: Settings, moment: str
) -> None:
    first = published.current()
    world.clock.advance(days=7)
    setattr(published.manager, moment, kill)
    with pytest.raises(Killed):
        rotator.rotate()
    setattr(published.manager, moment, lambda: None)
    world = replace(world, background=Queue())
    assert [published.accepts(secret) for secret in (first, published.current())] == [True, True]
    assert (published.current() == first) is (moment == "meanwhile")
    restarted = replace(published, api=Api(create_app(settings, world, store).test_client(), world))
    work(restarted.api)
    assert restarted.current("AWSPREVIOUS") == first
    assert restarted.accepts(restarted.current())
    assert len(restarted.ids()) == 2


def test_where_there_is_no_response_the_others_wait_and_where_one_is_refused_they_do_not(
    published: App, rotator: Rotator
) -> None:
    others = [another(published) for _ in range(2)]
    published.api.world.clock.advance(days=7)
    published.manager.reply = DOWN
    asked = len(published.manager.asked)
    rotator.rotate()
    assert len(published.manager.asked) == asked + 1
    published.manager.reply = 500, b"oops"
    rotator.rotate()
    assert len(published.manager.asked) == asked + 4
    published.manager.reply = None
    before = [app.current() for app in (published, *others)]
    rotator.rotate()
    assert [app.current("AWSPREVIOUS") for app in (published, *others)] == before


def test_a_server_that_stops_rotates_no_more(published: App, rotator: Rotator) -> None:
    first = published.current()
    published.api.world.clock.advance(days=7)
    published.api.world.background.stopping.set()
    rotator.rotate()
    assert published.current() == first


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_a_secret_that_somebody_deleted_is_there_again_after_the_rotation(
    published: App, rotator: Rotator, is_scheduled: bool
) -> None:
    first, name = published.current(), f"cognito/{published.pool}/{published.client}"
    if is_scheduled:
        published.manager.secrets[name].is_scheduled = True
    else:
        del published.manager.secrets[name]
    published.api.world.clock.advance(days=7)
    rotator.rotate()
    assert [published.accepts(secret) for secret in (first, published.current())] == [True, True]


@pytest.mark.parametrize("deletes", ["DeleteUserPoolClient", "DeleteUserPool", "/_emulator/reset"])
def test_a_client_that_is_deleted_during_its_rotation_leaves_nothing_in_secrets_manager(
    published: App, rotator: Rotator, deletes: str
) -> None:
    def delete() -> None:
        published.manager.meanwhile = lambda: None
        if deletes.startswith("/"):
            assert published.api.http.post(deletes).status_code == 200
        else:
            names = published.named if deletes == "DeleteUserPoolClient" else {"UserPoolId": published.pool}
            published.api.idp(deletes, **names)

    published.api.world.clock.advance(days=7)
    published.manager.meanwhile = delete
    rotator.rotate()
    assert published.manager.secrets == {}


@pytest.mark.parametrize("how", [lambda app: app.update(publishes=False), lambda app: app.update()], ids=["false", ""])
def test_a_secret_is_not_withdrawn_during_its_rotation_but_other_settings_change(
    published: App, rotator: Rotator, how: Callable[[App], object]
) -> None:
    told: list[str] = []

    def update() -> None:
        published.manager.meanwhile = lambda: None
        try:
            how(published)
        except Exception as refused:  # noqa: BLE001 - kept
            told.append(str(refused).partition(":")[0])

    published.api.world.clock.advance(days=7)
    published.manager.meanwhile = update
    rotator.rotate()
    assert told in ([], ["ConcurrentModificationException"])
    assert published.accepts(published.current())
    assert len(published.ids()) == 2


def test_a_third_secret_is_deleted_when_a_client_moves_back_while_a_rotation_is_unfinished(
    published: App, rotator: Rotator
) -> None:
    published.api.world.clock.advance(days=7)
    rotator.rotate()
    current, first = published.current(), published.current("AWSPREVIOUS")
    published.manager.reply = DOWN
    published.api.world.clock.advance(days=7)
    rotator.rotate()
    assert published.accepts(first)
    published.manager.reply = None
    assert published.update(publishes=False)["ClientSecret"] == current
    assert len(published.ids()) == 2
    assert [published.accepts(secret) for secret in (first, current)] == [False, True]
