"""User pool settings: the document that DescribeUserPool shows, its defaults, and its members that mirror each other.

Settings are a dict in API shape, without what storage keeps in columns (id, name, dates, number of users).
Invalid settings are refused in pool_checks.
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
_NOT_KEPT = frozenset({"PoolName", "Schema", "UserPoolId"})
# AWS unknown: whether UpdateUserPool keeps UserPoolTier and PoolName when the request leaves them out. Here it does.
_KEPT_ON_UPDATE = (
    "SchemaAttributes",
    "AliasAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
    "DcrConfiguration",
    "UserPoolTier",
)
"""What UpdateUserPool cannot change, or keeps when the request leaves it out."""
_MIRRORS = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}
"""A legacy member → its twin in VerificationMessageTemplate."""


def created(request: Settings, region: str) -> dict[str, Any]:
    """The settings of a new pool in `region`, from CreateUserPool's request.

    Raises InvalidParameterException, FeatureUnavailableInTierException or UserPoolTaggingException.
    """
    settings = _document(request, region)
    settings["SchemaAttributes"] = schema.created(request.get("Schema") or [])
    pool_checks.check_names(settings)
    pool_checks.check(settings)
    return settings


def updated(old: Settings, request: Settings, region: str, *, has_second_factor: bool = False) -> dict[str, Any]:
    """The settings after UpdateUserPool: what the request leaves out returns to its default (AWS: UpdateUserPool).

    `old` are the pool's settings. `has_second_factor` says whether the pool has a second factor besides SMS. Raises
    what `created` raises.
    """
    kept = {name: old[name] for name in _KEPT_ON_UPDATE if name in old}
    if pool_checks.is_protected(request):
        kept.pop("UserPoolTier", None)
    settings = _document({**kept, **request}, region)
    pool_checks.check(settings, has_second_factor=has_second_factor)
    return settings


def check_deletable(settings: Settings) -> None:
    """Raise InvalidParameterException if deletion protection is active."""
    if settings.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )


def _document(request: Settings, region: str) -> dict[str, Any]:
    """The request with AWS's defaults and its mirrored members. Threat protection without a tier implies PLUS."""
    # Unlike AWS: the roles, SES identities and KMS keys that CreateUserPool and UpdateUserPool name need not exist. Of
    # EmailConfiguration the sender's addresses are used, of SmsConfiguration only that there is one; KeyConfiguration
    # encrypts nothing and only decides whether the pool may have replicas, and IssuerConfiguration has no effect.
    given = {name: value for name, value in request.items() if name not in _NOT_KEPT and value != []}
    settings = {**_defaults(), **deepcopy(given)}
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


def _defaults() -> dict[str, Any]:
    """What a request may leave out, new each time, since it is changed."""
    # AWS unknown: the AccountRecoverySetting, KeyConfiguration and IssuerConfiguration of a pool when CreateUserPool
    # gives none.
    return {
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


def _fill_policies(settings: dict[str, Any]) -> None:
    """Fill in both policies, and AdminCreateUserConfig, which repeats TemporaryPasswordValidityDays."""
    policies, invitations = settings.get("Policies", {}), settings.get("AdminCreateUserConfig", {})
    policy = policies.get("PasswordPolicy")
    days = (policy or {}).get("TemporaryPasswordValidityDays")
    # AWS unknown: whether CreateUserPool and UpdateUserPool accept an UnusedAccountValidityDays of 0 alone. Here they
    # do, as AWS does when TemporaryPasswordValidityDays is there too. Any other value is refused.
    if invitations.get("UnusedAccountValidityDays"):
        raise InvalidParameterException(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )
    days = days or _DAYS
    if policy is not None:
        # AWS unknown: the members that a PasswordPolicy of CreateUserPool or UpdateUserPool leaves out. Here
        # requirements are off, and the minimum length is 8.
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
    """Fill in the values of the four ACR levels: AWS always shows all of them."""
    given = settings.get("AcrConfiguration", {})
    settings["AcrConfiguration"] = {
        level: {"AcrValue": given.get(level, {}).get("AcrValue") or name} for level, name in pool_checks.LEVELS.items()
    }


def _mirror_templates(settings: dict[str, Any]) -> None:
    """Make VerificationMessageTemplate and the legacy members that mean the same agree."""
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE"} | settings["VerificationMessageTemplate"]
    # AWS unknown: which member counts when CreateUserPool gives VerificationMessageTemplate and its legacy members
    # different texts. Here VerificationMessageTemplate does.
    for legacy, twin in _MIRRORS.items():
        if twin in template:
            settings[legacy] = template[twin]
        elif legacy in settings:
            template[twin] = settings[legacy]
    settings["VerificationMessageTemplate"] = template


def _mirror_triggers(triggers: dict[str, Any]) -> None:
    """Make PreTokenGeneration and PreTokenGenerationConfig name one function. Raises if they differ."""
    old, new = triggers.get("PreTokenGeneration"), triggers.get("PreTokenGenerationConfig")
    if old and new and old != new["LambdaArn"]:
        raise InvalidParameterException(
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"
        )
    if new:
        triggers["PreTokenGeneration"] = new["LambdaArn"]
    elif old:
        triggers["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": old}
