"""Passkeys of the user who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.factors import passkeys
from emulator.faults import ResourceNotFoundException
from emulator.registry import operation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("StartWebAuthnRegistration")
def start_web_authn_registration(call: Call[shapes.StartWebAuthnRegistrationRequestTypeDef]) -> dict[str, Any]:
    """Give the options with which a browser makes a passkey."""
    return {"CredentialCreationOptions": passkeys.begin(call, call.bearer)}


@operation("CompleteWebAuthnRegistration")
def complete_web_authn_registration(
    call: Call[shapes.CompleteWebAuthnRegistrationRequestTypeDef],
) -> dict[str, Any]:
    """Keep the passkey that a browser made."""
    passkeys.complete(call, call.bearer, call.request["Credential"])
    return {}


@operation("ListWebAuthnCredentials", reads=True)
def list_web_authn_credentials(call: Call[shapes.ListWebAuthnCredentialsRequestTypeDef]) -> dict[str, Any]:
    """The user's passkeys, page by page."""
    user = call.bearer.user
    page = call.page(
        lambda limit, token: call.unit.passkeys.page(user.id, limit, token),
        "MaxResults",
        "NextToken",
        most=passkeys.MOST,
    )
    return {"Credentials": page.of(passkeys.shown), "NextToken": page.token}


@operation("DeleteWebAuthnCredential")
def delete_web_authn_credential(call: Call[shapes.DeleteWebAuthnCredentialRequestTypeDef]) -> dict[str, Any]:
    """Forget a passkey of the user. AWS unknown: the words of the refusal of one that they do not have."""
    passkey = call.unit.passkeys.get(call.bearer.pool.id, call.request["CredentialId"])
    if passkey is None or passkey.user_id != call.bearer.user.id or not call.unit.passkeys.delete(passkey):
        raise ResourceNotFoundException("The passkey does not exist.")
    return {}
