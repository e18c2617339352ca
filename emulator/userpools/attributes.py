"""Users' attributes: change, delete, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.credentials import codes
from emulator.domain.messages import delivery, message_triggers
from emulator.domain.registration import profile
from emulator.faults import InvalidParameterException
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("AdminUpdateUserAttributes")
def admin_update_user_attributes(
    call: Call[shapes.AdminUpdateUserAttributesRequestTypeDef],
) -> dict[str, Any]:
    """Change any attributes of a user; unlike UpdateUserAttributes, `email_verified` and `phone_number_verified` too.

    A code is sent to a new address that is not declared verified, where the pool verifies such addresses.
    """
    given = profile.attributes_from_pairs(call.request["UserAttributes"])

    def change() -> None:
        profile.change(call, call.principal, given)

    message_triggers.retry_with_text(call, call.request.get("ClientMetadata"), change)
    return {}


@operation("UpdateUserAttributes")
def update_user_attributes(call: Call[shapes.UpdateUserAttributesRequestTypeDef]) -> dict[str, Any]:
    """Change attributes of the signed-in user that the client may write. A code is sent to a new address."""
    given = profile.attributes_from_pairs(call.request["UserAttributes"])
    profile.check_writable(call.bearer.client, call.bearer.pool, given)

    def change() -> dict[str, Any]:
        return {"CodeDeliveryDetailsList": profile.change(call, call.principal, given)}

    return message_triggers.retry_with_text(call, call.request.get("ClientMetadata"), change)


@operation("AdminDeleteUserAttributes")
def admin_delete_user_attributes(
    call: Call[shapes.AdminDeleteUserAttributesRequestTypeDef],
) -> dict[str, Any]:
    """Delete any attributes of a user."""
    profile.delete(call, call.principal, list(call.request["UserAttributeNames"]))
    return {}


@operation("DeleteUserAttributes")
def delete_user_attributes(call: Call[shapes.DeleteUserAttributesRequestTypeDef]) -> dict[str, Any]:
    """Delete attributes of the signed-in user that the client may write."""
    names = list(call.request["UserAttributeNames"])
    profile.check_writable(call.bearer.client, call.bearer.pool, names)
    profile.delete(call, call.principal, names)
    return {}


@operation("GetUserAttributeVerificationCode")
def get_user_attribute_verification_code(
    call: Call[shapes.GetUserAttributeVerificationCodeRequestTypeDef],
) -> dict[str, Any]:
    """Send a code to an address of the signed-in user, or to a new one that replaces it once it is verified."""
    kind = _address(call.request["AttributeName"])

    def send() -> dict[str, Any]:
        user = call.user
        if not user.attributes.get(kind):
            # AWS unknown: the message of GetUserAttributeVerificationCode where the user has no such address.
            raise InvalidParameterException(f"User does not have a {kind} attribute.")
        codes.limit_calls(call, user, "GetUserAttributeVerificationCode")
        purpose, target = delivery.ATTRIBUTE + kind, (kind, profile.ADDRESSES[kind])
        # AWS unknown: which address GetUserAttributeVerificationCode sends the code to while a new address waits for
        # its verification; here the new one.
        pending = profile.pending_address(call, user, kind)
        return {"CodeDeliveryDetails": delivery.send_code(call, call.principal, purpose, target, pending)}

    return message_triggers.retry_with_text(call, call.request.get("ClientMetadata"), send)


@operation("VerifyUserAttribute")
def verify_user_attribute(call: Call[shapes.VerifyUserAttributeRequestTypeDef]) -> dict[str, Any]:
    """Verify an address of the signed-in user with the code that was sent to it."""
    # AWS unknown: whether VerifyUserAttribute verifies an address that an identity provider's claim has set. AWS's
    # documentation denies it; a public report shows it, as here, until the next sign-in.
    kind = _address(call.request["AttributeName"])
    profile.verify(call, call.principal, kind, call.request["Code"])
    return {}


def _address(name: str) -> str:
    if name not in profile.ADDRESSES:
        raise InvalidParameterException("Invalid attribute name. Only phone_number and email can be verified.")
    return name
