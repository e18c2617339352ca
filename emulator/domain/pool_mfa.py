"""What SetUserPoolMfaConfig keeps, what it refuses, and what GetUserPoolMfaConfig shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.domain import mfa_methods
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException
from storage.records.pools import Pool

Settings = Mapping[str, Any]

_NO_METHOD = "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided."
_KEPT = ("SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration", "SmsMfaConfiguration")


def updated(pool: Pool, request: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """The pool's `settings` and `further` after a request: what it leaves out is switched off.

    AWS unknown: what a request without MfaConfiguration does to it; here it stays as it was, so that passkeys can be
    configured alone. AWS unknown: the words of most refusals.
    """
    sms = request.get("SmsMfaConfiguration")
    settings = {**pool.settings, "MfaConfiguration": request.get("MfaConfiguration") or _mode(pool.settings)}
    settings.pop("SmsAuthenticationMessage", None)
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
    """The pool's `further` once UpdateUserPool made these settings of a request.

    AWS unknown: whether UpdateUserPool brings MFA by text message back, which SetUserPoolMfaConfig switched off; it
    does here where the request turns MFA on. AWS unknown: the refusal of the LITE tier to a pool with MFA by e-mail.
    """
    further = dict(pool.further)
    if _mode(request) != "OFF":
        further.pop("SmsMfaConfiguration", None)
    if "EmailMfaConfiguration" in further:
        _check_tier(settings, "Email MFA")
    if _are_two_factors(further):
        _check_tier(settings, "Passkey MFA")
    check_first_factors(settings, further)
    return further


def check_first_factors(settings: Settings, further: Settings) -> None:
    """Refuse a first factor without a password where MFA is required, but for passkeys that are two factors."""
    if _mode(settings) != "ON":
        return
    factors = set(settings["Policies"].get("SignInPolicy", {}).get("AllowedFirstAuthFactors", [])) - {"PASSWORD"}
    if _are_two_factors(further):
        factors -= {"WEB_AUTHN"}
    if factors:
        raise InvalidParameterException(f"MFA cannot be required while {sorted(factors)[0]} is a first auth factor.")


def shown(pool: Pool) -> dict[str, Any]:
    """The answer of GetUserPoolMfaConfig."""
    further = pool.further
    answer: dict[str, Any] = {"MfaConfiguration": _mode(pool.settings)}
    if mfa_methods.SMS in mfa_methods.of_pool(pool):
        members = ("SmsAuthenticationMessage", "SmsConfiguration")
        answer["SmsMfaConfiguration"] = {name: pool.settings[name] for name in members if pool.settings.get(name)}
    return answer | {name: further[name] for name in _KEPT[:3] if name in further}


def _mode(settings: Settings) -> str:
    return str(settings.get("MfaConfiguration", "OFF"))


def _check(settings: Settings, further: Settings) -> None:
    token = bool(further.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"))
    sms = further["SmsMfaConfiguration"] is not None
    if _mode(settings) != "OFF" and not (sms or token or "EmailMfaConfiguration" in further):
        raise InvalidParameterException(_NO_METHOD)
    if "EmailMfaConfiguration" in further:
        _check_email(settings)
    if _are_two_factors(further):
        _check_tier(settings, "Passkey MFA")
    check_first_factors(settings, further)


def _are_two_factors(further: Settings) -> bool:
    passkeys = further.get("WebAuthnConfiguration", {})
    return bool(passkeys.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION")


def _with_region(sms: Settings, region: str) -> dict[str, Any]:
    """SmsConfiguration with the region that AWS fills in where SNS sends."""
    return ({"SnsRegion": region} if sms.get("SnsCallerArn") else {}) | dict(sms)


def _check_sms(settings: Settings) -> None:
    """AWS unknown: the words where the pool cannot send text messages."""
    sms = settings.get("SmsConfiguration") or {}
    if sms.get("SnsCallerArn") and sms.get("EumsSms"):
        raise InvalidParameterException("SmsConfiguration cannot have both SnsCallerArn and EumsSms.")
    if not (sms.get("SnsCallerArn") or sms.get("EumsSms")):
        raise InvalidParameterException("SmsConfiguration is required to use SMS MFA.")


def _check_email(settings: Settings) -> None:
    """MFA by e-mail needs the pool's own sender, and another way than e-mail to recover an account."""
    _check_tier(settings, "Email MFA")
    if settings["EmailConfiguration"].get("EmailSendingAccount") != "DEVELOPER":
        raise InvalidParameterException("Email MFA requires an EmailConfiguration with EmailSendingAccount DEVELOPER.")
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms", [])
    if [entry["Name"] for entry in mechanisms] == ["verified_email"]:
        raise InvalidParameterException("Email MFA cannot be used where accounts are recovered by email alone.")


def _check_tier(settings: Settings, feature: str) -> None:
    if settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException(
            f"The following features need to be disabled for the LITE pricing tier configured: {feature}"
        )
