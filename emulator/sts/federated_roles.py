"""AssumeRoleWithWebIdentity and AssumeRoleWithSAML: unsigned, the caller proves an identity of another provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from emulator.call import Call
from emulator.domain.identities import token_claims
from emulator.domain.identities.aws_credentials import SECONDS, RoleArn, Session
from emulator.domain.identities.token_problems import Expired, MissingClaim, NoKeys, NotAToken, TokenProblem
from emulator.domain.trust import assumption, saml_identities, session_limits, web_identities
from emulator.domain.trust.assumption import Assumption, NotTrusted
from emulator.domain.trust.saml_identities import SamlIdentity
from emulator.domain.trust.web_identities import UnknownIssuer, WebIdentity, WrongAudience
from emulator.faults import (
    AccessDenied,
    ExpiredTokenException,
    Fault,
    IDPRejectedClaimException,
    InvalidIdentityTokenException,
)
from emulator.policies.principals import Caller
from emulator.registry import operation
from emulator.sts import issuing

if TYPE_CHECKING:
    from mypy_boto3_sts import type_defs as shapes

_NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
_NO_KEYS = (
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity"
    " documentation for requirements"
)


@operation("AssumeRoleWithWebIdentity")
def assume_role_with_web_identity(call: Call[shapes.AssumeRoleWithWebIdentityRequestTypeDef]) -> dict[str, Any]:
    """Credentials of a role that trusts the provider of a token and its user."""
    issuing.check_role(call.request["RoleArn"])
    policies = session_limits.policies(call.request)
    identity = _web_identity(call)
    session_limits.check_passed(identity.tags, identity.transitive)
    wanted = Assumption(
        call.request["RoleArn"],
        "sts:AssumeRoleWithWebIdentity",
        Caller("Federated", identity.names),
        call.request["RoleSessionName"],
        identity.keys,
        identity.tags,
        identity.transitive,
        identity.source_identity,
        call.given("DurationSeconds"),
    )
    _check(call, wanted)
    session = _session(wanted, policies, identity.provider, wanted.seconds or SECONDS)
    session = replace(session, identity=identity.identity, pool=identity.pool, methods=list(identity.methods))
    answer = issuing.assumed(call, session)
    answer["SubjectFromWebIdentityToken"] = identity.subject
    answer["Audience"] = identity.audience
    answer["Provider"] = identity.provider
    return answer


def _web_identity(call: Call[Any]) -> WebIdentity:
    """The verified identity of the token. Raises the exceptions of AssumeRoleWithWebIdentity for tokens."""
    token = call.request["WebIdentityToken"]
    if call.given("ProviderId") is not None:
        # Unlike AWS: AssumeRoleWithWebIdentity takes no OAuth access tokens of Amazon and Facebook.
        raise IDPRejectedClaimException("The identity provider rejected the token.", "access tokens are not taken")
    try:
        return web_identities.verified(call, token, RoleArn.parse(call.request["RoleArn"]).account)
    except TokenProblem as problem:
        raise _refusal(call, token, problem) from None


def _refusal(call: Call[Any], token: str, problem: TokenProblem) -> Fault:
    reason = str(problem)
    match problem:
        case Expired():
            return ExpiredTokenException(
                f"Token expired: current date/time {int(call.now)} must be before the expiration date/time"
                f" {int(problem.expires)}"
            )
        case NotAToken() | MissingClaim():
            return InvalidIdentityTokenException(_NO_JWT, reason)
        case UnknownIssuer():
            issuer = token_claims.unverified(token)["iss"]
            return InvalidIdentityTokenException(
                f"No OpenIDConnect provider found in your account for {issuer}", reason
            )
        case WrongAudience():
            return InvalidIdentityTokenException("Incorrect token audience", reason)
        case NoKeys():
            return InvalidIdentityTokenException(_NO_KEYS, reason)
        case _:
            # AWS unknown: the message of AssumeRoleWithWebIdentity for a token that no key of its issuer has signed.
            return InvalidIdentityTokenException("The signature of the provided token is not valid.", reason)


@operation("AssumeRoleWithSAML")
def assume_role_with_saml(call: Call[shapes.AssumeRoleWithSAMLRequestTypeDef]) -> dict[str, Any]:
    """Credentials of a role that trusts a SAML provider, and that the assertion names together with it."""
    role_arn, provider = call.request["RoleArn"], call.request["PrincipalArn"]
    issuing.check_role(role_arn)
    policies = session_limits.policies(call.request)
    identity = _saml_identity(call, provider)
    session_limits.check_passed(identity.tags, identity.transitive)
    # AWS unknown: the message of AssumeRoleWithSAML for an assertion that does not name the role. Here it is the same
    # as for a role that does not trust the provider.
    if role_arn not in identity.roles:
        raise _not_authorized("sts:AssumeRoleWithSAML", "the assertion does not name the role with the provider")
    wanted = Assumption(
        role_arn,
        "sts:AssumeRoleWithSAML",
        Caller("Federated", (provider,)),
        identity.session_name,
        identity.keys,
        identity.tags,
        identity.transitive,
        identity.source_identity,
        call.given("DurationSeconds") or identity.seconds,
    )
    _check(call, wanted)
    seconds = wanted.seconds or SECONDS
    if identity.ends is not None:
        seconds = min(seconds, int(identity.ends - call.now))
    answer = issuing.assumed(call, _session(wanted, policies, provider, seconds))
    return answer | {
        "Subject": identity.subject,
        "SubjectType": identity.subject_type,
        "Issuer": identity.issuer,
        "Audience": identity.audience,
        "NameQualifier": saml_identities.name_qualifier(identity.issuer, RoleArn.parse(role_arn).account, provider),
    }


def _saml_identity(call: Call[Any], provider: str) -> SamlIdentity:
    """The verified identity of the assertion. Raises the exceptions of AssumeRoleWithSAML for assertions."""
    # AWS unknown: most messages of AssumeRoleWithSAML for an assertion that is not accepted.
    metadata = call.world.iam.saml_metadata(provider)
    if metadata is None:
        raise InvalidIdentityTokenException("Specified provider doesn't exist", f"no metadata of {provider}")
    try:
        return saml_identities.verified(call, provider, metadata, call.request["SAMLAssertion"])
    except Expired as problem:
        raise ExpiredTokenException("Token must be redeemed within 5 minutes of issuance", str(problem)) from None
    except TokenProblem as problem:
        raise InvalidIdentityTokenException("Response signature or content is invalid", str(problem)) from None


def _check(call: Call[Any], wanted: Assumption) -> None:
    try:
        role = assumption.check(call, wanted)
    except NotTrusted as problem:
        raise _not_authorized(problem.action, str(problem)) from None
    issuing.check_seconds(wanted.seconds, assumption.most_seconds(role))


def _not_authorized(action: str, reason: str) -> AccessDenied:
    return AccessDenied(f"Not authorized to perform {action}", reason)


def _session(wanted: Assumption, policies: list[str], provider: str, seconds: int) -> Session:
    return Session.of_role(
        wanted.role_arn,
        wanted.name,
        seconds=seconds,
        tags=wanted.tags,
        transitive=list(wanted.transitive),
        source_identity=wanted.source_identity,
        provider=provider,
        policies=policies,
    )
