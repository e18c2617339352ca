"""Builds the Flask application from settings, world and store."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.dispatch import Dispatcher
from emulator.domain.messages import log_delivery
from emulator.domain.pools import histories, request_rates
from emulator.jobs import imports, recoveries
from emulator.outside.mailbox import Message
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.web import (
    about,
    api,
    certificate,
    confirm,
    control,
    cors,
    feedback,
    front,
    guard,
    images,
    uploads,
    well_known,
)
from storage.store import Store


def create_app(settings: Settings, world: World, store: Store, *, is_new: bool = False, ca: str | None = None) -> Flask:
    """The WSGI application. The caller owns the store and closes the store.

    Also deletes expired rows, enforces stored rate limits, resumes interrupted imports and begins rotations that are
    due, the last two in the background. The caller says with `is_new` that the store has no rows yet that this is for.
    `ca` is the certificate of the local CA, if there is one.
    """
    dispatcher = Dispatcher(settings, world, store)
    if not is_new:
        _resume(dispatcher)
    app = Flask("emulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = api.LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = api.LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]
    guard.install(app, dispatcher)
    cors.install(app)
    about.install(app, store)
    documents = well_known.Documents(dispatcher)
    app.register_blueprint(well_known.blueprint(documents))
    app.register_blueprint(control.blueprint(dispatcher))
    app.register_blueprint(certificate.blueprint(ca))
    app.register_blueprint(confirm.blueprint(dispatcher))
    app.register_blueprint(images.blueprint(dispatcher))
    app.register_blueprint(feedback.blueprint(dispatcher))
    app.register_blueprint(uploads.blueprint(dispatcher))
    front.install(app, dispatcher, documents)
    return app


def _resume(dispatcher: Dispatcher) -> None:
    dispatcher.sweeper.sweep()
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
        def export(context: Context) -> None:
            log_delivery.export_failure(context, message, why)

        work.run_job(store, world, settings, export, writes=False)

    return tell
