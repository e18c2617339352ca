"""Developer-authenticated identities: users whom a backend vouches for under the developer provider's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator.context import Context
from emulator.domain.identities import identities, login_refusals
from emulator.domain.identities.proven import Proven
from emulator.faults import (
    DeveloperUserAlreadyRegisteredException,
    InvalidParameterException,
    NotAuthorizedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from storage.records.identities import Identity, IdentityPool, Login

_LONGEST_USER = 1024
_MOST_BYTES = 2048


def check_name(pool: IdentityPool, name: str) -> None:
    """Raise NotAuthorizedException unless that is the name of the pool's developer provider."""
    if name != pool.settings.get("DeveloperProviderName"):
        # AWS unknown: the exception of the developer operations for another developer provider's name. The message is
        # known.
        raise NotAuthorizedException("This identity pool does not support the specified developer provider")


def split(pool: IdentityPool, logins: Mapping[str, str]) -> tuple[Proven, dict[str, str]]:
    """The developer user in the logins of GetOpenIdTokenForDeveloperIdentity, and the other logins.

    Raises NotAuthorizedException if there is none, InvalidParameterException if its identifier is too long.
    """
    name = pool.settings.get("DeveloperProviderName")
    if name is None or name not in logins:
        check_name(pool, "")
    user = logins[str(name)]
    if len(user) > _LONGEST_USER:
        # AWS unknown: the message of GetOpenIdTokenForDeveloperIdentity for a user identifier that is too long.
        raise InvalidParameterException(f"A developer user identifier has at most {_LONGEST_USER} characters.")
    if len(user.encode()) > _MOST_BYTES:
        # Unlike AWS: GetOpenIdTokenForDeveloperIdentity takes no user identifier of more than 2048 bytes in UTF-8, for
        # which PostgreSQL's indexes have no room.
        raise InvalidParameterException(f"A developer user identifier has at most {_MOST_BYTES} bytes in UTF-8.")
    others = {key: token for key, token in logins.items() if key != name}
    return Proven(str(name), pool.id, user, {}, "developer"), others


def of_logins(context: Context, pool: IdentityPool, identity: Identity | None, proven: Sequence[Proven]) -> Identity:
    """The identity of a developer user, the first of `proven`, who is linked to it where that is not so yet.

    With `identity`, that one, or the one that it is merged into. Raises DeveloperUserAlreadyRegisteredException if the
    user has another identity, NotAuthorizedException if nothing proves that the identity is the user's, and
    ResourceConflictException as `identities.of_logins`.
    """
    if identity is None:
        return identities.of_logins(context, pool, proven)
    user = proven[0]
    known = context.unit.identities.login(pool.id, user.provider, user.subject)
    if known and known.identity_id != identity.id:
        # AWS unknown: the message of DeveloperUserAlreadyRegisteredException.
        raise DeveloperUserAlreadyRegisteredException("The developer user is registered with another identity.")
    return identities.entitled(context, pool, identity, proven)


def named(context: Context, pool: IdentityPool, user: str) -> Login:
    """The login of a developer user. Raises ResourceNotFoundException."""
    # AWS unknown: the message of ResourceNotFoundException in LookupDeveloperIdentity, MergeDeveloperIdentities and
    # UnlinkDeveloperIdentity for an unknown developer user.
    name = pool.settings.get("DeveloperProviderName", "")
    found = context.unit.identities.login(pool.id, name, user)
    if found is None:
        raise ResourceNotFoundException(f"Developer user '{user}' not found.")
    return found


def users_of(context: Context, pool: IdentityPool, identity: Identity) -> list[str]:
    """The identifiers of an identity's developer users, sorted."""
    name = pool.settings.get("DeveloperProviderName")
    return sorted(login.subject for login in context.unit.identities.logins(identity) if login.provider == name)


def merge(context: Context, pool: IdentityPool, source: str, destination: str) -> Identity:
    """Merge the identity of one developer user into that of another, and return the latter.

    Raises ResourceNotFoundException for an unknown user, ResourceConflictException if they are users of one public
    provider, or have too many logins together.
    """
    # AWS unknown: what MergeDeveloperIdentities does with two users of one identity. Here nothing, and it returns that
    # identity.
    loser = identities.named(context, named(context, pool, source).identity_id)
    winner = identities.named(context, named(context, pool, destination).identity_id)
    if loser.id != winner.id:
        identities.merge(context, pool, winner, loser)
    return winner


def unlink(context: Context, pool: IdentityPool, identity: Identity, user: str) -> None:
    """Detach a developer user from an identity.

    Raises ResourceNotFoundException for an unknown user, ResourceConflictException if it is linked to another identity.
    """
    # AWS unknown: the error of UnlinkDeveloperIdentity for a developer user of another identity.
    login = named(context, pool, user)
    if login.identity_id != identity.id:
        raise mismatch()
    identities.detach(context, identity, [login])


def mismatch() -> ResourceConflictException:
    """For a developer user and an identity that do not belong together."""
    # AWS unknown: the message of ResourceConflictException in LookupDeveloperIdentity where the two do not match.
    return ResourceConflictException("The developer user is not linked to this identity.")


def of_pool(context: Context, pool: IdentityPool, identity_id: str) -> Identity:
    """An identity of the pool. Raises ResourceNotFoundException for one of another pool, as for an unknown one."""
    identity = identities.named(context, identity_id)
    if identity.pool_id != pool.id:
        raise ResourceNotFoundException(f"Identity '{identity_id}' not found.", "it is in another identity pool")
    return identity


def check_enabled(identity: Identity) -> None:
    """Raise NotAuthorizedException for an identity that is disabled."""
    if not identity.enabled:
        raise login_refusals.forbidden(identity.id)
