"""The ports that a call may use, beside its arguments and the store."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from emulator.outside import turns
from emulator.outside.background import Background, Threads
from emulator.outside.claims import Claims, OwnClaims
from emulator.outside.clock import MovableClock
from emulator.outside.events import Events
from emulator.outside.exports import Export
from emulator.outside.http import Http, HttpClient
from emulator.outside.iam import Iam, ListedIam
from emulator.outside.key_reserve import BackgroundReserve, KeyReserve
from emulator.outside.key_sets import KeySets
from emulator.outside.lambdas import Lambdas, NoLambdas
from emulator.outside.loopback import Loopback
from emulator.outside.mailbox import Mailbox
from emulator.outside.orders import Orders
from emulator.outside.rates import Rates
from emulator.outside.sealing import NoSealer, Sealer
from emulator.outside.secrets_manager import NoSecretsManager, SecretsManager
from emulator.outside.server_settings import ServerSettings
from keys.entropy import Entropy, SystemEntropy
from keys.signing import KeyRing


class World(Struct, frozen=True):
    """The ports. Each default is the real form, or the form that does nothing where a setting is needed."""

    clock: MovableClock = field(default_factory=MovableClock)
    entropy: Entropy = field(default_factory=SystemEntropy)
    mailbox: Mailbox = field(default_factory=Mailbox)
    lambdas: Lambdas = field(default_factory=NoLambdas)
    sealer: Sealer = field(default_factory=NoSealer)
    secrets_manager: SecretsManager = field(default_factory=NoSecretsManager)
    claims: Claims = field(default_factory=OwnClaims)
    """What one thread, of one process, works on: import jobs, recoveries, secrets that are published, sweeping."""
    events: Events = field(default_factory=Events)
    rates: Rates = field(default_factory=Rates)
    orders: Orders = field(default_factory=Orders)
    """What tests have told the server to do at the next calls."""
    pause: Callable[[float], None] = turns.pause
    """Waits for some seconds of the real time."""
    iam: Iam = field(default_factory=ListedIam)
    """The roles and identity providers of IAM."""
    key_reserve: KeyReserve = field(default_factory=BackgroundReserve)
    background: Background = field(default_factory=Threads)
    key_ring: KeyRing = field(default_factory=KeyRing)
    key_sets: KeySets = field(default_factory=KeySets)
    http: Http = field(default_factory=HttpClient)
    loopback: Loopback = field(default_factory=Loopback)
    """Leads requests to this very server; `Context.http` asks it."""
    server_settings: ServerSettings = field(default_factory=ServerSettings)
    """Brings the functions and the roles of seeds from the database to `lambdas` and `iam`."""
    exports: Export | None = None
    """Takes the records of exported logs, by pool; None if the setting `log-delivery` is not set."""
