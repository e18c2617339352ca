"""Which user pool settings CreateUserPool and UpdateUserPool refuse.

Every function expects settings whose defaults `pool_settings` has filled in.
"""

# AWS unknown: the messages of CreateUserPool's and UpdateUserPool's errors, except those that
# tests/domain/test_measured_refusals.py lists.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator import refusals
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    UserPoolTaggingException,
)

LEVELS = {f"Level{number}": f"urn:cognito:loa:{number}" for number in range(1, 5)}
"""The ACR levels and their default values."""
_MOST_TAGS = 50

Settings = Mapping[str, Any]


def check(settings: Settings, *, has_second_factor: bool = False) -> None:
    """Raise a Fault if settings are invalid. `has_second_factor`: whether the pool has a second factor besides SMS.

    Raises InvalidParameterException, FeatureUnavailableInTierException for a feature that the tier lacks, or
    UserPoolTaggingException.
    """
    # Unlike AWS: CreateUserPool and UpdateUserPool accept message templates with any e-mail sender, and a template for
    # links beside one for codes.
    # Unlike AWS: CreateUserPool and UpdateUserPool accept phone_number in AutoVerifiedAttributes without an
    # SmsConfiguration, since no text message leaves the machine. AWS answers "SMS configuration is required when
    # phone_number is selected for auto verification".
    _check_messages(settings, has_second_factor)
    _check_invitations(settings)
    _check_triggers(settings["LambdaConfig"])
    _check_recovery(settings)
    _check_waiting(settings)
    _check_factors(settings)
    _check_levels(settings)
    _check_tier(settings)
    check_tags(settings["UserPoolTags"])


def check_names(settings: Settings) -> None:
    """Raise InvalidParameterException if AliasAttributes conflict with UsernameAttributes or with required attributes.

    Only CreateUserPool sets them.
    """
    aliases = settings.get("AliasAttributes", [])
    if aliases and settings.get("UsernameAttributes"):
        raise InvalidParameterException(
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."
        )
    required = {entry["Name"] for entry in settings["SchemaAttributes"] if entry["Required"]}
    if "preferred_username" in required.intersection(aliases):
        raise InvalidParameterException("preferred_username cannot be both required and an alias.")


def is_protected(settings: Settings) -> bool:
    """Whether threat protection is on: AUDIT, or ENFORCED."""
    return bool(settings.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF")


def sends_texts(sms: Settings) -> bool:
    """Whether an SmsConfiguration has a sender. Raises InvalidParameterException where it has two."""
    if sms.get("SnsCallerArn") and sms.get("EumsSms"):
        raise InvalidParameterException("SmsConfiguration cannot have both SnsCallerArn and EumsSms.")
    return bool(sms.get("SnsCallerArn") or sms.get("EumsSms"))


def _check_messages(settings: Settings, has_second_factor: bool) -> None:
    email, sms = settings["EmailConfiguration"], settings.get("SmsConfiguration", {})
    has_second_factor = sends_texts(sms) or has_second_factor
    if settings["MfaConfiguration"] != "OFF" and not has_second_factor:
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    if email["EmailSendingAccount"] == "DEVELOPER" and not email.get("SourceArn"):
        raise InvalidParameterException("Source ARN is required to use DEVELOPER email sending owner")
    # AWS unknown: the message of InvalidParameterException when the From of CreateUserPool or UpdateUserPool has line
    # breaks.
    if not email.get("From", "").isprintable():
        raise refusals.malformed_email()


def _check_invitations(settings: Settings) -> None:
    """Raise unless invitations have placeholders for the username and, in pools with passwords alone, the password."""
    template = settings["AdminCreateUserConfig"].get("InviteMessageTemplate", {})
    passwordless = set(settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]) - {"PASSWORD"}
    for member in ("EmailMessage", "SMSMessage"):
        for placeholder in ("{username}",) if passwordless else ("{username}", "{####}"):
            if placeholder not in template.get(member, placeholder):
                raise InvalidParameterException(f"InviteMessageTemplate.{member} must contain {placeholder}.")


def _check_triggers(triggers: Settings) -> None:
    if (triggers.get("CustomEmailSender") or triggers.get("CustomSMSSender")) and not triggers.get("KMSKeyID"):
        raise InvalidParameterException("KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")


def _check_recovery(settings: Settings) -> None:
    mechanisms = settings["AccountRecoverySetting"].get("RecoveryMechanisms", [])
    names, priorities = {entry["Name"] for entry in mechanisms}, {entry["Priority"] for entry in mechanisms}
    if "admin_only" in names and len(mechanisms) > 1:
        raise InvalidParameterException(
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms."
        )
    if min(len(names), len(priorities)) < len(mechanisms):
        raise InvalidParameterException(
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms."
        )


def _check_waiting(settings: Settings) -> None:
    update = settings.get("UserAttributeUpdateSettings", {})
    waiting = set(update.get("AttributesRequireVerificationBeforeUpdate", []))
    if not waiting <= set(settings.get("AutoVerifiedAttributes", [])):
        raise InvalidParameterException(
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"
        )


def _check_factors(settings: Settings) -> None:
    factors = settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    if "PASSWORD" not in factors:
        raise InvalidParameterException("Password should be configured as one of the allowed first auth factors.")
    if "SOFTWARE_TOKEN" in factors:
        raise InvalidParameterException("SOFTWARE_TOKEN is not supported in AllowedFirstAuthFactors.")


def _check_levels(settings: Settings) -> None:
    names = [level["AcrValue"] for level in settings["AcrConfiguration"].values()]
    if len(set(names)) < len(names):
        raise InvalidParameterException("The names of the ACR levels must be unique.")


def _check_tier(settings: Settings) -> None:
    tier = settings["UserPoolTier"]
    beyond = _beyond_lite(settings) if tier == "LITE" else []
    if tier != "PLUS" and is_protected(settings):
        beyond.append("Threat Protection")
    if beyond:
        raise FeatureUnavailableInTierException(
            f"The following features need to be disabled for the {tier} pricing tier configured: {', '.join(beyond)}"
        )


def _beyond_lite(settings: Settings) -> list[str]:
    """AWS's names of the features that the settings use and the LITE tier lacks."""
    # AWS unknown: how FeatureUnavailableInTierException of CreateUserPool and UpdateUserPool names password history,
    # ACR levels and dynamic client registration, and how it joins several features.
    policies, triggers = settings["Policies"], settings["LambdaConfig"]
    registration = settings.get("DcrConfiguration", {"EnableStatus": "Disabled"})
    version = triggers.get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    levels = {name: level["AcrValue"] for name, level in settings["AcrConfiguration"].items()}
    used = {
        "Passwordless Sign-In": set(policies["SignInPolicy"]["AllowedFirstAuthFactors"]) - {"PASSWORD"},
        "Password History": policies["PasswordPolicy"].get("PasswordHistorySize"),
        f"Token Customization with Pre-Token Generation Lambda {version}": version != "V1_0",
        "Custom ACR Levels": levels != LEVELS,
        "Dynamic Client Registration": registration.get("EnableStatus") != "Disabled",
    }
    return [feature for feature, used_here in used.items() if used_here]


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise UserPoolTaggingException for reserved or too many tags."""
    if any(key.lower().startswith("aws:") for key in tags):
        raise UserPoolTaggingException("aws: prefixed tag key names are not allowed for external use.")
    if len(tags) > _MOST_TAGS:
        raise UserPoolTaggingException(f"A user pool cannot have more than {_MOST_TAGS} tags.")
