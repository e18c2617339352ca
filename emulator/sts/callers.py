"""Who may call which operation of STS, and what a caller is in trust policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.call import Call
from emulator.domain.identities import aws_credentials
from emulator.domain.identities.aws_credentials import Caller
from emulator.faults import AccessDenied
from emulator.policies import principals
from emulator.policies.principals import names_of

ROLE, FEDERATED, USER, PERMANENT = "role", "federated", "user", "permanent"

_MAY: Mapping[str, frozenset[str]] = {
    "AssumeRole": frozenset({ROLE, USER, PERMANENT}),
    "DecodeAuthorizationMessage": frozenset({ROLE, PERMANENT}),
    "GetAccessKeyInfo": frozenset({ROLE, PERMANENT}),
    "GetCallerIdentity": frozenset({ROLE, FEDERATED, USER, PERMANENT}),
    "GetFederationToken": frozenset({PERMANENT}),
    "GetScopedCredentials": frozenset({ROLE, FEDERATED, USER}),
    "GetSessionToken": frozenset({PERMANENT}),
    "GetWebIdentityToken": frozenset({ROLE, USER, PERMANENT}),
}
"""Operation → whose credentials may call it: those of a role's session, of GetFederationToken, of GetSessionToken, or
permanent ones (AWS: "Compare AWS STS credentials").
"""
# Unlike AWS: the root of an account may call AssumeRole, and gets sessions of up to 36 hours by GetSessionToken and
# GetFederationToken, since local access keys are mostly root's.
# Unlike AWS: AssumeRoot and GetDelegatedAccessToken refuse every caller, as for an account without an organization.


def of(call: Call[Any], resource: str | None = None) -> Caller:
    """The caller, who may call the operation. `resource` is for the message. Raises AccessDenied."""
    caller = aws_credentials.caller(call)
    if kind(caller) not in _MAY[call.operation.name]:
        raise refusal(call, caller, resource)
    return caller


def kind(caller: Caller) -> str:
    """Whose credentials the caller has, a key of the table of what they may call."""
    return caller.session.kind if caller.session else PERMANENT


def refusal(call: Call[Any], caller: Caller, resource: str | None) -> AccessDenied:
    """The exception for a caller who may not call the operation."""
    # AWS unknown: the messages of AccessDenied for GetScopedCredentials with permanent credentials, and for operations
    # that credentials of GetSessionToken and GetFederationToken may not call.
    name = call.operation.name
    if name in ("GetSessionToken", "GetFederationToken"):
        return AccessDenied(f"Cannot call {name} with session credentials")
    return denied(caller, f"sts:{name}", resource)


def denied(caller: Caller, action: str, resource: str | None = None, reason: str | None = None) -> AccessDenied:
    """The exception for an action that the caller is not allowed."""
    on = f" on resource: {resource}" if resource else ""
    return AccessDenied(f"User: {caller.arn} is not authorized to perform: {action}{on}", reason)


def in_policies(caller: Caller) -> principals.Caller:
    """The caller as trust policies name one."""
    role = caller.session.role if caller.session else None
    return principals.Caller("AWS", names_of(caller.account, [role, caller.arn] if role else [caller.arn]))


def keys(call: Call[Any], caller: Caller) -> dict[str, Sequence[str]]:
    """The condition keys that describe the caller."""
    session = caller.session
    role = call.world.iam.role(session.role) if session and session.role else None
    tags = {**(role.tags if role else {}), **(session.tags if session else {})}
    types = {ROLE: "AssumedRole", FEDERATED: "FederatedUser"}
    return {
        "aws:PrincipalArn": [session.role if session and session.role else caller.arn],
        "aws:PrincipalAccount": [caller.account],
        "aws:PrincipalType": [types.get(kind(caller), "Account")],
        "aws:userid": [caller.user_id],
        "aws:SourceIdentity": [session.source_identity] if session and session.source_identity else (),
        "aws:FederatedProvider": [session.provider] if session and session.provider else (),
        **{f"aws:PrincipalTag/{name}": [value] for name, value in tags.items()},
    }
