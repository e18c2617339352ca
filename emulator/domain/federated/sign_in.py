"""A sign-in at an identity provider, once the provider's answer is verified: whose it is, and what it changes."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import levels
from emulator.domain.federated import arrivals, federation_triggers, profiles
from emulator.domain.federated.arrivals import Arrival
from emulator.domain.federated.identity import Identity
from emulator.domain.pools.apps import CurrentApp
from emulator.domain.providers import linked_identities
from emulator.domain.providers.linked_identities import Owner
from emulator.domain.recovery import pauses
from emulator.domain.registration import sign_up_triggers
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.triggers import trigger_table
from emulator.faults import InvalidParameterException
from storage.records.providers import IdentityProvider
from storage.records.users import User


class FederatedUser(Struct, frozen=True):
    """The user who has signed in, as stored now, and `Acr` and `Amr` of the sign-in for the session and the tokens."""

    user: User
    details: dict[str, Any]


def sign_in(context: Context, app: CurrentApp, provider: IdentityProvider, identity: Identity) -> FederatedUser:
    """Sign in the user of a verified identity: the one it is linked to, or the pool's own, who is created if new.

    Must be called before the unit has written. Triggers release the connection, and those that come after the fact
    follow a commit. Raises NotAuthorizedException for a disabled user, InvalidParameterException and
    AliasExistsException for attributes that the pool refuses, UsernameExistsException, and the exceptions of triggers,
    all with messages for the application's callback.
    """
    # AWS unknown: whether AdminListUserAuthEvents lists sign-ins at identity providers. Here threat protection neither
    # records nor judges them.
    # AWS unknown: whether a federated sign-in is refused where AdminCreateUserConfig allows only administrators to
    # create users, or where a linked user is UNCONFIRMED or in RESET_REQUIRED. Here it is not.
    context.operation_name = trigger_table.IDP_RESPONSE
    arrival = arrivals.arrival(app, provider, identity)
    claims = federation_triggers.claims(context, arrival, identity)
    arrival = arrival.with_claims(claims).current(context)
    found = arrival.owner(context)
    try:
        user = _later(context, arrival, found) if found else _first(context, arrival)
    except InvalidParameterException as fault:
        # Messages about attributes end in a newline, which has no place in a callback.
        raise InvalidParameterException((fault.message or "").strip(), fault.reason) from None
    context.username = user.username
    return FederatedUser(user, levels.federated(app.pool, arrival.provider.settings, identity.claims))


def _first(context: Context, arrival: Arrival) -> User:
    """Create the pool's user for an identity that belongs to nobody."""
    app = arrival.app
    pauses.check_new_user(context, app.pool)
    user = profiles.new(context, arrival)
    federation_triggers.before_sign_up(context, Principal(app.pool, user, app.client))
    arrival = arrival.current(context)
    if arrival.owner(context):
        raise InvalidParameterException(profiles.taken(user), "the identity was linked, or signed in, meanwhile")
    user = profiles.add(context, arrival, user)
    sign_up_triggers.after_confirmation(context, Principal(app.pool, user, app.client), None)
    return sign_in_triggers.read_again(context, user)


def _later(context: Context, arrival: Arrival, found: Owner) -> User:
    """Sign in the user to whom an identity belongs, and refresh the mapped attributes."""
    # AWS unknown: whether PreAuthentication is called for a disabled user who comes from an identity provider; here it
    # is not.
    app, user = arrival.app, found.user
    context.username = user.username
    refusals.check_enabled(user)
    federation_triggers.before_sign_in(context, Principal(app.pool, user, app.client))
    arrival = arrival.current(context)
    again = arrival.owner(context)
    if again is None or again.user.id != user.id:
        raise refusals.disabled_user("the identity was unlinked while a trigger ran")
    refusals.check_enabled(again.user)
    linked_identities.bind(context, app.pool, again, arrival.subject)
    user = profiles.refresh(context, arrival, sign_in_triggers.read_again(context, user))
    return federation_triggers.after_sign_in(context, Principal(app.pool, user, app.client))
