"""The control endpoints that fill and empty the database: seed and reset."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from msgspec import Struct
from msgspec.structs import asdict

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.access import published_secrets
from emulator.domain.recovery import recoveries
from emulator.domain.tokens import added_claims
from emulator.web import request_origin
from emulator.web.control_requests import Refused, flag, known

JSON = "application/json"
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoints."""
    control = Blueprint("control_seed", __name__, url_prefix="/_emulator")

    @control.post("/seed")
    def seed() -> Response:
        """Apply a seed document: create and update what it describes, delete nothing."""
        known("reseed")
        return jsonify(_seeded(dispatcher, flag("reseed")))

    @control.post("/reset")
    def reset() -> Response:
        """Delete everything, or the content of one pool; with `reseed`, apply the seed files of the server anew."""
        known("pool", "reseed")
        pool_id = request.args.get("pool")
        if flag("reseed"):
            _reset_to_seed(dispatcher, pool_id)
        else:
            dispatcher.work(True, request_origin.read(request), _Emptying(dispatcher, pool_id).run)
        if pool_id is None:
            dispatcher.world.server_settings.reload(dispatcher.store)
            dispatcher.world.events.forget()
        return jsonify({})

    return control


class _Emptying(Struct, frozen=True):
    """Deletes everything, or the content of one pool."""

    dispatcher: Dispatcher
    pool_id: str | None

    def run(self, context: Context) -> None:
        """Delete it. Raises what `delete` raises."""
        self.exclude_writers(context)
        self.delete(context)

    def exclude_writers(self, context: Context) -> None:
        """Where everything is deleted, let no other unit write until this one ends. Call it before anything else."""
        if self.pool_id is None:
            context.world.clock.exclude_writers(context.unit)

    def delete(self, context: Context) -> None:
        """Delete it. Raises `Refused` where there is no such pool."""
        pool_id, unit, uploads = self.pool_id, context.unit, self.dispatcher.store.uploads
        # A job that runs adds no more users, or has committed them before they are deleted. It holds its row before it
        # needs that of the pool.
        jobs = unit.import_jobs.delete_all(pool_id)
        context.afterwards.append(lambda: uploads.sweep(jobs))
        context.world.mailbox.empty(unit, context.afterwards, pool_id)
        if pool_id is None:
            published_secrets.delete_afterwards(context, unit.published_secrets.all())
            unit.delete_everything()
            context.world.rates.empty(unit, context.afterwards)
            context.held.stack.enter_context(context.world.clock.moved(0.0, unit))
            return
        user_pool = unit.pools.get(pool_id)
        identity_pool = unit.identity_pools.get(pool_id)
        if user_pool:
            recoveries.forget(context, user_pool)
            added_claims.withdraw(context, pool_id)
            unit.pool_contents.delete(user_pool)
        if identity_pool:
            unit.identity_pools.empty(identity_pool)
        if not (user_pool or identity_pool):
            raise Refused(f"pool: there is no pool {pool_id}", 404)


def _seeded(dispatcher: Dispatcher, reseed: bool) -> dict[str, Any]:
    from emulator.seed import applying, reading, server_lists  # for this alone: start-up is imports
    from emulator.seed.entries import SeedError

    if request.mimetype not in {JSON, *YAML}:
        raise Refused(f"the Content-Type is {JSON} or {YAML[0]}, not {request.mimetype[:100] or 'absent'}", 415)
    request.max_content_length = reading.LARGEST
    try:
        entries = reading.merged([reading.read(request.get_data(cache=False), "")])
        server_lists.check_sent_by(entries, request.remote_addr)

        def apply(context: Context) -> applying.Applied:
            applying.prepare(context, entries, everything=reseed)
            return applying.apply(context, entries, reseed=reseed)

        return asdict(dispatcher.work(True, request_origin.read(request), apply))
    except SeedError as error:
        raise Refused(str(error)) from None


def _reset_to_seed(dispatcher: Dispatcher, pool_id: str | None) -> None:
    """Empty the database, or a pool, and apply the seed files, or what they say of the pool, in one transaction."""
    from emulator.seed import files, resetting
    from emulator.seed.entries import SeedError
    from emulator.seed.problems import SeedsWrong

    if not dispatcher.settings.seed:
        raise Refused("reseed: this server has no seed; start it with --seed FILE")
    emptying = _Emptying(dispatcher, pool_id)
    try:
        with files.of(dispatcher.settings.seed).entries() as entries:

            def reset(context: Context) -> None:
                emptying.exclude_writers(context)
                resetting.reset(context, entries, emptying.delete, pool_id)

            dispatcher.work(True, request_origin.read(request), reset)
    except (SeedError, SeedsWrong) as error:
        raise Refused(f"reseed: {error}") from None
