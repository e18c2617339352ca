"""Who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain import aws_credentials
from emulator.faults import ExpiredToken, InvalidClientTokenId, ValidationError
from emulator.registry import operation
from keys import account_keys

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes

_INVALID = "The security token included in the request is invalid."


@operation("GetCallerIdentity", reads=True)
def get_caller_identity(call: Call[dict[str, Any]]) -> dict[str, Any]:
    """The identity behind the caller's credentials.

    Ours stand for a role; any other access key for the root of the account it encodes, else of the configured one.
    Unlike AWS: nothing is refused but a session token that is not ours, or expired: tools ask this at start-up.
    """
    token, access_key = call.origin.session_token, call.origin.access_key or ""
    if token and access_key.startswith("ASIA"):
        return _assumed_role(call, token, access_key)
    account = access_key if _is_account(access_key) else account_keys.account_of(access_key)
    account = account or call.settings.account_id
    return {"UserId": account, "Account": account, "Arn": f"arn:aws:iam::{account}:root"}


@operation("GetAccessKeyInfo", reads=True)
def get_access_key_info(call: Call[shapes.GetAccessKeyInfoRequestTypeDef]) -> dict[str, Any]:
    """The account that an access key encodes. AWS unknown: the refusal of one that encodes none."""
    account = account_keys.account_of(call.request["AccessKeyId"])
    if account is None:
        raise ValidationError("The access key ID does not belong to an account.")
    return {"Account": account}


def _assumed_role(call: Call[Any], token: str, access_key: str) -> dict[str, Any]:
    try:
        session = aws_credentials.session(call, token)
    except account_keys.Forged:
        raise InvalidClientTokenId(_INVALID, "the session token is not ours") from None
    if session.access_key != access_key:
        raise InvalidClientTokenId(_INVALID, "the session token is another key's")
    if session.expires <= call.now:
        raise ExpiredToken("The security token included in the request is expired")
    account = aws_credentials.account_of_role(session.role_arn) or call.settings.account_id
    role = session.role_arn.rsplit("/", 1)[-1]
    return {
        "UserId": f"{account_keys.role_id(session.role_arn, account)}:{session.name}",
        "Account": account,
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session.name}",
    }


def _is_account(access_key: str) -> bool:
    return len(access_key) == 12 and access_key.isascii() and access_key.isdecimal()
