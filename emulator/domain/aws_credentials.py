"""Temporary AWS credentials: made up, but shaped like AWS's, provable and expiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.context import Context
from keys import account_keys

LIFETIME = 3_600
"""Seconds; the enhanced flow has no other (AWS: "Identity pools authentication flow")."""

SESSION_NAME = "CognitoIdentityCredentials"


@dataclass(frozen=True, slots=True)
class Session:
    """What a session token of ours stands for."""

    access_key: str
    role_arn: str
    name: str
    expires: int


def mint(context: Context, role_arn: str, **about: Any) -> dict[str, Any]:
    """Credentials for a role: `AccessKeyId`, `SecretKey`, `SessionToken`, `Expiration`.

    `about` goes into the session token: who got them (identity, pool, login).
    """
    key = context.vault.credential_key
    account = account_of_role(role_arn) or context.settings.account_id
    access_key = account_keys.mint_access_key(context.world.entropy, account)
    expires = int(context.now) + LIFETIME
    session = {"akid": access_key, "role": role_arn, "name": SESSION_NAME, "exp": expires, **about}
    return {
        "AccessKeyId": access_key,
        "SecretKey": account_keys.secret_access_key(key, access_key, expires),
        "SessionToken": account_keys.session_token(key, session),
        "Expiration": expires,
    }


def session(context: Context, token: str) -> Session:
    """What a session token stands for, expired or not. Raises `account_keys.Forged`."""
    held = account_keys.open_session_token(context.vault.credential_key, token)
    return Session(held["akid"], held["role"], held["name"], held["exp"])


def account_of_role(role_arn: str) -> str | None:
    """The account in a role's ARN; None where there is none of twelve digits."""
    parts = role_arn.split(":")
    found = parts[4] if len(parts) > 5 else ""
    return found if len(found) == 12 and found.isascii() and found.isdecimal() else None
