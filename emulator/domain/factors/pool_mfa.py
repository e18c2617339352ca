"""SetUserPoolMfaConfig and GetUserPoolMfaConfig: checks, stored settings, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.domain.factors import mfa_methods
from emulator.domain.pools import pool_checks
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException
from storage.records.pools import Pool

Settings = Mapping[str, Any]

_KEPT = ("SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration", "SmsMfaConfiguration")
_OFF_AND_ON = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
_ALL_OFF = "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
_NONE_ON = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."
_OTHER_SENDER = (
    "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of "
    "COGNITO_DEFAULT.Update the value of EmailSendingAccount"
)
_PASSWORDLESS = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
_SINGLE = (
    "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first "
    "auth factor"
)


def updated(pool: Pool, request: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pool's `settings` and `further` after SetUserPoolMfaConfig, to be stored by the caller.

    Methods that the request omits are removed. Raises InvalidParameterException, and
    FeatureUnavailableInTierException for e-mail MFA or passkey MFA in the LITE tier.
    """
    sms = request.get("SmsMfaConfiguration")
    settings = {**pool.settings, "MfaConfiguration": _mode(request)}
    settings.pop("SmsAuthenticationMessage", None)
    _check_methods(request)
    if sms is not None:
        settings |= {name: sms[name] for name in ("SmsConfiguration", "SmsAuthenticationMessage") if sms.get(name)}
        _check_sms(settings)
        settings["SmsConfiguration"] = _with_region(settings["SmsConfiguration"], pool.region)
    others = {name: value for name, value in pool.further.items() if name not in _KEPT}
    further = others | {name: request[name] for name in _KEPT if request.get(name) is not None}
    further["SmsMfaConfiguration"] = None if sms is None else {}
    if "WebAuthnConfiguration" in further:
        further["WebAuthnConfiguration"] = {"UserVerification": "preferred", **further["WebAuthnConfiguration"]}
    _check(settings, further)
    return settings, further


def after_update(pool: Pool, request: Settings, settings: Settings) -> dict[str, Any]:
    """The pool's `further` after UpdateUserPool, whose request led to `settings`; to be stored by the caller.

    A request that turns MFA on restores SMS MFA that SetUserPoolMfaConfig had removed. Raises
    FeatureUnavailableInTierException and InvalidParameterException where the new tier or MfaConfiguration does not go
    with the methods of the pool.
    """
    # AWS unknown: whether UpdateUserPool restores SMS MFA that SetUserPoolMfaConfig has removed. Here it does so if the
    # request turns MFA on.
    # AWS unknown: the message of UpdateUserPool for the LITE tier if the pool has e-mail MFA.
    further = dict(pool.further)
    if _mode(request) != "OFF":
        further.pop("SmsMfaConfiguration", None)
    used = [feature for feature, is_used in _features(further).items() if is_used]
    if used and settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException(
            f"The following features need to be disabled for the LITE pricing tier configured: {', '.join(used)}"
        )
    check_first_factors(settings, further)
    return further


def check_first_factors(settings: Settings, further: Settings) -> None:
    """Raise InvalidParameterException for first factors that do not go with required MFA.

    Passwords do, and passkeys that count as two factors.
    """
    # AWS unknown: whether CreateUserPool and UpdateUserPool refuse first factors that MFA ON does not allow with the
    # message of SetUserPoolMfaConfig. Here they do.
    if _mode(settings) != "ON":
        return
    factors = set(settings["Policies"].get("SignInPolicy", {}).get("AllowedFirstAuthFactors", []))
    if factors - {"PASSWORD", "WEB_AUTHN"}:
        raise InvalidParameterException(_PASSWORDLESS)
    if "WEB_AUTHN" in factors and not _are_two_factors(further):
        raise InvalidParameterException(_SINGLE)


def has_others(pool: Pool) -> bool:
    """Whether the pool has a second factor beside SMS, so that MFA may stay on without an SmsConfiguration."""
    # AWS unknown: whether UpdateUserPool accepts MfaConfiguration without an SmsConfiguration if the pool has other
    # methods. CreateUserPool refuses that in every pool.
    return bool(set(mfa_methods.of_pool(pool)) - {mfa_methods.SMS})


def shown(pool: Pool) -> dict[str, Any]:
    """The answer of GetUserPoolMfaConfig."""
    further = pool.further
    answer: dict[str, Any] = {"MfaConfiguration": _mode(pool.settings)}
    if mfa_methods.SMS in mfa_methods.of_pool(pool):
        members = ("SmsAuthenticationMessage", "SmsConfiguration")
        answer["SmsMfaConfiguration"] = {name: pool.settings[name] for name in members if pool.settings.get(name)}
    return answer | {name: further[name] for name in _KEPT[:3] if name in further}


def _mode(settings: Settings) -> str:
    return str(settings.get("MfaConfiguration") or "OFF")


def _check_methods(request: Settings) -> None:
    """Raise InvalidParameterException for methods without MFA, or MFA without methods."""
    # AWS unknown: which of two known messages SetUserPoolMfaConfig has for MFA without a method, and whether it refuses
    # a method in a request without MfaConfiguration. Here it refuses that too.
    token = bool((request.get("SoftwareTokenMfaConfiguration") or {}).get("Enabled"))
    has = token or any(request.get(name) is not None for name in ("SmsMfaConfiguration", "EmailMfaConfiguration"))
    if _mode(request) == "OFF" and has:
        raise InvalidParameterException(_OFF_AND_ON)
    if _mode(request) != "OFF" and not has:
        raise InvalidParameterException(_NONE_ON if request.get("WebAuthnConfiguration") else _ALL_OFF)


def _check(settings: Settings, further: Settings) -> None:
    for feature, is_used in _features(further).items():
        if is_used and settings["UserPoolTier"] == "LITE":
            raise FeatureUnavailableInTierException(
                f"The following feature is not available for the LITE pricing tier configured: {feature}"
            )
    if "EmailMfaConfiguration" in further:
        _check_email(settings)
    check_first_factors(settings, further)


def _features(further: Settings) -> dict[str, bool]:
    """Features that the LITE tier lacks → whether they are used."""
    # AWS unknown: the name of passkey MFA in FeatureUnavailableInTierException of SetUserPoolMfaConfig.
    return {"Email MFA": "EmailMfaConfiguration" in further, "Passkey MFA": _are_two_factors(further)}


def _are_two_factors(further: Settings) -> bool:
    passkeys = further.get("WebAuthnConfiguration", {})
    return bool(passkeys.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION")


def _with_region(sms: Settings, region: str) -> dict[str, Any]:
    """SmsConfiguration with the region that AWS fills in where SNS sends."""
    return ({"SnsRegion": region} if sms.get("SnsCallerArn") else {}) | dict(sms)


def _check_sms(settings: Settings) -> None:
    # AWS unknown: the message of SetUserPoolMfaConfig for SMS MFA in a pool that cannot send SMS messages.
    if not pool_checks.sends_texts(settings.get("SmsConfiguration") or {}):
        raise InvalidParameterException("SmsConfiguration is required to use SMS MFA.")


def _check_email(settings: Settings) -> None:
    """E-mail MFA requires EmailSendingAccount=DEVELOPER, and a recovery mechanism other than e-mail."""
    # AWS unknown: the message of SetUserPoolMfaConfig for e-mail MFA if accounts are recovered by e-mail alone.
    if settings["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER":
        raise InvalidParameterException(_OTHER_SENDER)
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms", [])
    if [entry["Name"] for entry in mechanisms] == ["verified_email"]:
        raise InvalidParameterException("Email MFA cannot be used where accounts are recovered by email alone.")
