"""Builds the application from settings, world and store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.dispatch import Dispatcher
from emulator.domain.pools import request_rates
from emulator.outside.mailbox import Message
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.web.front import Front
from storage.store import Store

if TYPE_CHECKING:
    from flask import Flask

    from emulator.web.well_known import Documents


def create_app(settings: Settings, world: World, store: Store, *, is_new: bool = False, ca: str | None = None) -> Flask:
    """The application with Flask, for tests. Begins with the same work as `create_front`, and sweeps before it returns.

    With `is_new`, the store has no rows yet that this is for. The routes of the pages are made when one is asked for.
    """
    from flask import Flask

    dispatcher = Dispatcher(settings, world, store)
    if not is_new:
        dispatcher.sweeper.sweep()
        _resume(dispatcher)
    front = _front(dispatcher, ca)
    app = Flask(__name__, static_folder=None)
    app.wsgi_app = front  # type: ignore[method-assign]
    app.at_once = front.at_once  # type: ignore[attr-defined]
    app.behind = front.flask  # type: ignore[attr-defined]
    return app


def create_front(
    settings: Settings, world: World, store: Store, *, is_new: bool = False, ca: str | None = None
) -> Front:
    """The WSGI application of a server, which imports Flask for the first request that needs it.

    The caller owns the store, and closes it. `ca` is the certificate of the local CA, if there is one.

    Also enforces stored rate limits, deletes expired rows, resumes interrupted imports and begins rotations that are
    due, the last three in the background. With `is_new`, the store has no rows yet that the others are for.
    """
    dispatcher = Dispatcher(settings, world, store)
    if not is_new:
        _resume(dispatcher)
    dispatcher.sweeper.begin()
    return _front(dispatcher, ca)


def _front(dispatcher: Dispatcher, ca: str | None) -> Front:
    def behind(documents: Documents) -> Flask:
        from emulator.web import pages

        return pages.create(dispatcher, documents, ca)

    front = Front(dispatcher, behind)
    dispatcher.world.loopback.app = front
    return front


def _resume(dispatcher: Dispatcher) -> None:
    from emulator.domain.pools import histories  # here: a new database has nothing to resume, and these take 7 ms
    from emulator.jobs import imports, recoveries

    dispatcher.work(False, RequestOrigin(), request_rates.enforce)
    dispatcher.work(True, RequestOrigin(), histories.resume)
    dispatcher.work(True, RequestOrigin(), imports.resume)
    dispatcher.work(True, RequestOrigin(), recoveries.resume)
    dispatcher.rotator.begin()


def undelivered(settings: Settings, world: World, store: Store) -> Callable[[Message, str], None]:
    """A callback for messages that could not be delivered, which it is given together with the reason.

    It exports the failure, if the pool's log delivery is configured for that.
    """

    def tell(message: Message, why: str) -> None:
        from emulator.domain.messages import log_delivery

        def export(context: Context) -> None:
            log_delivery.export_failure(context, message, why)

        work.run_job(store, world, settings, export, writes=False)

    return tell
