"""A process that serves: its world, its application, and what it does at the end."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeAlias

from emulator import registry
from emulator.app import create_front, undelivered
from emulator.outside import functions, iam, sealing, secrets_manager
from emulator.outside.background import Threads
from emulator.outside.clock import MovableClock
from emulator.outside.exports import Exporter
from emulator.outside.http import HttpClient
from emulator.outside.key_reserve import BackgroundReserve, sealed_key
from emulator.outside.mailbox import Mailbox
from emulator.outside.orders import FAULTS, withdraw_all
from emulator.outside.server_settings import ServerSettings
from emulator.outside.world import World
from emulator.server.listeners import Listener, listening
from emulator.settings import Settings
from storage.repositories import repositories
from storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIApplication

    from emulator.https import Https
    from emulator.outside.shared.siblings import Member
    from emulator.outside.smtp import Post

Listening: TypeAlias = Callable[[Sequence[str]], object]
Stopping: TypeAlias = Callable[[], None]
ServeApp: TypeAlias = "Callable[[WSGIApplication, Listening, Stopping], None]"
"""Serves an application until a signal stops it. Calls the first function with the URLs (that of plain HTTP first) once
connections are accepted, the second when the signal has come.
"""
SHUTDOWN_SECONDS = 5
"""The time for calls in progress (up to three seconds) and background work (imports, e-mails, exports) to end after a
signal. Docker kills the process after ten seconds.
"""
_LEAST_SECONDS = 0.5
"""The least time that each kind of background work gets, however long the calls in progress took."""
_RESERVED_KEYS = 8
"""Signing keys in stock, in all processes of the server together."""
_WATCHING = 3
"""How many workers look for jobs that nobody works on. Each keeps a connection to PostgreSQL open."""
_SERVICES = ("COGNITO_IDENTITY_PROVIDER", "COGNITO_IDENTITY")
"""The services in the names of the SDKs' variables (AWS_ENDPOINT_URL_…). Not STS, which all of AWS uses."""


def https(settings: Settings, directory: Path) -> Https | None:
    """What the secure listener needs; None if there is none. `directory` is that of the data.

    Raises `DataDirectoryError` if there is no usable certificate.
    """
    if not settings.is_secure:
        return None
    from emulator.https import prepared

    return prepared(settings, directory)


@contextmanager
def listeners(settings: Settings, https: Https | None) -> Iterator[list[Listener]]:
    """The sockets of the server: that of plain HTTP, and the secure one if there is one. Raises `CannotListen`."""
    with ExitStack() as stack:
        found = [stack.enter_context(listening(settings.host, settings.port))]
        if https:
            found.append(stack.enter_context(listening(settings.host, settings.https_port, https.context)))
        yield found


def load() -> None:
    """Import what `run` and the first requests would import, so that processes forked after this share its memory."""
    from emulator.jobs import expired, watch  # noqa: F401
    from emulator.web import pages  # noqa: F401

    registry.load()
    repositories.load()


def run(
    settings: Settings,
    store: Store,
    serve_app: ServeApp,
    on_listening: Listening,
    member: Member | None = None,
    *,
    https: Https | None = None,
) -> None:
    """Serve the data in `store` until a signal stops the server. `on_listening` is called with the URLs.

    `member` is the place of a worker among its siblings.
    """
    reserve = BackgroundReserve(-(-_RESERVED_KEYS // settings.workers), lambda: sealed_key(store.vault))
    background = Threads()
    clock = MovableClock()
    http = HttpClient()
    environment = dict(os.environ)
    post = _post(settings)
    exports = Exporter(settings.log_delivery, http=http) if settings.log_delivery else None
    lambdas = functions.FollowingFunctions(
        lambda targets: functions.configured(settings.lambda_endpoint, targets, clock.stamp, environment, http),
        settings.lambda_functions or {},
    )
    roles = iam.FollowingIam(settings.roles, settings.account_id)
    world = World(
        clock=clock,
        key_reserve=reserve,
        lambdas=lambdas,
        sealer=sealing.configured(settings.kms_endpoint, clock.stamp, environment, http),
        secrets_manager=secrets_manager.configured(settings.secrets_endpoint, clock.stamp, environment, http),
        mailbox=Mailbox(post),
        exports=exports,
        background=background,
        http=http,
        iam=roles,
        server_settings=ServerSettings(lambdas.follow, roles.follow),
    )
    is_new = store.is_new and not settings.several_processes  # nobody has written to it
    with _shared(settings, world, store, member) as world:
        if not is_new:
            world.server_settings.reload(store)
        app = create_front(settings, world, store, is_new=is_new, ca=https.ca if https else None)
        if settings.seed and member is None:
            from emulator.seed import files

            files.apply(settings, world, store)
        if post:
            post.failed = undelivered(settings, world, store)

        def begin(urls: Sequence[str]) -> None:
            for service in _SERVICES:
                environment.setdefault(
                    f"AWS_ENDPOINT_URL_{service}", urls[0]
                )  # functions in our processes call this server, not AWS
            on_listening(urls)
            gc.freeze()  # collect garbage from now on, except among the objects that the start has made
            gc.enable()
            reserve.start()

        shutdown = _Shutdown(background)
        try:
            serve_app(app, begin, shutdown.begin)
        finally:
            background.stop(shutdown.left())
    if post:
        post.close(shutdown.left())
    if exports:
        exports.close(shutdown.left())


@contextmanager
def _shared(settings: Settings, world: World, store: Store, member: Member | None) -> Iterator[World]:
    """The world. Where several processes work on the data, it has the ports that they share, until the end of the
    context; and the process, unless enough others do, takes over the jobs of those that die. A process by itself begins
    without the faults that were left to inject.
    """
    if not settings.several_processes:
        if store.is_new:
            world.orders.have_none()
        elif _has_faults(store, world):
            with store.unit(writes=True) as unit:
                withdraw_all(unit, FAULTS)
        yield world
        return
    from emulator.jobs.watch import Watch
    from emulator.outside.shared.world import prepare, shared

    if member is None:
        prepare(store)
    watches = member is None or member.number < _WATCHING
    with shared(world, store, member) as ours, Watch(store, ours, settings).kept() if watches else nullcontext():
        yield ours


def _has_faults(store: Store, world: World) -> bool:
    with store.unit(writes=False) as unit:
        return bool(world.orders.found(unit, FAULTS))


class _Shutdown:
    """The time that is left until the process ends, from the first signal on."""

    def __init__(self, background: Threads) -> None:
        self._background = background
        self._end = 0.0

    def begin(self) -> None:
        """Start the time, and ask the background threads to stop."""
        self._end = time.monotonic() + SHUTDOWN_SECONDS
        self._background.stopping.set()

    def left(self) -> float:
        """The seconds that are left, at least `_LEAST_SECONDS`."""
        return max(_LEAST_SECONDS, self._end - time.monotonic())


def _post(settings: Settings) -> Post | None:
    """The sender of e-mails to the SMTP server, None if the settings name no server."""
    if settings.smtp_url is None:
        return None
    from emulator.outside import smtp

    return smtp.Post(smtp.Server.at(settings.smtp_url).send)
