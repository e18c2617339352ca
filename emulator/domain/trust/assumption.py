"""Whether a role may be assumed: by the table of roles and the role's trust policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from emulator.context import Context
from emulator.policies.principals import Caller

if TYPE_CHECKING:
    from emulator.policies.role_table import Role

NO_TABLE = "every role may be assumed, since no table of roles is set (--roles)"
MOST_SECONDS = 43_200
"""MaxSessionDuration at most, and that of roles where there is no table."""


class NotTrusted(Exception):
    """The role does not exist, or does not allow `action` to the caller. The text is for the log."""

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(reason)
        self.action = action


class Assumption(Struct, frozen=True):
    """A request to assume a role: `action` by `caller`. `keys` are condition keys beyond those of the members."""

    role_arn: str
    action: str
    caller: Caller
    name: str
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: Sequence[str] = ()
    source_identity: str | None = None
    """The one that the request sets."""
    seconds: int | None = None

    @property
    def actions(self) -> list[str]:
        """The actions that the trust policy has to allow."""
        # Unlike AWS: identity-based policies are not evaluated by AssumeRole…; the trust policy alone decides.
        also = {"sts:TagSession": self.tags, "sts:SetSourceIdentity": self.source_identity}
        return [self.action, *(action for action, needed in also.items() if needed)]


def check(context: Context, wanted: Assumption) -> Role | None:
    """The role of the table, which trusts the caller; None where there is no table. Raises `NotTrusted`."""
    # Unlike AWS: without a table of roles, AssumeRole… and GetCredentialsForIdentity take every role.
    if not context.world.iam.knows_roles:
        context.remark = NO_TABLE
        return None
    role = context.world.iam.role(wanted.role_arn)
    if role is None:
        raise NotTrusted(wanted.action, f"the table of roles has no {wanted.role_arn}")
    keys = _keys(context, wanted)
    for action in wanted.actions:
        refusal = role.trust.refusal(action, wanted.caller, keys)
        if refusal:
            raise NotTrusted(action, f"{wanted.role_arn}: {refusal}")
    return role


def most_seconds(role: Role | None) -> int:
    """MaxSessionDuration of a role."""
    return role.most_seconds if role else MOST_SECONDS


def _keys(context: Context, wanted: Assumption) -> dict[str, tuple[str, ...]]:
    """The condition keys of the request, by their names in lower case."""
    # Unlike AWS: condition keys about organizations, VPCs, MFA and services are in no request of AssumeRole…
    origin = context.origin
    now = datetime.fromtimestamp(int(context.now), UTC)
    texts: dict[str, Sequence[str]] = {
        "aws:CurrentTime": [now.strftime("%Y-%m-%dT%H:%M:%SZ")],
        "aws:EpochTime": [str(int(context.now))],
        "aws:SourceIp": [origin.ip] if origin.ip else (),
        "aws:UserAgent": [origin.user_agent] if origin.user_agent else (),
        "aws:SecureTransport": ["true" if origin.base_url.startswith("https:") else "false"],
        "aws:RequestedRegion": [context.region],
        "sts:RoleSessionName": [wanted.name],
        "sts:DurationSeconds": [str(wanted.seconds)] if wanted.seconds else (),
        "sts:SourceIdentity": [wanted.source_identity] if wanted.source_identity else (),
        "aws:TagKeys": list(wanted.tags),
        "sts:TransitiveTagKeys": wanted.transitive,
        **{f"aws:RequestTag/{name}": [value] for name, value in wanted.tags.items()},
        **wanted.keys,
    }
    return {name.lower(): tuple(values) for name, values in texts.items() if values}
