"""Temporary AWS credentials: minted for an identity, and recognised when a call is signed with them.

Nothing is kept: the session token says whose it is, and the server's key proves it.
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
"""How long they are good for; the enhanced flow leaves no choice."""
SESSION_NAME = "CognitoIdentityCredentials"

_ROLE = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>[0-9]{12}):role/([\w+=,.@/-]*/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)
_ACCOUNT = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """Who signed a call, as GetCallerIdentity tells it."""

    account: str
    arn: str
    user_id: str


def mint(context: Context, role_arn: str, identity: Identity, proven: Sequence[Proven]) -> dict[str, Any]:
    """`Credentials` of GetCredentialsForIdentity: keys of the role's account, and a session token.

    Raises InvalidIdentityPoolConfigurationException for what is no role's ARN. Unlike AWS: the role need not exist,
    nor trust Cognito, nor be in the account of the identity pool.
    """
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
    """How the identity was authenticated, as `amr` says it."""
    if not proven:
        return ["unauthenticated"]
    pairs = ((login.provider, f"{login.provider}:CognitoSignIn:{login.subject}") for login in proven)
    return ["authenticated", *(part for pair in pairs for part in pair)]


def caller(context: Context) -> CallerIdentity:
    """Who signed this call.

    A temporary key (`ASIA…`) with a session token stands for its role; a token that is not ours, or of another key,
    is refused with InvalidClientTokenId, an expired one with ExpiredToken. Unlike AWS: nothing else is refused, since
    tools ask this at start-up: any key stands for the root of the account that it says, no key for the configured one.
    """
    access_key, token = context.origin.access_key or "", context.origin.session_token
    if token and access_key.startswith("ASIA"):
        return _role_session(context, access_key, token)
    account = access_key if _ACCOUNT.fullmatch(access_key) else account_of(access_key)
    account = account or context.settings.account_id
    return CallerIdentity(account, f"arn:aws:iam::{account}:root", account)


def account_of(access_key: str) -> str | None:
    """The account that AWS encoded in an access key; None for any other key."""
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
