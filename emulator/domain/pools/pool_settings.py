"""User pool settings: the document that DescribeUserPool shows, its defaults and its mirrors.

Settings are a dict in API shape, without what storage keeps by itself (id, name, dates, number of users).
What cannot be is refused in pool_checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from emulator.domain.pools import pool_checks, schema
from emulator.faults import InvalidParameterException

Settings = Mapping[str, Any]

_DAYS = 7
_PASSWORD_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
}
_DEFAULTS: Settings = {
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {},
    "MfaConfiguration": "OFF",
    "EmailConfiguration": {},
    "UserPoolTags": {},
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_email"},
            {"Priority": 2, "Name": "verified_phone_number"},
        ]
    },
    "UserPoolTier": "ESSENTIALS",
    "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
    "IssuerConfiguration": {"Type": "ORIGINAL"},
}
"""AWS unknown: the values of AccountRecoverySetting, KeyConfiguration and IssuerConfiguration where none are given."""
_NOT_KEPT = frozenset({"PoolName", "Schema", "UserPoolId"})
_KEPT_ON_UPDATE = (
    "SchemaAttributes",
    "AliasAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
    "DcrConfiguration",
    "UserPoolTier",
)
"""What an update cannot change, or keeps where it is left out.

AWS unknown: whether UpdateUserPool keeps UserPoolTier and PoolName where it leaves them out; it does here.
"""
_MIRRORS = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}
"""A legacy member → its twin in VerificationMessageTemplate."""


def created(request: Settings, region: str) -> dict[str, Any]:
    """The settings of a new pool. Raises InvalidParameterException and FeatureUnavailableInTierException."""
    settings = _document(request, region)
    settings["SchemaAttributes"] = schema.created(request.get("Schema") or [])
    pool_checks.check_names(settings)
    pool_checks.check(settings)
    return settings


def updated(old: Settings, request: Settings, region: str, *, has_second_factor: bool = False) -> dict[str, Any]:
    """The settings after an update: what the request leaves out goes back to its default (AWS: UpdateUserPool).

    `has_second_factor` says of the pool that it has one beside text messages.
    """
    kept = {name: old[name] for name in _KEPT_ON_UPDATE if name in old}
    if pool_checks.is_protected(request):
        kept.pop("UserPoolTier", None)
    settings = _document({**kept, **request}, region)
    pool_checks.check(settings, has_second_factor=has_second_factor)
    return settings


def check_deletable(settings: Settings) -> None:
    """Refuse to delete a protected pool."""
    if settings.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )


def _document(request: Settings, region: str) -> dict[str, Any]:
    """The request with AWS's defaults, and its mirrors filled in. Threat protection without a tier makes it PLUS.

    Unlike AWS: EmailConfiguration, SmsConfiguration, KeyConfiguration and IssuerConfiguration are kept and shown, not
    used: no message leaves the machine, no role, identity or key in them has to exist, and the issuer is the server's.
    """
    given = {name: value for name, value in request.items() if name not in _NOT_KEPT and value != []}
    settings = deepcopy({**_DEFAULTS, **given})
    if "UserPoolTier" not in given and pool_checks.is_protected(given):
        settings["UserPoolTier"] = "PLUS"
    settings["EmailConfiguration"] = {"EmailSendingAccount": "COGNITO_DEFAULT"} | settings["EmailConfiguration"]
    if settings.get("SmsConfiguration", {}).get("SnsCallerArn"):
        settings["SmsConfiguration"].setdefault("SnsRegion", region)
    _fill_policies(settings)
    _fill_levels(settings)
    _mirror_templates(settings)
    _mirror_triggers(settings["LambdaConfig"])
    return settings


def _fill_policies(settings: dict[str, Any]) -> None:
    """Both policies, and AdminCreateUserConfig, which says the days of the password policy once more.

    AWS unknown: what a password policy leaves out, where one is given; it is off here, and 8 for the length.
    AWS unknown: whether CreateUserPool and UpdateUserPool take an UnusedAccountValidityDays of 0 by itself; they do
    here, as AWS takes it beside TemporaryPasswordValidityDays. Any other value is refused.
    """
    policies, invitations = settings.get("Policies", {}), settings.get("AdminCreateUserConfig", {})
    policy = policies.get("PasswordPolicy")
    days = (policy or {}).get("TemporaryPasswordValidityDays")
    if invitations.get("UnusedAccountValidityDays"):
        raise InvalidParameterException(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )
    days = days or _DAYS
    if policy is not None:
        off = {name: False for name, value in _PASSWORD_POLICY.items() if value is True}
        policy = _PASSWORD_POLICY | off | policy
    factors = policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ["PASSWORD"])
    settings["Policies"] = {
        "PasswordPolicy": (policy or _PASSWORD_POLICY) | {"TemporaryPasswordValidityDays": days},
        "SignInPolicy": {"AllowedFirstAuthFactors": factors},
    }
    settings["AdminCreateUserConfig"] = (
        {"AllowAdminCreateUserOnly": False} | invitations | {"UnusedAccountValidityDays": days}
    )


def _fill_levels(settings: dict[str, Any]) -> None:
    """The names of the four ACR levels: AWS always shows all of them."""
    given = settings.get("AcrConfiguration", {})
    settings["AcrConfiguration"] = {
        level: {"AcrValue": given.get(level, {}).get("AcrValue") or name} for level, name in pool_checks.LEVELS.items()
    }


def _mirror_templates(settings: dict[str, Any]) -> None:
    """AWS unknown: which counts where a template and its legacy twin differ; the template does here."""
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE"} | settings["VerificationMessageTemplate"]
    for legacy, twin in _MIRRORS.items():
        if twin in template:
            settings[legacy] = template[twin]
        elif legacy in settings:
            template[twin] = settings[legacy]
    settings["VerificationMessageTemplate"] = template


def _mirror_triggers(triggers: dict[str, Any]) -> None:
    """PreTokenGeneration and its newer form name one function."""
    old, new = triggers.get("PreTokenGeneration"), triggers.get("PreTokenGenerationConfig")
    if old and new and old != new["LambdaArn"]:
        raise InvalidParameterException(
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"
        )
    if new:
        triggers["PreTokenGeneration"] = new["LambdaArn"]
    elif old:
        triggers["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": old}
