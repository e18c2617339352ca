"""Sign-up: a user creates an account and confirms it. The flows are in `domain/registration`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.registration import confirmation
from emulator.domain.registration.sign_up import Form, create_account
from emulator.registry import operation
from emulator.userpools.views import validation_given

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("SignUp")
def sign_up(call: Call[shapes.SignUpRequestTypeDef]) -> dict[str, Any]:
    """Create an account, and send a code where one of its addresses is to be verified."""
    request = call.request
    form = Form(
        request["Username"],
        request.get("Password"),
        request.get("UserAttributes"),
        request.get("ClientMetadata"),
        validation_given(request.get("ValidationData")),
    )
    made = create_account(call, call, form)
    return {
        "UserConfirmed": made.is_confirmed,
        "UserSub": made.user.sub,
        **({"CodeDeliveryDetails": made.delivery} if made.delivery else {}),
        **({"Session": made.session} if made.session else {}),
    }


@operation("ConfirmSignUp")
def confirm_sign_up(call: Call[shapes.ConfirmSignUpRequestTypeDef]) -> dict[str, Any]:
    """Confirm an account with the code that was sent."""
    request = call.request
    form = confirmation.Form(
        request["Username"],
        request["ConfirmationCode"],
        request.get("Session"),
        request.get("ForceAliasCreation", False),
        request.get("ClientMetadata"),
    )
    confirmed = confirmation.by_code(call, call, form)
    return {"Session": confirmed.session} if confirmed.session else {}


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(call: Call[shapes.AdminConfirmSignUpRequestTypeDef]) -> dict[str, Any]:
    """Confirm an account without a code."""
    confirmation.by_administrator(call, call.principal, call.request.get("ClientMetadata"))
    return {}


@operation("ResendConfirmationCode")
def resend_confirmation_code(call: Call[shapes.ResendConfirmationCodeRequestTypeDef]) -> dict[str, Any]:
    """Send a new code for an account that is not confirmed; the previous code is void."""
    sent = confirmation.resend(call, call, call.request["Username"], call.request.get("ClientMetadata"))
    return {"CodeDeliveryDetails": sent}
