"""Runs one operation: decode the request, run the operation in a unit of work, encode the answer, log the call.

The files of a call: web/front.py, web/api.py → this → wire/decode.py → work.py → the operation → the repository.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from emulator import faults, injected_faults, outcomes, registry, work
from emulator.call import Call
from emulator.context import Context, RequestOrigin
from emulator.domain.identities import signatures
from emulator.domain.pools import request_rates
from emulator.faults import Fault
from emulator.injected_faults import ConnectionDropped, Dropped
from emulator.jobs.rotation import Rotator
from emulator.jobs.sweeping import Sweeper
from emulator.logs import CallRecord
from emulator.outcomes import Outcome
from emulator.outside import turns
from emulator.outside.events import Event
from emulator.outside.turns import Waits
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire import decode, targets
from emulator.wire.model import Operation
from keys.entropy import UUIDs
from storage.failures import DatabaseUnusable
from storage.store import Store
from storage.unit import Unit
from storage.violations import ReadsOnly

log = logging.getLogger("cognito_emulator")
R = TypeVar("R")

_CONSTRAINT_FAULTS: dict[str, type[Fault]] = {
    "cognito-idp": faults.InvalidParameterException,
    "cognito-identity": faults.ValidationException,
    "sts": faults.ValidationError,
}
"""Service → the fault for a request that breaks a constraint of the service model."""


class Dispatcher:
    """Runs all calls, with the settings, world and store that they share."""

    def __init__(self, settings: Settings, world: World, store: Store) -> None:
        self.settings = settings
        self.world = world
        self.store = store
        self._noted: set[tuple[str, str]] = set()
        self.sweeper = Sweeper(store, world, settings)
        self.rotator = Rotator(store, world, settings)
        self.request_ids = UUIDs(world.entropy)

    def run(
        self,
        operation: Operation,
        read: Callable[[], Mapping[str, Any]],
        write: Callable[[registry.Output], bytes],
        origin: RequestOrigin,
    ) -> Outcome:
        """Run one call of `operation`, and return how it ended. `finish` is to be called with that.

        `read` decodes its request, `write` encodes its answer. An unexpected exception becomes InternalErrorException,
        with its traceback in the log. Raises Dropped where a test wants no answer, and nothing else; in the event loop
        also Waits, with nothing done.
        """
        began = time.perf_counter()
        outcome = Outcome(operation)
        try:
            outcome.body = write(self._answer(outcome, read, origin))
        except Waits:
            raise
        except Fault as fault:
            outcome.fault = fault
        except DatabaseUnusable as error:
            outcome.fault = faults.InternalErrorException(f"The emulator's database cannot be used: {error}.")
        except Exception:
            log.exception("%s failed: a mistake of the emulator, please report it", operation.name)
            outcome.fault = faults.InternalErrorException("The emulator failed; its log says how.")
        outcome.milliseconds = 1000 * (time.perf_counter() - began)
        if isinstance(outcome.fault, ConnectionDropped):
            self.finish(outcome)
            raise Dropped
        return outcome

    def finish(self, outcome: Outcome) -> None:
        """Log a call that has ended, except for what the console reads, and start background work that is due.

        That is the deletion of expired rows, and the rotation of published secrets. The server calls this once the
        answer of a short call is sent: nothing else comes between, and the caller does not wait for the log.
        """
        if outcome.noted or (outcome.fault and outcome.fault.status == 500):
            self._note(outcome.operation.name, outcome.fault, outcome.about, outcome.milliseconds)
        self._look_for_work()

    def _look_for_work(self) -> None:
        now = self.world.clock.now()
        self.sweeper.look(now)
        self.rotator.look(now)

    def refuse(self, asked: str, fault: Fault) -> Fault:
        """Log a request that is refused before it reaches an operation, and return the fault.

        `asked` is the operation or target that the request names; the log has its beginning.
        """
        self._note(asked[:_LONGEST_NAME] or "-", fault, {}, 0.0)
        return fault

    def refuse_unknown(self, target: str) -> Fault:
        """Log a call whose `X-Amz-Target` names no operation of the stored service models, and return the fault.

        A name that may be an operation of newer models gives NotBuilt (501); any other UnknownOperationException, as
        in AWS.
        """
        name = targets.newer_operation(target)
        if name:
            return self.refuse(
                name, faults.NotBuilt(name, "the operation is unknown here, or newer than this emulator")
            )
        return self.refuse(target, faults.UnknownOperationException(None, "there is no such operation"))

    def note_unknown_members(self, operation: Operation, paths: list[str]) -> None:
        """Log a warning of members that the stored model lacks, once for each member, up to a limit."""
        for path in paths:
            noted = (operation.name, path)
            if noted not in self._noted and len(self._noted) < _MOST_NOTED:
                self._noted.add(noted)
                log.warning("%s: %s is newer than this emulator: ignored", operation.name, path)

    def work(
        self,
        writes: bool,
        origin: RequestOrigin,
        function: Callable[[Context], Any],
        operation_name: str = "",
        configures: bool = True,
    ) -> Any:
        """Run `function` in a unit of work, for requests that call no operation: key sets, pages, reset.

        Returns its result, and raises what it raises. `writes` says whether it writes to the database. `operation_name`
        is the pseudo-operation under which the table of triggers has what `function` calls. `configures` is that of
        `Store.unit`.
        """
        begin = partial(Context, world=self.world, settings=self.settings, origin=origin, operation_name=operation_name)
        return work.run(self.store, writes, begin, function, configures=configures)

    def serve(
        self,
        asked: str,
        writes: bool,
        origin: RequestOrigin,
        function: Callable[[Context], Any],
        configures: bool = False,
    ) -> Any:
        """Run `function` as `work` does, for an OAuth endpoint or a page, and log the request as a call.

        `asked` names the endpoint, such as `POST /oauth2/token`, and is the pseudo-operation for the table of triggers.
        Raises what `function` raises, InternalErrorException for what it should not, and Dropped where a test wants so.
        """
        began, about = time.perf_counter(), dict[str, str | None]()
        refusal: Fault | None = None
        path = asked.partition(" ")[2]

        def attempt(looks: bool) -> Any:
            def noted(context: Context) -> Any:
                try:
                    if looks and self.world.orders.faults:
                        injected_faults.look(context, path)
                    return function(context)
                finally:
                    about.update(context.about, user=context.username, remark=context.remark)

            return self.work(writes, origin, noted, asked, configures)

        try:
            return self._faced(path, attempt, about)
        except Fault as fault:
            refusal = fault
            if isinstance(fault, ConnectionDropped):
                raise Dropped from None
            raise
        except DatabaseUnusable as error:
            refusal = faults.InternalErrorException(f"The emulator's database cannot be used: {error}.")
            raise refusal from None
        except Exception:
            log.exception("%s failed: a mistake of the emulator, please report it", asked)
            refusal = faults.InternalErrorException("The emulator failed; its log says how.")
            raise refusal from None
        finally:
            self._note(asked, refusal, about, 1000 * (time.perf_counter() - began))
            self._look_for_work()

    def _answer(
        self, outcome: Outcome, read: Callable[[], Mapping[str, Any]], origin: RequestOrigin
    ) -> registry.Output:
        operation = outcome.operation
        if self.settings.strict_signatures and operation.signed and not origin.is_console:
            signatures.check(operation, origin.request, self.store.vault.credential_key, self.world.clock.now())
        request = _readable(operation.service, read)
        registered = registry.find(operation.service, operation.name)
        if registered is None:
            raise faults.NotBuilt(operation.name)
        outcome.about = outcomes.named(request)

        def begin(unit: Unit) -> Call[Any]:
            return Call(operation, request, unit, self.world, self.settings, origin)

        writes, name = not registered.reads(request), injected_faults.of_operation(operation.service, operation.name)
        reads_first = writes and registered.reads_first(request)
        outcome.noted = writes or not origin.is_console

        def attempt(looks: bool) -> registry.Output:
            def function(call: Call[Any]) -> registry.Output:
                try:
                    if looks and self.world.orders.faults:
                        injected_faults.look(call, name)
                    if self.world.rates and operation.service == "cognito-idp" and not origin.is_console:
                        request_rates.check(call, operation.name, call.acting_region)
                    return registered.function(call)
                finally:
                    outcome.about.update(outcomes.resolved(call))

            if reads_first:
                with suppress(ReadsOnly):
                    return work.run(self.store, False, begin, function, configures=registered.configures)
            if writes:
                turns.leave_event_loop()
            return work.run(self.store, writes, begin, function, configures=registered.configures)

        return attempt(False) if origin.is_console else self._faced(name, attempt, outcome.about)

    def _faced(self, name: str, attempt: Callable[[bool], R], about: dict[str, str | None]) -> R:
        """`attempt(True)`, which looks for injected faults of that name; if one waits, meet it and `attempt(False)`.

        `about` gets a remark if the fault was only a delay. Raises the fault, and what `attempt` raises.
        """
        try:
            return attempt(True)
        except Waits:
            delayed = self.meet_fault(name)
        answer = attempt(False)
        about["remark"] = about.get("remark") or delayed
        return answer

    def meet_fault(self, *names: str) -> str | None:
        """Have a call meet the fault that waits under one of these names, as `injected_faults.take`."""
        return injected_faults.take(self.store, self.world, self.settings, *names)

    def _note(self, asked: str, fault: Fault | None, about: Mapping[str, str | None], milliseconds: float) -> None:
        event = Event(
            time=self.world.clock.now(),
            operation=asked,
            pool=about.get("pool"),
            client=about.get("client"),
            user=about.get("user"),
            outcome=fault.code if fault else "ok",
            reason=(fault.reason or fault.message) if fault else about.get("remark"),
        )
        self.world.events.note(event)
        level = logging.ERROR if fault and fault.status == 500 else logging.INFO
        if log.isEnabledFor(level):
            log.handle(CallRecord(log.name, level, event, milliseconds))


_LONGEST_NAME = 100
_MOST_NOTED = 1_000
"""The largest number of warnings about unknown members while the server runs."""
_VALUE = re.compile(r"\AValue .*(?= at '[^']*' failed to satisfy constraint: )", re.DOTALL)


def _readable(service: str, read: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The request, decoded and validated. Raises the service's fault for a malformed or invalid one."""
    try:
        return read()
    except decode.Unreadable as error:
        raise (faults.MalformedInput if service == "sts" else faults.SerializationException)(error.message) from None
    except decode.Invalid as error:
        raise _CONSTRAINT_FAULTS[service](str(error), _without_values(error)) from None


def _without_values(error: decode.Invalid) -> str:
    """The broken constraints, for the log, without the values, since any of them may be a code or token."""
    return str(decode.Invalid([_VALUE.sub("Value", violation) for violation in error.violations]))
