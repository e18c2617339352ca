"""Users: create, read, list, enable, disable, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.accounts import accounts, attributes, filters
from emulator.domain.accounts.principals import Principal
from emulator.domain.credentials import credentials, password_policy
from emulator.domain.messages import delivery, message_triggers, messages
from emulator.domain.pools import client_settings
from emulator.domain.providers import linked_identities
from emulator.domain.registration import profile, registration, sign_up_triggers
from emulator.faults import (
    UnsupportedUserStateException,
)
from emulator.registry import operation
from emulator.userpools.views import attributes_shown, mfa_shown, user_shown, validation_given
from keys import entropy
from storage.paging import Page
from storage.records.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_COLUMNS = {"cognito:user_status": "status", "status": "enabled"}
"""Name in ListUsers' Filter → column, where they differ."""


@operation("AdminCreateUser")
def admin_create_user(call: Call[shapes.AdminCreateUserRequestTypeDef]) -> dict[str, Any]:
    """Create a user with a temporary password, or invite them again. An invitation is sent unless it is suppressed."""
    request, pool = call.request, call.pool
    if request.get("MessageAction") == "RESEND":
        return {"User": user_shown(_invited_again(call))}
    given = profile.attributes_from_pairs(request.get("UserAttributes"))
    user = registration.new_user(
        call, pool, request["Username"], given, status="FORCE_CHANGE_PASSWORD", require_all=False
    )
    registration.check_invited(user, request.get("DesiredDeliveryMediums"))
    password = None
    if not request.get("TemporaryPassword") and registration.can_do_without_password(pool, user.attributes):
        user = registration.confirmed(pool, user)
    else:
        # AWS unknown: AdminCreateUser without TemporaryPassword and without an address for codes, in a pool whose users
        # may sign in with a code; the user gets a temporary password here.
        password = _temporary_password(call)
        credential = credentials.prepare(call, Principal(pool, user), password)
        user = registration.with_password(user, credential, call.now)
    validation = validation_given(request.get("ValidationData"))
    sign_up_triggers.before_creation(call, Principal(call.pool, user), request.get("ClientMetadata"), validation)
    taking = request.get("ForceAliasCreation", False)

    def create() -> User:
        # AWS unknown: how AdminCreateUser refuses a verified address of another user without ForceAliasCreation.
        # Documentation says AliasExistsException, which the operation does not declare; here UsernameExistsException.
        created = accounts.add(call, Principal(call.pool, user), "User account already exists", taking=taking)
        _invite(call, created, password)
        return created

    created = message_triggers.retry_with_text(call, request.get("ClientMetadata"), create)
    return {"User": user_shown(created)}


@operation("AdminGetUser", reads=True, is_short=True)
def admin_get_user(call: Call[shapes.AdminGetUserRequestTypeDef]) -> dict[str, Any]:
    """Describe a user."""
    user = call.user
    return {
        "Username": user.username,
        "UserAttributes": attributes_shown(user),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status,
        **mfa_shown(user),
    }


@operation("GetUser", reads=True, is_short=True)
def get_user(call: Call[shapes.GetUserRequestTypeDef]) -> dict[str, Any]:
    """Describe the signed-in user, with the attributes that the client may read."""
    schema = call.bearer.pool.settings["SchemaAttributes"]
    readable = client_settings.readable(call.bearer.client.settings, schema) | {linked_identities.ATTRIBUTE}
    return {
        "Username": call.user.username,
        "UserAttributes": attributes_shown(call.user, readable),
        **mfa_shown(call.user),
    }


@operation("ListUsers", reads=True, is_short=True)
def list_users(call: Call[shapes.ListUsersRequestTypeDef]) -> dict[str, Any]:
    """List the users of a pool, or those that match Filter, page by page.

    AttributesToGet raises InvalidParameterException where a user of the page lacks one of these attributes.
    """
    pool, only = call.pool, call.request.get("AttributesToGet")
    if only is not None:
        attributes.check_known(pool.settings["SchemaAttributes"], set(only) - {linked_identities.ATTRIBUTE})
    wanted = filters.parse(call.request.get("Filter", ""))

    def read(limit: int, token: str | None) -> Page[User]:
        if wanted is None:
            return call.unit.users.page(pool.id, limit, token)
        column = _COLUMNS.get(wanted.name, wanted.name)
        value: str | bool = filters.key(wanted)
        if column == "enabled":
            return _page_of_enabled(call, limit, token, wanted)
        if wanted.operator == "=":
            return call.unit.users.page(pool.id, limit, token, column=column, equals=value)
        return call.unit.users.page(pool.id, limit, token, column=column, begins=str(value))

    page = call.page(read, "Limit", "PaginationToken")
    for user in page.items if only else ():
        attributes.check_there(only or (), {"sub", *user.attributes})
    return {"Users": page.of(lambda user: user_shown(user, only)), "PaginationToken": page.token}


@operation("AdminDeleteUser", "DeleteUser")
def delete_user(
    call: Call[shapes.AdminDeleteUserRequestTypeDef] | Call[shapes.DeleteUserRequestTypeDef],
) -> None:
    """Delete a user, named by an administrator or by the user's access token."""
    call.unit.users.delete(call.user)


@operation("AdminEnableUser")
def admin_enable_user(call: Call[shapes.AdminEnableUserRequestTypeDef]) -> dict[str, Any]:
    """Enable a user. Tokens that were issued before the user was disabled stay revoked."""
    call.unit.users.change(call.user, enabled=True, modified=call.now)
    return {}


@operation("AdminDisableUser")
def admin_disable_user(call: Call[shapes.AdminDisableUserRequestTypeDef]) -> dict[str, Any]:
    """Disable a user, who can no longer sign in, and revoke their tokens for good."""
    call.unit.users.change(call.user, enabled=False, modified=call.now)
    call.unit.tokens.revoke_all(call.user.id)
    return {}


def _temporary_password(call: Call[shapes.AdminCreateUserRequestTypeDef]) -> str:
    given = call.request.get("TemporaryPassword")
    policy = call.pool.settings["Policies"]["PasswordPolicy"]
    password = given or entropy.temporary_password(call.world.entropy, policy)
    password_policy.check(password, call.pool.settings, wording=password_policy.ADMIN_CREATE_USER)
    return password


def _invited_again(call: Call[shapes.AdminCreateUserRequestTypeDef]) -> User:
    """Give a user whose temporary password is still unused a new one, which expires later."""
    user, password = _invited(call), _temporary_password(call)
    credential = credentials.prepare(call, Principal(call.pool, user), password, heeds_history=False)

    def renew() -> User:
        invited = Principal(call.pool, _invited(call))
        renewed = credentials.keep(call, invited, credential, status="FORCE_CHANGE_PASSWORD")
        _invite(call, renewed, password)
        return renewed

    return message_triggers.retry_with_text(call, call.request.get("ClientMetadata"), renew)


def _invited(call: Call[shapes.AdminCreateUserRequestTypeDef]) -> User:
    """The user as stored now. Raises UnsupportedUserStateException without a temporary password that is unused."""
    user = call.claimed_user
    if user is None:
        raise refusals.unknown_user()
    if user.status != "FORCE_CHANGE_PASSWORD":
        # AWS unknown: the message of UnsupportedUserStateException of AdminCreateUser with MessageAction RESEND.
        raise UnsupportedUserStateException(f"Resend not possible. {user.username} status is not FORCE_CHANGE_PASSWORD")
    return user


def _invite(call: Call[shapes.AdminCreateUserRequestTypeDef], user: User, password: str | None) -> None:
    if call.request.get("MessageAction") == "SUPPRESS":
        return
    targets = messages.invitation_targets(call.request.get("DesiredDeliveryMediums"), user.attributes)
    delivery.send_invitation(call, Principal(call.pool, user), targets, password)


def _page_of_enabled(call: Call[Any], limit: int, token: str | None, wanted: filters.Filter) -> Page[User]:
    """Users by the filter name `status`: "Enabled" or "Disabled". A prefix may match one, both or neither."""
    matching = [
        enabled
        for enabled, word in ((True, "Enabled"), (False, "Disabled"))
        if (word == wanted.value if wanted.operator == "=" else word.startswith(wanted.value))
    ]
    if len(matching) == 2:
        return call.unit.users.page(call.pool.id, limit, token)
    if not matching:
        return Page([], None)
    return call.unit.users.page(call.pool.id, limit, token, column="enabled", equals=matching[0])
