"""The page of a user, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request

from emulator.context import Context
from emulator.domain.accounts import named
from emulator.domain.accounts.principals import Principal
from emulator.domain.factors import passkeys, virtual_devices
from emulator.faults import Fault
from emulator.web import html
from emulator.web.console.frame import Alert, Console, Refused, UnknownAction, alert_of, by_name, further, pairs, place
from emulator.web.console.users import attributes, given

_MFA = {
    "SMSMfaSettings": "SMS_MFA",
    "SoftwareTokenMfaSettings": "SOFTWARE_TOKEN_MFA",
    "EmailMfaSettings": "EMAIL_OTP",
    "WebAuthnMfaSettings": "WEB_AUTHN",
}
"""Member of AdminSetUserMFAPreference → the method."""
_MOST = 60
Found = dict[str, str]
"""UserPoolId and Username."""


def add(console: Console) -> None:
    """Add the routes."""

    def show(found: Found, alert: Alert | None = None, app: Mapping[str, str] | None = None) -> Response:
        pool = console.pool(found["UserPoolId"])
        user = console.call("AdminGetUser", **found)
        values = by_name(user["UserAttributes"])
        listed = console.call("AdminListGroupsForUser", Limit=_MOST, NextToken=request.args.get("token"), **found)
        offered = attributes(pool)
        offered["first"] += [name for name in offered["others"] if name in values]
        offered["others"] = [name for name in offered["others"] if name not in values]
        return console.page(
            "user",
            alert=alert,
            app=app,
            pool=pool,
            user=user,
            values=values,
            attributes=offered,
            groups=listed["Groups"],
            more_groups=further(listed, "user", pool=pool["Id"], username=found["Username"]),
            every_group=console.call("ListGroups", UserPoolId=pool["Id"], Limit=_MOST)["Groups"],
            mfa=_MFA,
            factors=_or_fault(console, "AdminGetUserAuthFactors", found),
            devices=_or_fault(console, "AdminListDevices", found),
            sessions=_or_fault(console, "AdminListUserSessions", found),
            passkeys=console.work(False, lambda context: _passkeys(context, pool["Id"], values["sub"])),
        )

    @console.routes.get("/console/pools/<pool>/user")
    def user(pool: str) -> Response:
        """The page of the user whom the query names: usernames may have slashes."""
        return show({"UserPoolId": pool, "Username": request.args.get("username", "")})

    @console.routes.post("/console/pools/<pool>/user")
    def change_user(pool: str) -> Response:
        """Do what a form of the user's page wants."""
        found = {"UserPoolId": pool, "Username": request.args.get("username", "")}

        if request.form.get("action") == "authenticator":
            console.form()
            try:
                return show(found, app=console.work(True, lambda context: _enrol(context, found)))
            except Fault as fault:
                return show(found, alert_of(fault))

        def act(form: Mapping[str, str]) -> str:
            action = _ACTIONS.get(form.get("action", ""))
            if action is None:
                raise UnknownAction
            done = action(console, found, form)
            if form["action"] == "delete":
                return place("users", pool=pool, done=done)
            return place("user", pool=pool, username=found["Username"], done=done)

        return console.take(act, lambda alert: show(found, alert))


def _enrol(context: Context, found: Found) -> dict[str, str]:
    """Enrol an authenticator app, or tell the present code of the one that the user has, as `POST /_emulator/totp`."""
    pool = named.pool(context, found["UserPoolId"])
    user = named.user(context, pool, found["Username"])
    secret, code = virtual_devices.enrol(context, Principal(pool, user), None)
    label = quote(f"{pool.name}:{user.username}", safe="")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': pool.name})}"
    return {"secret": secret, "code": code, "image": html.qr_code(uri)}


def _or_fault(console: Console, operation: str, found: Found) -> dict[str, Any]:
    """An answer; where the pool does not have the feature, why not, in the member `fault`."""
    try:
        return console.call(operation, **found)
    except Fault as fault:
        return {"fault": fault.message or fault.code}


def _passkeys(context: Context, pool: str, sub: str) -> list[dict[str, Any]]:
    """The user's passkeys. AWS has no operation with which an administrator lists them."""
    user = context.unit.users.with_sub(pool, sub)
    return [passkeys.shown(each) for each in context.unit.passkeys.of(user.id)] if user else []


def _simple(operation: str, done: str, *members: str) -> Callable[[Console, Found, Mapping[str, str]], str]:
    """An action that calls one operation with these fields of its form."""

    def act(console: Console, found: Found, form: Mapping[str, str]) -> str:
        console.call(operation, **found, **{name: form.get(name, "") for name in members})
        return done

    return act


def _change_attributes(console: Console, found: Found, form: Mapping[str, str]) -> str:
    """Change the attributes whose fields differ; delete those whose fields are empty."""
    user = console.call("AdminGetUser", **found)
    now = by_name(user["UserAttributes"])
    wanted = given(form)
    changed = {name: value for name, value in wanted.items() if value and value != now.get(name)}
    for address in ("email", "phone_number"):
        flag = f"{address}_verified"
        if address in changed and wanted.get(flag):
            changed[flag] = wanted[flag]  # a new address would become unverified
    removed = [name for name, value in wanted.items() if not value and now.get(name)]
    if changed:
        console.call("AdminUpdateUserAttributes", **found, UserAttributes=pairs(changed))
    if removed:
        console.call("AdminDeleteUserAttributes", **found, UserAttributeNames=removed)
    return "changed"


def _set_password(console: Console, found: Found, form: Mapping[str, str]) -> str:
    permanent = form.get("Permanent") == "true"
    console.call("AdminSetUserPassword", **found, Password=form.get("Password", ""), Permanent=permanent)
    return "password"


def _prefer(console: Console, found: Found, form: Mapping[str, str]) -> str:
    """Set which second factors the user has activated, and which one is preferred."""
    user = console.call("AdminGetUser", **found)
    active, best = user.get("UserMFASettingList", []), form.get("PreferredMfa", "")
    settings = {
        member: {"Enabled": member in form, "PreferredMfa": best == method}
        for member, method in _MFA.items()
        if member in form or method in active or best == method
    }
    if settings:
        console.call("AdminSetUserMFAPreference", **found, **settings)
    return "changed"


def _delete_passkey(console: Console, found: Found, form: Mapping[str, str]) -> str:
    """Delete a passkey of the user. AWS lets only the user do so."""

    def delete(context: Context) -> bool:
        owner = named.user(context, named.pool(context, found["UserPoolId"]), found["Username"])
        passkey = context.unit.passkeys.get(owner.pool_id, form.get("CredentialId", ""))
        return bool(passkey and passkey.user_id == owner.id and context.unit.passkeys.delete(passkey))

    if not console.work(True, delete):
        raise Refused("The user does not have this passkey any more.")
    return "deleted"


_ACTIONS = {
    "attributes": _change_attributes,
    "confirm": _simple("AdminConfirmSignUp", "confirmed"),
    "disable": _simple("AdminDisableUser", "disabled"),
    "enable": _simple("AdminEnableUser", "enabled"),
    "delete": _simple("AdminDeleteUser", "deleted"),
    "reset-password": _simple("AdminResetUserPassword", "reset"),
    "password": _set_password,
    "sign-out": _simple("AdminUserGlobalSignOut", "signed-out"),
    "add-to-group": _simple("AdminAddUserToGroup", "added", "GroupName"),
    "remove-from-group": _simple("AdminRemoveUserFromGroup", "removed", "GroupName"),
    "mfa": _prefer,
    "delete-authenticator": _simple("AdminDeleteSoftwareToken", "deleted"),
    "delete-passkey": _delete_passkey,
    "forget-device": _simple("AdminForgetDevice", "removed", "DeviceKey"),
    "revoke-session": _simple("AdminRevokeUserSession", "removed", "SessionId"),
}
"""Value of `action` in a form → what it does; the key of `DONE` that says so."""
