"""The triggers around a sign-in at an identity provider (AWS: "Lambda triggers", the flows of federated users).

The first sign-in calls InboundFederation, PreSignUp and PostConfirmation; later ones call InboundFederation,
PreAuthentication and PostAuthentication. PreTokenGeneration follows when the tokens are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.federated.arrivals import Arrival
from emulator.domain.federated.identity import Identity
from emulator.domain.pools import client_settings
from emulator.domain.registration import sign_up_triggers
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.triggers import trigger_table, triggers
from emulator.domain.triggers.triggers import Invocation
from emulator.faults import InvalidLambdaResponseException
from storage.records.users import User

_INBOUND, _BEFORE, _AFTER = "InboundFederation", "PreAuthentication", "PostAuthentication"
_NO_ALIASES = {"cognito:email_alias": "", "cognito:phone_number_alias": ""}


def claims(context: Context, arrival: Arrival, identity: Identity) -> Mapping[str, Any]:
    """The claims as InboundFederation wants them; those of the provider if it is not configured or returns none.

    Releases the connection. Raises what `triggers.call` raises, and InvalidLambdaResponseException for claims that are
    no object.
    """
    # AWS unknown: `userName` in the event of InboundFederation; here it is the username that the identity has or would
    # get. AWS unknown: whether InboundFederation can change who the user is, by leaving out or changing the claim that
    # is mapped to `username`. Here the verified subject stays.
    app, provider = arrival.app, arrival.provider
    if triggers.function(app.pool, _INBOUND) is None:
        return arrival.claims
    row = trigger_table.row(context.operation_name, _INBOUND)
    request = {
        "providerName": provider.name,
        "providerType": provider.settings["ProviderType"],
        "attributes": dict(identity.responses),
    }
    response: dict[str, Any] = {"userAttributesToMap": {}}
    invocation = Invocation(
        row, app.pool, app.client, None, arrival.username, request, response, tells_attributes=False
    )
    wanted = triggers.call(context, invocation).get("userAttributesToMap")
    if wanted is not None and not isinstance(wanted, dict):
        raise InvalidLambdaResponseException(triggers.UNRECOGNIZABLE, "userAttributesToMap is no object")
    return wanted or arrival.claims


def before_sign_up(context: Context, principal: Principal) -> None:
    """Call PreSignUp, where it is configured, for a user who is not stored yet: its response changes nothing.

    Releases the connection. Raises what `triggers.call` raises.
    """
    told = replace(principal.user, attributes={**_NO_ALIASES, **principal.user.attributes})
    sign_up_triggers.before_creation(context, principal.with_user(told), None, None)


def before_sign_in(context: Context, principal: Principal) -> None:
    """Call PreAuthentication, where it is configured. Releases the connection. Raises what `triggers.call` raises."""
    if triggers.function(principal.pool, _BEFORE) is None:
        return
    row = trigger_table.row(context.operation_name, _BEFORE)
    hides = client_settings.protects_existence(principal.app_client.settings)
    request = {**row.passed_on(None), **({"userNotFound": False} if hides else {})}
    triggers.call(context, Invocation.of(row, principal, request))


def after_sign_in(context: Context, principal: Principal) -> User:
    """Commit, and call PostAuthentication, where it is configured; return the user as read afterwards.

    Raises UnexpectedLambdaException before the commit if nothing runs the function; after it what `triggers.call`
    raises, and NotAuthorizedException if the user was disabled or deleted.
    """
    if triggers.function(principal.pool, _AFTER) is None:
        return principal.user
    triggers.require_runner(context, principal.pool, _AFTER)
    triggers.commit_before_trigger(context)
    principal = principal.with_user(sign_in_triggers.read_again(context, principal.user))
    row = trigger_table.row(context.operation_name, _AFTER)
    triggers.call(context, Invocation.of(row, principal, {"newDeviceUsed": False, **row.passed_on(None)}))
    return sign_in_triggers.read_again(context, principal.user)
