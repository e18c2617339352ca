"""One call to an operation: its request, and the pool, client and user that the request names.

`call.pool`, `call.client` and `call.user` are looked up and checked at their first use, and raise AWS's faults, so that
no operation can forget a shared check. They are read again after the unit has released its connection, and the user
also after the unit has written to users. A fault may come from any of these reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar, cast, overload

from msgspec import Struct
from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context, RequestOrigin
from emulator.domain.access import bearers, client_secrets
from emulator.domain.access.bearers import Bearer
from emulator.domain.accounts import accounts
from emulator.domain.accounts.principals import Principal
from emulator.domain.pools import replicas
from emulator.domain.recovery import pauses
from emulator.faults import (
    Fault,
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotFoundException,
)
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire.model import Operation
from storage.paging import ForgedToken, Page
from storage.records.pools import Client, Pool
from storage.records.users import User
from storage.unit import Unit

Request = TypeVar("Request", bound=Mapping[str, object])
V = TypeVar("V")

_CONTEXT_DATA = ("UserContextData", "ContextData")


class Found(Struct, frozen=True):
    """A cached value, with the unit's `generation` and the count of its writes to users when the value was read."""

    value: Any
    generation: int
    user_writes: int


class _Lazy(Generic[V]):
    """A property that is looked up at its first use, and again once the unit has released its connection.

    With `renew`, a cached value that holds a user is also brought up to date once this unit has written to users.
    """

    def __init__(self, find: Callable[[Any], V], renew: Callable[[Any, V], V] | None = None) -> None:
        self._find = find
        self._renew = renew
        self.__doc__ = find.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, call: None, owner: type) -> _Lazy[V]: ...

    @overload
    def __get__(self, call: Call[Any], owner: type) -> V: ...

    def __get__(self, call: Call[Any] | None, owner: type) -> Any:
        if call is None:
            return self
        unit, found = call.unit, call.found.get(self._name)
        if found is None or found.generation != unit.generation:
            generation, writes = unit.generation, unit.users.write_count if self._renew else 0
            found = call.found[self._name] = Found(self._find(call), generation, writes)
        elif self._renew and found.user_writes != unit.users.write_count:
            writes = unit.users.write_count
            found = call.found[self._name] = Found(self._renew(call, found.value), found.generation, writes)
        return found.value


def _renewed_by(renew: Callable[[Any, V], V]) -> Callable[[Callable[[Any], V]], _Lazy[V]]:
    """Decorate a lazy property whose value `renew` brings up to date after a write to users."""
    return lambda find: _Lazy(find, renew)


def _renewed_bearer(call: Call[Any], bearer: Bearer) -> Bearer:
    """The same bearer with the user as written. Raises UserNotFoundException once the user is deleted."""
    user = call.unit.users.get(bearer.user.id)
    if user is None:
        raise refusals.unknown_user()
    return replace(bearer, user=user)


def _renewed_user(call: Call[Any], user: User | None) -> User | None:
    """The same user as written, by `id`, since the alias that the request names may have been changed."""
    return call.unit.users.get(user.id) if user else accounts.find(call.unit, call.pool, call.given("Username"))


class Call(Context, Generic[Request]):
    """One call. `request` has been validated against the service model."""

    def __init__(
        self,
        operation: Operation,
        request: Request,
        unit: Unit,
        world: World,
        settings: Settings,
        origin: RequestOrigin,
    ) -> None:
        context_data = {name: request[name] for name in _CONTEXT_DATA if name in request}
        super().__init__(unit, world, settings, origin, operation.name, context_data)
        self.operation = operation
        self.request = request
        self.pins: Mapping[str, str] = {}
        """Ids and values that a seed file chooses for what the operation creates, by the member of its answer."""
        self.found: dict[str, Found] = {}
        """Cache of the lazy properties that were read so far, by name."""

    @property
    def is_current(self) -> Literal[True]:
        """A call is a CurrentApp."""
        return True

    def given(self, member: str) -> Any:
        """A member of the request; None if it was left out."""
        return cast("Mapping[str, Any]", self.request).get(member)

    @_Lazy
    def pool(self: Call[Any]) -> Pool:
        """The user pool of the request's UserPoolId, ClientId or AccessToken, as the caller's region sees it.

        Raises ResourceNotFoundException, what `replicas.at` raises in a replica's region, or what `bearer` raises.
        """
        pool_id = self.given("UserPoolId")
        if pool_id is None:
            return self.client_pool if self.given("ClientId") else self.bearer.pool
        pool = self.unit.pools.get(pool_id)
        if pool is None:
            raise refusals.unknown_pool(pool_id)
        return self._unpaused(replicas.at(self, pool, self.operation))

    @_Lazy
    def named_client(self: Call[Any]) -> Client:
        """The app client of the request's ClientId, without a check of its secret. Raises ResourceNotFoundException."""
        client_id = self.given("ClientId")
        pool = self.pool if self.given("UserPoolId") else None
        if pool is None:
            self.unit.pools.read_ahead_of_client(client_id)
        self.unit.clients.read_ahead_secrets(client_id)
        client = self.unit.clients.get(client_id)
        reason = replicas.reason_out_of_region(self, client.pool_id) if client else None
        if client is None or reason or (pool and client.pool_id != pool.id):
            raise refusals.unknown_client(client_id, reason)
        return client

    @_Lazy
    def client(self: Call[Any]) -> Client:
        """The app client of the request's ClientId, with its SecretHash checked, or of the access token.

        Raises ResourceNotFoundException for an unknown client, NotAuthorizedException for a wrong SecretHash, or what
        `bearer` raises.
        """
        if self.given("ClientId") is None:
            return self.bearer.client
        if "SecretHash" in self.operation.input.members:
            client_secrets.check(self, self.named_client, self.given("Username"), self.given("SecretHash"))
        return self.named_client

    @property
    def client_pool(self) -> Pool:
        """The pool of the request's ClientId. Raises ResourceNotFoundException."""
        pool = self.unit.pools.get(self.named_client.pool_id)
        if pool is None:
            raise refusals.unknown_pool(self.named_client.pool_id)
        return self._unpaused(pool)

    @property
    def acting_region(self) -> str:
        """The region of the pool that the request names, else the caller's region. Never raises a Fault."""
        try:
            names = any(self.given(member) for member in ("UserPoolId", "ClientId", "AccessToken"))
            return self.pool.region if names else self.region
        except Fault:
            return self.region

    @_renewed_by(_renewed_bearer)
    def bearer(self: Call[Any]) -> Bearer:
        """The user, client and claims of the verified access token. Raises what `bearers.verify` raises.

        Of these faults, those that the operation does not declare become NotAuthorizedException.
        """
        try:
            bearer = bearers.verify(self, self.given("AccessToken"))
        except (UserNotFoundException, PasswordResetRequiredException) as fault:
            # AWS unknown: the fault of operations such as GlobalSignOut, which declare neither UserNotFoundException
            # nor PasswordResetRequiredException, if the user was deleted or the password reset. Here it is
            # NotAuthorizedException with their messages.
            if fault.code in self.operation.errors:
                raise
            raise NotAuthorizedException(fault.message) from None
        self._unpaused(bearer.pool)
        return bearer

    @_renewed_by(_renewed_user)
    def claimed_user(self: Call[Any]) -> User | None:
        """The user of the request's Username (a username, `sub` or alias); None if there is none. Raises as `pool`."""
        return accounts.find(self.unit, self.pool, self.given("Username"))

    @property
    def user(self) -> User:
        """The user of the request's Username, or else of the access token.

        Raises UserNotFoundException for an unknown username, or what `bearer` raises.
        """
        if self.given("Username") is None:
            return self.bearer.user
        user = self.claimed_user
        if user is None:
            raise refusals.unknown_user()
        return user

    @property
    def principal(self) -> Principal:
        """The user and the pool as they are now, with the client of the access token; an administrator has no client.

        Raises what `pool` and `user` raise.
        """
        client = None if self.given("AccessToken") is None else self.bearer.client
        return Principal(self.pool, self.user, client)

    def _unpaused(self, pool: Pool) -> Pool:
        """The pool, unless a point-in-time recovery is open and the operation is refused until it ends."""
        pauses.check_operation(self, pool, self.operation.name)
        return pool

    def page(self, read: Callable[[int, str | None], Page[V]], limit: str, token: str, most: int = 60) -> Page[V]:
        """The page that `read` returns for the request's limit and pagination token.

        `limit` and `token` are the names of these members of the request; a limit that is absent or 0 means `most`.
        Raises InvalidParameterException for a forged token.
        """
        # Unlike AWS: pagination tokens of ListUsers and the other lists do not expire. AWS's expire after an hour.
        try:
            return read(self.given(limit) or most, self.given(token))
        except ForgedToken:
            raise refusals.invalid_page_token() from None
