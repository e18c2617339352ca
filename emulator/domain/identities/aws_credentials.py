"""Temporary AWS credentials: issued to an identity, and recognised when a call is signed with them.

Nothing is stored: the session token carries the role and the identity, authenticated with the server's key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from emulator.domain.identities import roles
from emulator.domain.identities.logins import Proven
from emulator.faults import ExpiredToken, InvalidClientTokenId
from keys import account_keys
from storage.records.identities import Identity

SECONDS = 3600
"""Lifetime of credentials. The enhanced flow has no parameter for it."""
SESSION_NAME = "CognitoIdentityCredentials"

_ROLE = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>[0-9]{12}):role/([\w+=,.@/-]*/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)
_ACCOUNT = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """The caller's identity, as GetCallerIdentity shows it."""

    account: str
    arn: str
    user_id: str


def mint(context: Context, role_arn: str, identity: Identity, proven: Sequence[Proven]) -> dict[str, Any]:
    """New `Credentials` of GetCredentialsForIdentity: keys of the role's account, a session token, and their expiry.

    `proven` are the logins that authenticated the identity, none for a guest. Raises
    InvalidIdentityPoolConfigurationException if `role_arn` is not the ARN of a role.
    """
    # Unlike AWS: the role in GetCredentialsForIdentity need not exist, nor trust Cognito, nor be in the account of the
    # identity pool. AWS assumes the role, and fails if it cannot.
    role = _ROLE.fullmatch(role_arn)
    if role is None:
        raise roles.unusable(f"not the ARN of a role: {role_arn}")
    access_key = account_keys.mint_access_key(context.world.entropy, role["account"])
    expires = int(context.now) + SECONDS
    server_key = context.vault.credential_key
    payload = {
        "akid": access_key,
        "role": role_arn,
        "session": SESSION_NAME,
        "identity": identity.id,
        "pool": identity.pool_id,
        "amr": _methods(proven),
        "exp": expires,
    }
    return {
        "AccessKeyId": access_key,
        "SecretKey": account_keys.secret_access_key(server_key, access_key, expires),
        "SessionToken": account_keys.session_token(server_key, payload),
        "Expiration": expires,
    }


def _methods(proven: Sequence[Proven]) -> list[str]:
    """The `amr` claim: how the identity was authenticated."""
    if not proven:
        return ["unauthenticated"]
    pairs = ((login.provider, f"{login.provider}:CognitoSignIn:{login.subject}") for login in proven)
    return ["authenticated", *(part for pair in pairs for part in pair)]


def caller(context: Context) -> CallerIdentity:
    """The identity that signed this call.

    A temporary access key (`ASIA…`) with a session token means its role. Raises InvalidClientTokenId if the session
    token is forged or belongs to another access key, ExpiredToken if it has expired.
    """
    # Unlike AWS: GetCallerIdentity accepts every access key, since tools call it at start-up. A key means the root of
    # the account that it encodes, a call without one the root of the configured account. AWS refuses unknown keys.
    access_key, token = context.origin.access_key or "", context.origin.session_token
    if token and access_key.startswith("ASIA"):
        return _role_session(context, access_key, token)
    account = access_key if _ACCOUNT.fullmatch(access_key) else account_of(access_key)
    account = account or context.settings.account_id
    return CallerIdentity(account, f"arn:aws:iam::{account}:root", account)


def account_of(access_key: str) -> str | None:
    """The account that is encoded in an access key of AWS's form; None for any other key."""
    return account_keys.account_of(access_key) if access_key.startswith(("AKIA", "ASIA")) else None


def _role_session(context: Context, access_key: str, token: str) -> CallerIdentity:
    try:
        payload = account_keys.open_session_token(context.vault.credential_key, token)
    except account_keys.Forged as problem:
        raise _unknown(str(problem)) from None
    if payload["akid"] != access_key:
        raise _unknown("the session token is of another access key")
    if context.now >= payload["exp"]:
        raise ExpiredToken("The security token included in the request is expired")
    role = _ROLE.fullmatch(payload["role"])
    if role is None:
        raise _unknown("the session token is of no role")
    partition, account, name = role["partition"], role["account"], role["name"]
    session = payload["session"]
    arn = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session}"
    return CallerIdentity(account, arn, f"{account_keys.role_id(payload['role'], account)}:{session}")


def _unknown(reason: str) -> InvalidClientTokenId:
    return InvalidClientTokenId("The security token included in the request is invalid.", reason)
