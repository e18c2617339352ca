"""What every rule is given: the unit of work, the world, the settings, the time of the call and its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from emulator.faults import Fault
from emulator.outside import turns
from emulator.outside.http import Http
from emulator.outside.mailbox import Message, Words
from emulator.outside.world import World
from emulator.settings import Settings
from keys.signed_requests import SignedRequest
from keys.signing import SigningKey
from keys.vault import Vault
from storage.unit import Unit

_SLOW_COST = 8
"""The cost of bcrypt from which on a hash takes longer than most calls: 17 ms."""


class RequestOrigin(Struct, frozen=True):
    """Where a request came from: the server's base URL as the caller sees it, the signature, the address.

    `region`, `access_key` and `session_token` are those of the SigV4 signature, which only `--strict-signatures` has
    verified; `signed` says that there was one. `is_console` says that a page of the console calls, which is neither
    signed nor held up by request rates and injected faults.
    """

    base_url: str = "http://localhost:26464"
    region: str | None = None
    access_key: str | None = None
    session_token: str | None = None
    signed: bool = False
    is_console: bool = False
    ip: str | None = None
    user_agent: str | None = None
    request: SignedRequest | None = None
    """The request as it was received, with `--strict-signatures`, which has signatures verified."""


class Held:
    """Contexts that end once a transaction has ended, after its commit or, with the exception, its rollback."""

    _stack: ExitStack | None = None

    @property
    def stack(self) -> ExitStack:
        """Where contexts are entered. It is made at its first use: most calls hold nothing."""
        if self._stack is None:
            self._stack = ExitStack()
        return self._stack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        return bool(self._stack and self._stack.__exit__(kind, error, traceback))


class Context:
    """One unit of work with everything that rules need beside it. An operation's `Call` is a Context."""

    held: Held
    """What ends with the transaction of the call, such as a claim."""

    def __init__(
        self,
        unit: Unit,
        world: World,
        settings: Settings,
        origin: RequestOrigin,
        operation_name: str = "",
        context_data: Mapping[str, Any] | None = None,
    ) -> None:
        self.unit = unit
        self.world = world
        self.settings = settings
        self.origin = origin
        self.operation_name = operation_name
        """The operation, or a pseudo-operation such as `GET /confirmUser`, under which triggers are looked up."""
        self.context_data: Mapping[str, Any] = context_data or {}
        """The request's members UserContextData and ContextData, where it has them."""
        self.now = world.clock.now()
        """The time of the call. It stays the same for as long as the call takes."""
        unit.now, unit.clock = self.now, world.clock.now  # where processes share the clock, the transaction has begun
        self.username: str | None = None
        """The resolved username, for logging. Never the unresolved input."""
        self.about: dict[str, str] = {}
        """The ids of the pool and the client that a request without an operation is about, for logging."""
        self.remark: str | None = None
        """What the log and the event say of a call that succeeds, in place of the reason of a refusal."""
        self.afterwards: list[Callable[[], None]] = []
        """Callbacks that run, in order, once the unit has committed. They are discarded if the call raises."""
        self.refusal_callback: Callable[[Fault], None] | None = None
        """Set by `on_refusal`."""
        self.message_metadata: Mapping[str, str] | None = None
        """ClientMetadata of a call that sends messages, for their custom senders. Set by `message_triggers` alone."""
        self.custom_messages: dict[tuple[str, str, str], Words] = {}
        """Cache of CustomMessage results within this call, by (triggerSource, username, address)."""
        self.signing_keys: dict[str, dict[str, SigningKey]] = {}
        """Cache of the pools' signing keys, by pool and use: read them by `signing_keys.ensure`."""

    @property
    def vault(self) -> Vault:
        """Encrypts what is stored and must be read back."""
        return self.unit.store.vault

    @property
    def http(self) -> Http:
        """Sends requests to other servers, and to this one by the URL at which the caller reached it."""
        return self.world.loopback.http(self.origin.base_url, self.world.http)

    @property
    def region(self) -> str:
        """The region in the request's signature, else the region of the settings."""
        return self.origin.region or self.settings.region

    def issuer(self, pool_id: str) -> str:
        """The `iss` of a pool's tokens, equal to `issuer` in the discovery document that this caller gets."""
        if self.settings.issuer == "request":
            return f"{self.origin.base_url}/{pool_id}"
        if self.settings.issuer == "aws":
            return f"https://cognito-idp.{pool_id.partition('_')[0]}.amazonaws.com/{pool_id}"
        return f"{self.settings.issuer}/{pool_id}"

    def on_refusal(self, callback: Callable[[Fault], None]) -> None:
        """Call `callback` if the call raises a Fault, in a transaction of its own after the call's commit or rollback.

        Threat protection records refused calls with it. A later callback replaces an earlier one.
        """
        self.refusal_callback = callback

    @contextmanager
    def hashing(self) -> Iterator[None]:
        """Release the database connection while passwords are hashed, and the thread's turn where a hash takes long.

        Raises RuntimeError if the unit has written.
        """
        with self.unit.released():
            if self.settings.bcrypt_cost < _SLOW_COST:
                yield
                return
            with turns.computing():
                yield

    def send(self, message: Message) -> None:
        """Store a message with what the unit writes, and deliver it once the unit has committed."""
        self.world.mailbox.keep(self.unit, message)
        self.afterwards.append(lambda: self.world.mailbox.deliver(message))
