"""The pages of a user pool: its settings, and forms that change some of them and keep the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from emulator.web.console.frame import Alert, Console, UnknownAction, chosen, number, place

_READ_ONLY = (
    "AliasAttributes",
    "Arn",
    "CreationDate",
    "CustomDomain",
    "Domain",
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "Id",
    "LastModifiedDate",
    "Name",
    "SchemaAttributes",
    "SmsConfigurationFailure",
    "Status",
    "UsernameAttributes",
    "UsernameConfiguration",
)
"""Members of UserPoolType that UpdateUserPool does not take."""
REQUIREMENTS = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
_MFA_METHODS = ("SmsMfaConfiguration", "EmailMfaConfiguration")
_MOST = 60


def add(console: Console) -> None:
    """Add the routes."""

    def show(pool: str, alert: Alert | None = None) -> Response:
        described = console.pool(pool)
        providers = console.call("ListIdentityProviders", UserPoolId=pool, MaxResults=_MOST)["Providers"]
        return console.page(
            "pool",
            alert=alert,
            pool=described,
            mfa=console.call("GetUserPoolMfaConfig", UserPoolId=pool),
            providers=providers,
            issuer=console.work(False, lambda context: context.issuer(pool)),
            base_url=console.origin().base_url,
            requirements=REQUIREMENTS,
        )

    @console.routes.get("/console/pools/<pool>")
    def pool(pool: str) -> Response:
        """The page of a pool."""
        return show(pool)

    @console.routes.post("/console/pools/<pool>")
    def change_pool(pool: str) -> Response:
        """Change or delete a pool."""

        def act(form: Mapping[str, str]) -> str:
            action = form.get("action", "")
            if action not in _ACTIONS:
                raise UnknownAction
            return _ACTIONS[action](console, pool, form)

        return console.take(act, lambda alert: show(pool, alert))


def _update(console: Console, pool: str, form: Mapping[str, str]) -> str:
    """Change what the form shows. UpdateUserPool resets what it is not given: it gets everything else as it is."""
    now = updatable(console, pool)
    policies, invitations = now["Policies"], now["AdminCreateUserConfig"]
    rules = {
        "MinimumLength": number(form, "MinimumLength"),
        "TemporaryPasswordValidityDays": number(form, "TemporaryPasswordValidityDays"),
        **{name: name in form for name in REQUIREMENTS},
    }
    policies["PasswordPolicy"] |= {name: value for name, value in rules.items() if value is not None}
    policies["SignInPolicy"] = {"AllowedFirstAuthFactors": ["PASSWORD", *chosen("AllowedFirstAuthFactors")]}
    invitations["AllowAdminCreateUserOnly"] = form.get("AllowAdminCreateUserOnly") == "true"
    now["AutoVerifiedAttributes"] = chosen("AutoVerifiedAttributes")
    now |= {name: form[name] for name in ("PoolName", "UserPoolTier", "DeletionProtection") if form.get(name)}
    update(console, now)
    return place("pool", pool=pool, done="changed")


def updatable(console: Console, pool: str) -> dict[str, Any]:
    """A request of UpdateUserPool that changes nothing."""
    described = console.pool(pool)
    members = {name: value for name, value in described.items() if name not in _READ_ONLY}
    # It is shown, but the password policy has it, and UpdateUserPool refuses it here.
    members["AdminCreateUserConfig"].pop("UnusedAccountValidityDays", None)
    return {"UserPoolId": pool, "PoolName": described["Name"], **members}


def update(console: Console, members: dict[str, Any]) -> None:
    """Call UpdateUserPool. The pool's MFA methods stay: with MFA on, the operation adds SMS where it can be sent."""
    before = console.call("GetUserPoolMfaConfig", UserPoolId=members["UserPoolId"])
    console.call("UpdateUserPool", **members)
    if (
        before["MfaConfiguration"] != "OFF"
        and console.call("GetUserPoolMfaConfig", UserPoolId=members["UserPoolId"]) != before
    ):
        console.call("SetUserPoolMfaConfig", UserPoolId=members["UserPoolId"], **before)


def _set_mfa(console: Console, pool: str, form: Mapping[str, str]) -> str:
    """Set the pool's MFA. Turning it off keeps the methods, which SetUserPoolMfaConfig would not."""
    mode = form.get("MfaConfiguration", "OFF")
    if mode == "OFF":
        console.call("UpdateUserPool", **updatable(console, pool) | {"MfaConfiguration": mode})
        return place("pool", pool=pool, done="changed")
    now = console.call("GetUserPoolMfaConfig", UserPoolId=pool)
    now |= {
        "MfaConfiguration": mode,
        "SoftwareTokenMfaConfiguration": {"Enabled": "SoftwareTokenMfaConfiguration" in form},
    }
    for name in _MFA_METHODS:
        if name in form:
            now.setdefault(name, _sms(console, pool) if name.startswith("Sms") else {})
        else:
            now.pop(name, None)
    console.call("SetUserPoolMfaConfig", UserPoolId=pool, **now)
    return place("pool", pool=pool, done="changed")


def _sms(console: Console, pool: str) -> dict[str, Any]:
    described = console.pool(pool)
    return {"SmsConfiguration": described.get("SmsConfiguration")}


def _create_domain(console: Console, pool: str, form: Mapping[str, str]) -> str:
    version = number(form, "ManagedLoginVersion")
    console.call("CreateUserPoolDomain", UserPoolId=pool, Domain=form.get("Domain", ""), ManagedLoginVersion=version)
    return place("pool", pool=pool, done="created")


def _delete_domain(console: Console, pool: str, form: Mapping[str, str]) -> str:
    console.call("DeleteUserPoolDomain", UserPoolId=pool, Domain=form.get("Domain", ""))
    return place("pool", pool=pool, done="deleted")


def _delete(console: Console, pool: str, _form: Mapping[str, str]) -> str:
    console.call("DeleteUserPool", UserPoolId=pool)
    return place("home", done="deleted")


_ACTIONS = {
    "update": _update,
    "mfa": _set_mfa,
    "create-domain": _create_domain,
    "delete-domain": _delete_domain,
    "delete": _delete,
}
