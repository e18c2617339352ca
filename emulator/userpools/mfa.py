"""Factors of users: software tokens, MFA preferences, and the factors that a user may sign in with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.factors import first_factors, mfa_methods, software_tokens
from emulator.domain.sign_in import software_token_setup
from emulator.faults import InvalidParameterException
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_ONE_OF = "Exactly one of AccessToken and Session must be given."


@operation("AssociateSoftwareToken")
def associate_software_token(call: Call[shapes.AssociateSoftwareTokenRequestTypeDef]) -> dict[str, Any]:
    """Create the secret for an authenticator app: for a signed-in user, or for one who sets up MFA while signing in.

    The latter is named by the session of MFA_SETUP, which is spent; the answer has a new one.
    """
    session = _session(call)
    if session is None:
        return {"SecretCode": software_tokens.associate(call, call.principal)}
    secret, renewed = software_token_setup.associate(call, session)
    return {"SecretCode": secret, "Session": renewed}


@operation("VerifySoftwareToken")
def verify_software_token(call: Call[shapes.VerifySoftwareTokenRequestTypeDef]) -> dict[str, Any]:
    """Verify the secret of an authenticator app with a first code.

    With a session, the app becomes an active factor of the user. With an access token, it is activated later, by
    SetUserMFAPreference.
    """
    session, name = _session(call), call.request.get("FriendlyDeviceName")
    if session is None:
        software_tokens.verify(call, call.principal, call.request["UserCode"], name)
        return {"Status": "SUCCESS"}
    renewed = software_token_setup.verify(call, session, call.request["UserCode"], name)
    return {"Status": "SUCCESS", "Session": renewed}


@operation("AdminDeleteSoftwareToken")
def admin_delete_software_token(call: Call[shapes.AdminDeleteSoftwareTokenRequestTypeDef]) -> dict[str, Any]:
    """Delete a user's software token, if there is one, and deactivate it as an MFA method."""
    if call.unit.software_tokens.delete(call.user.id):
        mfa_methods.deactivate(call, call.user, mfa_methods.SOFTWARE_TOKEN)
    return {}


@operation("SetUserMFAPreference", "AdminSetUserMFAPreference")
def set_user_mfa_preference(
    call: Call[shapes.SetUserMFAPreferenceRequestTypeDef] | Call[shapes.AdminSetUserMFAPreferenceRequestTypeDef],
) -> dict[str, Any]:
    """Activate or deactivate MFA methods of a user, and set the preferred one."""
    mfa_methods.choose(call, call.principal, call.request)
    return {}


@operation("SetUserSettings", "AdminSetUserSettings")
def set_user_settings(
    call: Call[shapes.SetUserSettingsRequestTypeDef] | Call[shapes.AdminSetUserSettingsRequestTypeDef],
) -> dict[str, Any]:
    """Activate or deactivate SMS MFA by MFAOptions, which SetUserMFAPreference has superseded."""
    # AWS unknown: the messages of InvalidParameterException of SetUserSettings and AdminSetUserSettings.
    options = call.request["MFAOptions"]
    refusals.check_local(call.user)
    for option in options:
        if (option.get("DeliveryMedium"), option.get("AttributeName")) != ("SMS", "phone_number"):
            raise InvalidParameterException("MFAOptions can only be SMS to phone_number.")
    if options and not call.user.attributes.get("phone_number"):
        raise InvalidParameterException(mfa_methods.NO_DELIVERY.format(method=mfa_methods.SMS))
    change = mfa_methods.activate if options else mfa_methods.deactivate
    user = change(call, call.user, mfa_methods.SMS)
    settings = {name: value for name, value in user.settings.items() if name != "MFAOptions"}
    call.unit.users.change(user, settings=settings | ({"MFAOptions": list(options[:1])} if options else {}))
    return {}


@operation("GetUserAuthFactors", "AdminGetUserAuthFactors", reads=True)
def get_user_auth_factors(
    call: Call[shapes.GetUserAuthFactorsRequestTypeDef] | Call[shapes.AdminGetUserAuthFactorsRequestTypeDef],
) -> dict[str, Any]:
    """The factors that a user can sign in with: first factors, and SOFTWARE_TOKEN as a second one."""
    # AWS unknown: whether GetUserAuthFactors and AdminGetUserAuthFactors have EMAIL_OTP or SMS_OTP where the user may
    # use it as a second factor only; not here.
    principal, user = call.principal, call.user
    factors = first_factors.configured(call, principal)
    if mfa_methods.SOFTWARE_TOKEN in mfa_methods.usable(call, principal):
        factors.append("SOFTWARE_TOKEN")
    return {"Username": user.username, **mfa_methods.chosen(user).shown, "ConfiguredUserAuthFactors": factors}


def _session(call: Call[Any]) -> str | None:
    """The request's session; None where the request has an access token instead. It must have exactly one."""
    if (call.given("AccessToken") is None) == (call.given("Session") is None):
        raise InvalidParameterException(_ONE_OF)
    session: str | None = call.given("Session")
    return session
