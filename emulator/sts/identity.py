"""GetCallerIdentity, GetAccessKeyInfo and DecodeAuthorizationMessage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.identities import aws_credentials
from emulator.faults import InvalidAuthorizationMessageException, ValidationError
from emulator.registry import operation
from emulator.sts import callers

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes


@operation("GetCallerIdentity", reads=True)
def get_caller_identity(call: Call[dict[str, Any]]) -> dict[str, Any]:
    """The caller's identity: a session for temporary credentials, else the root of an account."""
    caller = callers.of(call)
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn}


@operation("GetAccessKeyInfo", reads=True)
def get_access_key_info(call: Call[shapes.GetAccessKeyInfoRequestTypeDef]) -> dict[str, Any]:
    """The account that an access key encodes. Raises ValidationError for a key that encodes none."""
    callers.of(call)
    account = aws_credentials.account_of(call.request["AccessKeyId"])
    if account is None:
        # AWS unknown: the error of GetAccessKeyInfo for an access key that encodes no account.
        raise ValidationError("The access key ID does not belong to an account.")
    return {"Account": account}


@operation("DecodeAuthorizationMessage", reads=True)
def decode_authorization_message(call: Call[shapes.DecodeAuthorizationMessageRequestTypeDef]) -> dict[str, Any]:
    """Refused: no operation here gives encoded messages. Raises InvalidAuthorizationMessageException."""
    callers.of(call)
    raise InvalidAuthorizationMessageException("Message is not valid", "no operation here encodes messages")
