"""Temporary AWS credentials: issued for a session, and recognised when a call is signed with them.

They are recognised by the session token, which carries the session, authenticated with the server's key. A row of each
is for look-ups by the access key alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.context import Context
from emulator.faults import ExpiredToken, InvalidClientTokenId
from emulator.policies.principals import ROLE_ARN
from keys import account_keys
from storage.records.identities import Identity, IssuedCredentials

SECONDS = 3600
"""Lifetime of the credentials of GetCredentialsForIdentity, which has no parameter for it."""
SESSION_NAME = "CognitoIdentityCredentials"
LARGEST_TOKEN = 4096
"""The most characters of a session token, which `SessionTokenUtilization` is a percentage of."""

_ACCOUNT = re.compile(r"[0-9]{12}")

Kind = Literal["role", "federated", "user"]


class NoRole(ValueError):
    """Not the ARN of a role."""


class TooLarge(ValueError):
    """A session whose tags and policies need a token of `size` characters, which is too long."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the session token would have {size} characters, of {LARGEST_TOKEN}")
        self.size = size


class RoleArn(Struct, frozen=True):
    """The parts of a role's ARN. The name is without the path."""

    arn: str
    partition: str
    account: str
    name: str

    @classmethod
    def parse(cls, arn: str) -> Self:
        """Take an ARN apart. Raises `NoRole`."""
        found = ROLE_ARN.fullmatch(arn)
        if found is None:
            raise NoRole(f"not the ARN of a role: {arn}")
        return cls(arn, found["partition"], found["account"], found["name"])

    @property
    def id(self) -> str:
        """The unique id of the role, `AROA…`, always the same."""
        return account_keys.role_id(self.arn, self.account)


class Session(Struct, frozen=True):
    """What temporary credentials stand for.

    `kind` is "role" for a session of a role (AssumeRole…, GetCredentialsForIdentity), with the role's ARN as `role` and
    `RoleSessionName` as `name`; "federated" for a session of GetFederationToken, with the user's `name`; "user" for one
    of GetSessionToken, which is the account's root.
    """

    kind: Kind
    account: str
    name: str = ""
    role: str | None = None
    seconds: int = SECONDS
    identity: str | None = None
    pool: str | None = None
    methods: Sequence[str] = ()
    """`amr` of identity pools: how the identity was authenticated. A session token that would be too long has none."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Session tags: `aws:PrincipalTag/…`."""
    transitive: Sequence[str] = ()
    """The keys of the tags that further sessions of other roles inherit."""
    source_identity: str | None = None
    provider: str | None = None
    """The issuer or the ARN of the provider that the session is federated from."""
    policies: Sequence[str] = ()
    """Session policies: documents in JSON, and the ARNs of managed policies. Nothing here evaluates them."""
    scoped: int = 0
    """How many policies GetScopedCredentials has added."""

    @classmethod
    def of_role(cls, role_arn: str, name: str, **members: Any) -> Self:
        """A session of a role. Raises `NoRole`."""
        return cls("role", RoleArn.parse(role_arn).account, name, role_arn, **members)

    @property
    def arn(self) -> str:
        """The ARN of the caller, as GetCallerIdentity shows it. Of a role's ARN it has the name without the path."""
        if self.role is not None:
            role = RoleArn.parse(self.role)
            return f"arn:{role.partition}:sts::{self.account}:assumed-role/{role.name}/{self.name}"
        if self.kind == "federated":
            return f"arn:aws:sts::{self.account}:federated-user/{self.name}"
        return f"arn:aws:iam::{self.account}:root"

    @property
    def user_id(self) -> str:
        """`UserId` of GetCallerIdentity, `AssumedRoleId` of AssumeRole, `FederatedUserId` of GetFederationToken."""
        if self.role is not None:
            return f"{RoleArn.parse(self.role).id}:{self.name}"
        return f"{self.account}:{self.name}" if self.kind == "federated" else self.account


class Credentials(Struct, frozen=True):
    """Issued credentials. `expires` is in epoch seconds."""

    access_key: str
    secret: str
    token: str
    expires: int

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Credentials({self.access_key!r}, expires={self.expires!r})"


class Caller(Struct, frozen=True):
    """Who signed a call. `session` and `expires` are None for permanent credentials, which are the account's root."""

    account: str
    arn: str
    user_id: str
    session: Session | None = None
    expires: int | None = None


def of_identity(
    role_arn: str, identity: Identity, methods: Sequence[str], tags: Mapping[str, str] | None = None
) -> Session:
    """The session of GetCredentialsForIdentity. `tags` are the principal tags of the identity. Raises `NoRole`."""
    return Session.of_role(
        role_arn, SESSION_NAME, identity=identity.id, pool=identity.pool_id, methods=methods, tags=tags or {}
    )


def mint(context: Context, session: Session, least_size: int = 0) -> Credentials:
    """New credentials for a session, which are stored without their secrets: keys, a session token, their expiry.

    The session token has at least `least_size` characters (MinimumSessionTokenSize). Raises `TooLarge`.
    """
    access_key = account_keys.mint_access_key(context.world.entropy, session.account)
    expires = int(context.now) + session.seconds
    server_key = context.vault.credential_key
    stored = _stored(session)
    payload = {"akid": access_key, "exp": expires, **stored}
    token = account_keys.session_token(server_key, payload, least_size)
    if len(token) > LARGEST_TOKEN:  # an identity may have twenty logins with long names: they are no reason to fail
        payload.pop("methods", None)
        token = account_keys.session_token(server_key, payload, least_size)
    # AWS unknown: how STS packs session policies and tags, and so which of them are too large for AssumeRole… and
    # GetCredentialsForIdentity. Here the session token holds them, and has 4096 characters at most.
    if len(token) > LARGEST_TOKEN:
        raise TooLarge(len(token))
    context.unit.issued_credentials.add(IssuedCredentials(access_key, stored, expires))
    return Credentials(access_key, account_keys.secret_access_key(server_key, access_key, expires), token, expires)


def caller(context: Context) -> Caller:
    """The identity that signed this call.

    A temporary access key (`ASIA…`) with a session token means its session. Raises InvalidClientTokenId if the session
    token is forged or belongs to another access key, ExpiredToken if it has expired.
    """
    # Unlike AWS: STS accepts every access key, since tools call GetCallerIdentity at start-up. A key means the root of
    # the account that it encodes, a call without one the root of the configured account. AWS refuses unknown keys.
    access_key, token = context.origin.access_key or "", context.origin.session_token
    if token and access_key.startswith("ASIA"):
        session, expires = opened(context, access_key, token)
        return Caller(session.account, session.arn, session.user_id, session, expires)
    account = access_key if _ACCOUNT.fullmatch(access_key) else account_of(access_key)
    account = account or context.settings.account_id
    return Caller(account, f"arn:aws:iam::{account}:root", account)


def account_of(access_key: str) -> str | None:
    """The account that is encoded in an access key of AWS's form; None for any other key."""
    return account_keys.account_of(access_key) if access_key.startswith(("AKIA", "ASIA")) else None


def opened(context: Context, access_key: str, token: str) -> tuple[Session, int]:
    """The session of a session token, and when it expires. Raises InvalidClientTokenId and ExpiredToken."""
    try:
        payload = account_keys.payload_of(context.vault.credential_key, access_key, token)
    except account_keys.Forged as problem:
        raise InvalidClientTokenId("The security token included in the request is invalid.", str(problem)) from None
    if context.now >= payload["exp"]:
        raise ExpiredToken("The security token included in the request is expired")
    return _read(payload), payload["exp"]


def known(context: Context, access_key: str) -> tuple[Session, float] | None:
    """The session of an access key that was issued here and has not expired, and when it expires. None for others."""
    found = context.unit.issued_credentials.get(access_key)
    if found is None or context.now >= found.expires:
        return None
    return _read(found.session), found.expires


_ABSENT = Session("role", "")


def _stored(session: Session) -> dict[str, Any]:
    """The members of a session that are not their defaults, for the session token."""
    return {
        name: value for name in Session.__struct_fields__ if (value := getattr(session, name)) != getattr(_ABSENT, name)
    }


def _read(payload: Mapping[str, Any]) -> Session:
    """The session in a payload that this server has signed."""
    return replace(_ABSENT, **{name: value for name, value in payload.items() if name not in {"akid", "exp"}})
