"""Passkeys of the signed-in user."""

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
    """Create the options with which a browser creates a passkey."""
    return {"CredentialCreationOptions": passkeys.begin(call, call.principal)}


@operation("CompleteWebAuthnRegistration")
def complete_web_authn_registration(
    call: Call[shapes.CompleteWebAuthnRegistrationRequestTypeDef],
) -> dict[str, Any]:
    """Register the passkey that a browser created."""
    passkeys.complete(call, call.principal, call.request["Credential"])
    return {}


@operation("ListWebAuthnCredentials", reads=True)
def list_web_authn_credentials(call: Call[shapes.ListWebAuthnCredentialsRequestTypeDef]) -> dict[str, Any]:
    """List the user's passkeys."""
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
    """Delete a passkey of the user."""
    passkey = call.unit.passkeys.get(call.bearer.pool.id, call.request["CredentialId"])
    if passkey is None or passkey.user_id != call.bearer.user.id or not call.unit.passkeys.delete(passkey):
        # AWS unknown: the message of ResourceNotFoundException of DeleteWebAuthnCredential.
        raise ResourceNotFoundException("The passkey does not exist.")
    return {}
