"""Logins with ID tokens of OpenID Connect providers that IAM knows, by their ARNs."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.identities import external_logins, login_refusals, token_claims
from emulator.domain.identities.proven import Proven
from emulator.domain.identities.token_problems import WrongIssuer
from storage.records.identities import IdentityPool

_PROVIDER = ":oidc-provider/"


def issuer_of(arn: str) -> str:
    """The issuer in the ARN of an OIDC provider, without scheme."""
    return arn.partition(_PROVIDER)[2].removesuffix("/")


def place_of(pool: IdentityPool, key: str) -> int | None:
    """The position of a provider among those of the identity pool, by its issuer without scheme; None for another."""
    issuers = [issuer_of(arn) for arn in pool.settings.get("OpenIdConnectProviderARNs", [])]
    wanted = key.removesuffix("/")
    return issuers.index(wanted) if wanted in issuers else None


def prove(context: Context, pool: IdentityPool, key: str, token: str) -> tuple[int, Proven]:
    """The login, and the position of its provider among the OIDC providers of the identity pool.

    Releases the database connection if the provider's keys have to be fetched. Raises a TokenProblem, or
    NotAuthorizedException for a client that the provider does not list.
    """
    # Unlike AWS: GetId and GetCredentialsForIdentity do not compare the thumbprints of an OIDC provider in IAM, and
    # take tokens of issuers by http, such as those on this machine.
    place = place_of(pool, key) or 0
    arn = pool.settings["OpenIdConnectProviderARNs"][place]
    issuer = issuer_of(arn)
    claims = token_claims.unverified(token)
    if not external_logins.is_of(claims["iss"], issuer):
        raise WrongIssuer(f"the token is of {claims['iss'][:200]!r}, not of {key!r}")
    client_id, listed = token_claims.client_id(claims), context.world.iam.client_ids(arn)
    if listed is not None and client_id not in listed:
        raise login_refusals.unsupported(f"client {client_id[:200]!r} of {issuer!r} is not in its ClientIDList")
    claims = external_logins.verify(context, issuer, token)
    return place, Proven(issuer, client_id, claims["sub"], claims, "oidc", arn)
