"""What AWS answers for a pool of which nothing is said: the facts' default document, word for word."""

from __future__ import annotations

from typing import Any

DEFAULT_POOL: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "MfaConfiguration": "OFF",
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "UserPoolTags": {},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_email"},
            {"Priority": 2, "Name": "verified_phone_number"},
        ]
    },
    "UserPoolTier": "ESSENTIALS",
    "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
    "IssuerConfiguration": {"Type": "ORIGINAL"},
    "AcrConfiguration": {f"Level{number}": {"AcrValue": f"urn:cognito:loa:{number}"} for number in range(1, 5)},
}


def _text(name: str, low: str = "0", high: str = "2048", **changed: Any) -> dict[str, Any]:
    limits = {"StringAttributeConstraints": {"MinLength": low, "MaxLength": high}}
    return _attribute(name, "String") | limits | changed


def _attribute(name: str, kind: str) -> dict[str, Any]:
    return {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }


DEFAULT_SCHEMA = [
    _text("sub", "1", Mutable=False, Required=True),
    _text("name"),
    _text("given_name"),
    _text("family_name"),
    _text("middle_name"),
    _text("nickname"),
    _text("preferred_username"),
    _text("profile"),
    _text("picture"),
    _text("website"),
    _text("email"),
    _attribute("email_verified", "Boolean"),
    _text("gender"),
    _text("birthdate", "10", "10"),
    _text("zoneinfo"),
    _text("locale"),
    _text("phone_number"),
    _attribute("phone_number_verified", "Boolean"),
    _text("address"),
    _attribute("updated_at", "Number") | {"NumberAttributeConstraints": {"MinValue": "0"}},
]
