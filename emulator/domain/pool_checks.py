"""User pools that cannot be: what CreateUserPool and UpdateUserPool refuse. Settings are whole documents here.

AWS unknown: the words of most refusals of a user pool's configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    UserPoolTaggingException,
)

LEVELS = {f"Level{number}": f"urn:cognito:loa:{number}" for number in range(1, 5)}
"""The ACR levels, and how they are named unless a pool says otherwise."""
_MOST_TAGS = 50

Settings = Mapping[str, Any]


def check(settings: Settings) -> None:
    """Raise what AWS raises for settings that cannot be.

    Unlike AWS: templates of messages are taken whoever sends them, and a template for links beside one for codes.
    AWS unknown: the refusal of a pool that verifies phone numbers without an SmsConfiguration; it is taken here.
    """
    _check_messages(settings)
    _check_invitations(settings)
    _check_triggers(settings["LambdaConfig"])
    _check_recovery(settings)
    _check_waiting(settings)
    _check_factors(settings)
    _check_levels(settings)
    _check_tier(settings)
    _check_tags(settings["UserPoolTags"])


def check_names(settings: Settings) -> None:
    """Refuse ways to sign in that exclude one another; they are chosen once, when the pool is created."""
    aliases = settings.get("AliasAttributes", [])
    if aliases and settings.get("UsernameAttributes"):
        raise InvalidParameterException(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
        )
    required = {entry["Name"] for entry in settings["SchemaAttributes"] if entry["Required"]}
    if "preferred_username" in required.intersection(aliases):
        raise InvalidParameterException("preferred_username cannot be both required and an alias.")


def is_protected(settings: Settings) -> bool:
    """Whether threat protection is on."""
    return bool(settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF")


def _check_messages(settings: Settings) -> None:
    email, sms = settings["EmailConfiguration"], settings.get("SmsConfiguration", {})
    if sms.get("SnsCallerArn") and sms.get("EumsSms"):
        raise InvalidParameterException("SmsConfiguration cannot have both SnsCallerArn and EumsSms.")
    if settings["MfaConfiguration"] != "OFF" and not (sms.get("SnsCallerArn") or sms.get("EumsSms")):
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    if email["EmailSendingAccount"] == "DEVELOPER" and not email.get("SourceArn"):
        raise InvalidParameterException("SourceArn is required when EmailSendingAccount is DEVELOPER.")


def _check_invitations(settings: Settings) -> None:
    """An invitation names the user and, where everybody signs in with a password, has one."""
    template = settings["AdminCreateUserConfig"].get("InviteMessageTemplate", {})
    passwordless = set(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]) - {"PASSWORD"}
    for member in ("EmailMessage", "SMSMessage"):
        for placeholder in ("{username}",) if passwordless else ("{username}", "{####}"):
            if placeholder not in template.get(member, placeholder):
                raise InvalidParameterException(f"InviteMessageTemplate.{member} must contain {placeholder}.")


def _check_triggers(triggers: Settings) -> None:
    if (triggers.get("CustomEmailSender") or triggers.get("CustomSMSSender")) and not triggers.get("KMSKeyID"):
        raise InvalidParameterException("KMSKeyID is required when a custom sender is configured.")


def _check_recovery(settings: Settings) -> None:
    mechanisms = settings["AccountRecoverySetting"].get("RecoveryMechanisms", [])
    names, priorities = {entry["Name"] for entry in mechanisms}, {entry["Priority"] for entry in mechanisms}
    if "admin_only" in names and len(mechanisms) > 1:
        raise InvalidParameterException("Invalid account recovery setting: admin_only cannot be combined with others.")
    if len(names) < len(mechanisms):
        raise InvalidParameterException("Invalid account recovery setting: duplicate recovery mechanisms.")
    if len(priorities) < len(mechanisms):
        raise InvalidParameterException("Invalid account recovery setting: duplicate priorities.")


def _check_waiting(settings: Settings) -> None:
    update = settings.get("UserAttributeUpdateSettings", {})
    waiting = set(update.get("AttributesRequireVerificationBeforeUpdate", []))
    if not waiting <= set(settings.get("AutoVerifiedAttributes", [])):
        raise InvalidParameterException(
            "AttributesRequireVerificationBeforeUpdate can only contain attributes in AutoVerifiedAttributes."
        )


def _check_factors(settings: Settings) -> None:
    if "SOFTWARE_TOKEN" in settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]:
        raise InvalidParameterException("SOFTWARE_TOKEN is not supported in AllowedFirstAuthFactors.")


def _check_levels(settings: Settings) -> None:
    names = [level["AcrValue"] for level in settings["AcrConfiguration"].values()]
    if len(set(names)) < len(names):
        raise InvalidParameterException("The names of the ACR levels must be unique.")


def _check_tier(settings: Settings) -> None:
    tier = settings["UserPoolTier"]
    if tier != "PLUS" and is_protected(settings):
        raise FeatureUnavailableInTierException("AdvancedSecurityMode is not available in the tier of this user pool.")
    if tier == "LITE":
        for feature in _beyond_lite(settings):
            raise FeatureUnavailableInTierException(f"{feature} is not available in the LITE tier.")


def _beyond_lite(settings: Settings) -> list[str]:
    """What the settings use that only a higher tier has."""
    policies, triggers = settings["Policies"], settings["LambdaConfig"]
    registration = settings.get("DcrConfiguration", {"EnableStatus": "Disabled"})
    levels = {name: level["AcrValue"] for name, level in settings["AcrConfiguration"].items()}
    used = {
        "Choice-based sign-in": set(policies["SignInPolicy"]["AllowedFirstAuthFactors"]) - {"PASSWORD"},
        "Password history": policies["PasswordPolicy"].get("PasswordHistorySize"),
        "Access token customisation": triggers.get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
        != "V1_0",
        "Naming ACR levels": levels != LEVELS,
        "Dynamic client registration": registration.get("EnableStatus") != "Disabled",
    }
    return [feature for feature, used_here in used.items() if used_here]


def _check_tags(tags: Mapping[str, str]) -> None:
    if any(key.lower().startswith("aws:") for key in tags):
        raise UserPoolTaggingException("aws: prefixed tag key names are not allowed for external use.")
    if len(tags) > _MOST_TAGS:
        raise UserPoolTaggingException(f"A user pool cannot have more than {_MOST_TAGS} tags.")
