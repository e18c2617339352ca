"""What the rules work in: a unit of work, the world, the settings, the moment, and where the caller asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.faults import Fault
from emulator.outside.mailbox import Message, Words
from emulator.outside.world import World
from emulator.settings import Settings
from keys.signing import SigningKey
from keys.vault import Vault
from storage.records.pools import Client
from storage.store import Unit


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and how the caller asked: the server's base URL as they know it, the region, the key they signed with."""

    base_url: str = "http://localhost:26464"
    region: str | None = None
    access_key: str | None = None
    session_token: str | None = None
    signed: bool = False
    ip: str | None = None
    user_agent: str | None = None


class Context:
    """The surroundings of one unit of work. `afterwards` runs, in order, once the unit has committed."""

    def __init__(self, unit: Unit, world: World, settings: Settings, origin: Origin, asked: str = "") -> None:
        self.unit = unit
        self.world = world
        self.settings = settings
        self.origin = origin
        self.asked = asked
        """The operation that was asked for, or what else the table of triggers knows; empty for what calls none."""
        self.now = world.clock.now()
        self.username: str | None = None
        """Whom the rules found this to be about, for the log; never what somebody typed."""
        self.afterwards: list[Callable[[], None]] = []
        self.refused: Callable[[Fault], None] | None = None
        """What is noted, and kept, of a refusal."""
        self.told: Mapping[str, Any] = {}
        """UserContextData or ContextData, where the call has one."""
        self.sends_for: tuple[Client | None, Mapping[str, str] | None] = (None, None)
        """The client whose call sends messages, None for an administrator's, and the ClientMetadata of that call."""
        self.signing_keys: dict[str, dict[str, SigningKey]] = {}
        """The signing keys that were looked up so far, by pool and use. A pool never gets others."""
        self.words: dict[tuple[str, str, str], Words] = {}
        """What CustomMessage has said so far, by source, username and address."""

    @property
    def vault(self) -> Vault:
        """Seals what must be read back."""
        return self.unit.store.vault

    @property
    def region(self) -> str:
        """The region that the caller signed for, else the one from the settings."""
        return self.origin.region or self.settings.region

    def issuer(self, pool_id: str) -> str:
        """The `iss` of the pool's tokens, as its discovery document says it to this caller."""
        if self.settings.issuer == "request":
            return f"{self.origin.base_url}/{pool_id}"
        if self.settings.issuer == "aws":
            return f"https://cognito-idp.{pool_id.partition('_')[0]}.amazonaws.com/{pool_id}"
        return f"{self.settings.issuer}/{pool_id}"

    def send(self, message: Message) -> None:
        """Send a message once the unit has committed."""
        self.afterwards.append(lambda: self.world.mailbox.deliver(message))
