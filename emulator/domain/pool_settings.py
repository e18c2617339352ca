"""User pool settings: the document that DescribeUserPool shows, its defaults, and what cannot be.

Settings are a dict in API shape, without what storage keeps by itself (id, name, dates, number of users).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.domain import schema
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException

Settings = Mapping[str, Any]

_PASSWORD_POLICY = {
    "MinimumLength": 8,
    "RequireUppercase": True,
    "RequireLowercase": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "TemporaryPasswordValidityDays": 7,
}
_RECOVERY = {
    "RecoveryMechanisms": [
        {"Priority": 1, "Name": "verified_email"},
        {"Priority": 2, "Name": "verified_phone_number"},
    ]
}
_NOT_KEPT = frozenset({"PoolName", "Schema", "Policies", "UserPoolId", "AdminCreateUserConfig"})
_KEPT_ON_UPDATE = (
    "SchemaAttributes",
    "AliasAttributes",
    "UsernameAttributes",
    "UsernameConfiguration",
    "DcrConfiguration",
    "UserPoolTier",
    "UserPoolTags",
)
"""What an update cannot change, or keeps where it is left out."""
_MIRRORS = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}
"""A legacy member → its twin in VerificationMessageTemplate."""


def created(request: Settings, region: str) -> dict[str, Any]:
    """The settings of a new pool. Raises InvalidParameterException and FeatureUnavailableInTierException."""
    if request.get("AliasAttributes") and request.get("UsernameAttributes"):
        raise InvalidParameterException(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
        )
    settings = _document(request, region)
    settings["SchemaAttributes"] = schema.created(request.get("Schema") or [])
    return _checked(settings)


def updated(old: Settings, request: Settings, region: str) -> dict[str, Any]:
    """The settings after an update: what the request leaves out goes back to its default (AWS: UpdateUserPool)."""
    kept = {name: old[name] for name in _KEPT_ON_UPDATE if name in old}
    given = {name: value for name, value in request.items() if name not in {"SchemaAttributes"}}
    return _checked(_document({**kept, **given}, region) | {"SchemaAttributes": old["SchemaAttributes"]})


def check_deletable(settings: Settings) -> None:
    """Refuse to delete a protected pool."""
    if settings.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )


def _document(request: Settings, region: str) -> dict[str, Any]:
    """The request with AWS's defaults, and its mirrors filled in.

    Unlike AWS: EmailConfiguration and SmsConfiguration are kept and shown, not used: no message leaves the machine,
    and no role or identity in them has to exist.
    """
    given = {name: value for name, value in request.items() if name not in _NOT_KEPT and value not in ([],)}
    settings: dict[str, Any] = {
        "Policies": _policies(request),
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "VerificationMessageTemplate": {},
        "MfaConfiguration": "OFF",
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserPoolTags": {},
        "AccountRecoverySetting": _RECOVERY,
        "UserPoolTier": "ESSENTIALS",
        **given,
        "AdminCreateUserConfig": _admin_create_user(request),
    }
    settings["EmailConfiguration"] = {"EmailSendingAccount": "COGNITO_DEFAULT"} | settings["EmailConfiguration"]
    _mirror_templates(settings)
    _mirror_triggers(settings["LambdaConfig"])
    if "SmsConfiguration" in settings:
        settings["SmsConfiguration"] = {"SnsRegion": region} | settings["SmsConfiguration"]
    if "UserPoolTier" not in request and _secures(settings):
        settings["UserPoolTier"] = "PLUS"
    return settings


def _policies(request: Settings) -> dict[str, Any]:
    """Both policies. A password policy that is given decides alone: what it leaves out is off."""
    given = request.get("Policies") or {}
    policy = given.get("PasswordPolicy")
    if policy is None:
        policy = dict(_PASSWORD_POLICY)
    else:
        off = {name: False for name, value in _PASSWORD_POLICY.items() if value is True}
        policy = {"MinimumLength": 8, **off, "TemporaryPasswordValidityDays": 7, **policy}
        policy["TemporaryPasswordValidityDays"] = policy["TemporaryPasswordValidityDays"] or 7
    sign_in = given.get("SignInPolicy") or {}
    return {
        "PasswordPolicy": policy,
        "SignInPolicy": {"AllowedFirstAuthFactors": sign_in.get("AllowedFirstAuthFactors") or ["PASSWORD"]},
    }


def _admin_create_user(request: Settings) -> dict[str, Any]:
    """AdminCreateUserConfig; its days are those of the policy, which are the ones that may be set."""
    given = dict(request.get("AdminCreateUserConfig") or {})
    policy = (request.get("Policies") or {}).get("PasswordPolicy") or {}
    days = policy.get("TemporaryPasswordValidityDays")
    if given.get("UnusedAccountValidityDays") is not None and days is not None:
        raise InvalidParameterException(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
        )
    return {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": days or 7, **given}


def _mirror_templates(settings: dict[str, Any]) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE", **(settings["VerificationMessageTemplate"] or {})}
    for legacy, twin in _MIRRORS.items():
        if template.get(twin):
            settings[legacy] = template[twin]
        elif settings.get(legacy):
            template[twin] = settings[legacy]
    settings["VerificationMessageTemplate"] = template


def _mirror_triggers(triggers: dict[str, Any]) -> None:
    """PreTokenGeneration and its newer form name one function."""
    old, new = triggers.get("PreTokenGeneration"), triggers.get("PreTokenGenerationConfig")
    if old and new and old != new.get("LambdaArn"):
        raise InvalidParameterException(
            "PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must have the same value."
        )
    if new:
        triggers["PreTokenGeneration"] = new.get("LambdaArn")
    elif old:
        triggers["PreTokenGenerationConfig"] = {"LambdaVersion": "V1_0", "LambdaArn": old}


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings, where they can be. AWS unknown: the words of most refusals of a user pool's configuration."""
    email, triggers = settings["EmailConfiguration"], settings["LambdaConfig"]
    if settings["MfaConfiguration"] != "OFF" and not settings.get("SmsConfiguration"):
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    if email["EmailSendingAccount"] == "DEVELOPER" and not email.get("SourceArn"):
        raise InvalidParameterException("SourceArn is required when EmailSendingAccount is DEVELOPER.")
    if (triggers.get("CustomEmailSender") or triggers.get("CustomSMSSender")) and not triggers.get("KMSKeyID"):
        raise InvalidParameterException("KMSKeyID is required when a custom sender is configured.")
    _check_recovery(settings)
    _check_update_settings(settings)
    _check_tier(settings)
    return settings


def _check_recovery(settings: Settings) -> None:
    names = [entry["Name"] for entry in settings["AccountRecoverySetting"].get("RecoveryMechanisms") or []]
    if "admin_only" in names and len(names) > 1:
        raise InvalidParameterException("Invalid account recovery setting: admin_only cannot be combined with others.")
    if len(set(names)) != len(names):
        raise InvalidParameterException("Invalid account recovery setting: duplicate recovery mechanisms.")


def _check_update_settings(settings: Settings) -> None:
    waiting = (settings.get("UserAttributeUpdateSettings") or {}).get("AttributesRequireVerificationBeforeUpdate") or []
    if not set(waiting) <= set(settings.get("AutoVerifiedAttributes") or []):
        raise InvalidParameterException(
            "AttributesRequireVerificationBeforeUpdate can only contain attributes in AutoVerifiedAttributes."
        )


def _check_tier(settings: Settings) -> None:
    tier = settings["UserPoolTier"]
    if tier != "PLUS" and _secures(settings):
        raise FeatureUnavailableInTierException("AdvancedSecurityMode is not available in the tier of this user pool.")
    if tier != "LITE":
        return
    policies = settings["Policies"]
    if set(policies["SignInPolicy"]["AllowedFirstAuthFactors"]) - {"PASSWORD"}:
        raise FeatureUnavailableInTierException("Choice-based sign-in is not available in the LITE tier.")
    if policies["PasswordPolicy"].get("PasswordHistorySize"):
        raise FeatureUnavailableInTierException("Password history is not available in the LITE tier.")
    version = (settings["LambdaConfig"].get("PreTokenGenerationConfig") or {}).get("LambdaVersion", "V1_0")
    if version != "V1_0":
        raise FeatureUnavailableInTierException("Access token customisation is not available in the LITE tier.")


def _secures(settings: Settings) -> bool:
    """Whether threat protection is on."""
    return bool((settings.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF") != "OFF")
