"""The profiles of users from identity providers: created at the first sign-in, refreshed at every later one."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.accounts import accounts, attributes
from emulator.domain.accounts.principals import Principal
from emulator.domain.federated.arrivals import Arrival
from emulator.domain.providers import linked_identities, providers
from emulator.domain.registration import profile
from emulator.faults import InvalidParameterException
from keys import entropy
from storage.records.users import User
from storage.violations import UniqueViolation

STATUS = "EXTERNAL_PROVIDER"
"""UserStatus of a user whom the pool created for an identity, until an administrator sets a password."""

_IN_SAML = "Error in SAML response processing: Invalid user attributes: {name}: The attribute is required"


def new(context: Context, arrival: Arrival) -> User:
    """The user whom the pool would create for an identity, not stored yet, without the attribute `identities`.

    Raises InvalidParameterException for attributes that are required and missing, or that the schema refuses.
    """
    pool, given = arrival.app.pool, arrival.attributes
    schema = pool.settings["SchemaAttributes"]
    _check_required(arrival, schema, given)
    checked = attributes.check_new(schema, given, require_all=False)
    unverified = ["email", *(["phone_number"] if "phone_number" in checked else [])]
    return User(
        id=0,
        pool_id=pool.id,
        username=arrival.username,
        sub=entropy.sub(context.world.entropy),
        status=STATUS,
        enabled=True,
        password=None,
        password_set=None,
        attributes={**{f"{kind}_verified": "false" for kind in unverified}, **checked},
        settings={},
        created=context.now,
        modified=context.now,
    )


def add(context: Context, arrival: Arrival, user: User) -> User:
    """Store a new user with the identity as the primary one, in the group of the provider; return the user as stored.

    Raises UsernameExistsException or InvalidParameterException if the username is taken or the identity linked.
    """
    # AWS unknown: whether the first sign-in creates the provider's group again if it was deleted; here it does not.
    pool, provider = arrival.app.pool, arrival.provider
    link = linked_identities.primary(context, provider, arrival.subject, user)
    shown = {**user.attributes, linked_identities.ATTRIBUTE: linked_identities.shown([link])}
    principal = Principal(pool, replace(user, attributes=shown), arrival.app.client)
    user = accounts.add(context, principal, taken(user))
    try:
        context.unit.links.add(linked_identities.primary(context, provider, arrival.subject, user))
    except UniqueViolation:
        raise InvalidParameterException(taken(user), "another call linked the identity") from None
    group = context.unit.groups.named(pool.id, providers.group_name(pool, provider.name))
    if group:
        context.unit.groups.add_member(group, user)
    return user


def taken(user: User) -> str:
    """The message where the identity or the username of a new user belongs to another user already.

    That is so after PreSignUp has linked the identity, and for a NameID that differs in case from a known one.
    """
    return f"Already found an entry for username {user.username}"


def refresh(context: Context, arrival: Arrival, user: User) -> User:
    """Overwrite the mapped attributes of a user with the present claims; return the user as stored.

    Attributes without a claim stay, blank claims remove theirs. Nothing is written if nothing changes. Raises
    InvalidParameterException for attributes that are immutable or that the schema refuses, and AliasExistsException
    for the address of another user.
    """
    # AWS unknown: whether a federated sign-in removes an attribute whose claim is blank. Here it does.
    pool, given = arrival.app.pool, arrival.attributes
    schema = pool.settings["SchemaAttributes"]
    for entry in schema:
        if entry["Name"] in given and not entry["Mutable"]:
            raise InvalidParameterException(f"user.{entry['Name']}: Attribute cannot be updated.")
    after = _verified(given, attributes.check_change(schema, user.attributes, given))
    if after == user.attributes:
        return user
    user = accounts.change(context, Principal(pool, user, arrival.app.client), after)
    profile.void_codes(context, user, given)
    return user


def _verified(given: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Attributes after a refresh: an address that a claim gives is not verified, unless a claim says so too.

    So it is even if the address is the one that the user has verified (observed on AWS).
    """
    result = dict(after)
    for kind in profile.ADDRESSES:
        if kind in given and kind not in after:
            result.pop(f"{kind}_verified", None)
        elif kind in given and f"{kind}_verified" not in given:
            result[f"{kind}_verified"] = "false"
    return result


def _check_required(arrival: Arrival, schema: attributes.Schema, given: Mapping[str, str]) -> None:
    names = [entry["Name"] for entry in schema if entry["Required"] and entry["Name"] != "sub"]
    missing = [name for name in names if not given.get(name)]
    if not missing:
        return
    if arrival.provider.settings["ProviderType"] == "SAML":
        raise InvalidParameterException(_IN_SAML.format(name=missing[0]))
    raise InvalidParameterException(f"attributes required: [{', '.join(missing)}]")
