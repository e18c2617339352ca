"""Domains: the host names of a pool's pages (AWS: "Configuring a user pool domain").

A prefix domain is a name within a region. A custom domain is a full host name, unique in all regions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from emulator.context import Context
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from keys import entropy
from storage.records.pools import Domain, Pool
from storage.violations import UniqueViolation

_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PREFIX = re.compile(_LABEL)
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_PREFIX_HOST = re.compile(r"(?P<prefix>[a-z0-9-]+)\.auth\.(?P<region>[a-z0-9-]+)\.(?:localhost|amazoncognito\.com)")
_RESERVED = ("aws", "amazon", "cognito")
_MOST_CUSTOM = 4
_TAKEN = "Domain already associated with another user pool."
_INVALID = (
    "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
    "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"
)


def create(context: Context, pool: Pool, request: Mapping[str, Any]) -> Domain:
    """Store and return a pool's new domain, active at once. A pool has at most one prefix and one custom domain.

    `request` is CreateUserPoolDomain's. Raises InvalidParameterException for an invalid or taken name or a second
    domain of the kind, LimitExceededException for too many custom domains in the region,
    FeatureUnavailableInTierException.
    """
    # AWS unknown: the messages of CreateUserPoolDomain's errors, except those that public reports quote: for an invalid
    # prefix, for a reserved word, and for a domain that is taken.
    name, custom = request["Domain"], "CustomDomainConfig" in request
    _check_name(name, custom)
    settings = {"ManagedLoginVersion": 1} | _settings(pool, request, custom)
    settings["CloudFrontDistribution"] = f"d{entropy.pool_suffix(context.world.entropy).lower()}.cloudfront.net"
    unit = context.unit
    if custom and unit.domains.count_custom(pool.region) >= _MOST_CUSTOM:
        raise LimitExceededException(f"No more than {_MOST_CUSTOM} custom domains are allowed in a Region.")
    if custom and unit.domains.in_any_region(name):
        raise InvalidParameterException(_TAKEN)
    try:
        return unit.domains.add(Domain(name, pool.region, pool.id, custom, settings, context.now, context.now))
    except UniqueViolation as violation:
        if "custom" in violation.columns:
            raise InvalidParameterException("User pool already has a domain configured.") from None
        raise InvalidParameterException(_TAKEN) from None


def change(context: Context, pool: Pool, domain: Domain, request: Mapping[str, Any]) -> Domain:
    """Replace the settings of a domain that the request has, and return the changed domain.

    `request` is UpdateUserPoolDomain's. Raises InvalidParameterException or FeatureUnavailableInTierException.
    """
    # AWS unknown: whether UpdateUserPoolDomain resets the members that the request leaves out. Here it keeps them.
    if "CustomDomainConfig" in request and not domain.custom:
        raise InvalidParameterException("A prefix domain has no CustomDomainConfig.")
    settings = domain.settings | _settings(pool, request, domain.custom)
    return context.unit.domains.change(domain, settings=settings, modified=context.now)


def of_pool(context: Context, pool: Pool, name: str) -> Domain:
    """The pool's domain of that name. Raises ResourceNotFoundException."""
    found = next((domain for domain in context.unit.domains.of(pool.id) if domain.name == name), None)
    if found is None:
        # AWS unknown: the message of ResourceNotFoundException when DeleteUserPoolDomain or UpdateUserPoolDomain names
        # a domain that the pool does not have.
        raise ResourceNotFoundException(f"Domain {name} does not exist.")
    return found


def find(context: Context, name: str) -> Domain | None:
    """The domain of that name in the caller's region; None if there is none.

    An unsigned call finds custom domains of all regions.
    """
    found, signed = context.unit.domains.in_any_region(name), context.origin.region is not None
    return next((each for each in found if each.region == context.region or (each.custom and not signed)), None)


def shown(account: str, domain: Domain) -> dict[str, Any]:
    """A domain as DescribeUserPoolDomain shows it (DomainDescriptionType). `account` is the AWS account id."""
    # Unlike AWS: DescribeUserPoolDomain shows no CustomDomainConfig for a prefix domain. AWS shows an empty one, which
    # its own service model does not allow.
    # AWS unknown: the S3Bucket and the CloudFrontDistribution of a region in DescribeUserPoolDomain. The names shown
    # here lead nowhere.
    version = datetime.fromtimestamp(domain.modified, UTC).strftime("%Y%m%d%H%M%S")
    return {
        "UserPoolId": domain.pool_id,
        "AWSAccountId": account,
        "Domain": domain.name,
        "S3Bucket": f"aws-cognito-prod-{domain.region}-assets",
        "Version": version,
        "Status": "ACTIVE",
        **domain.settings,
    }


def answer(domain: Domain) -> dict[str, Any]:
    """The answer of CreateUserPoolDomain and UpdateUserPoolDomain. Only a custom domain names a distribution."""
    shown = {"ManagedLoginVersion": domain.settings["ManagedLoginVersion"]}
    if domain.custom:
        shown["CloudFrontDomain"] = domain.settings["CloudFrontDistribution"]
    return shown | {name: domain.settings[name] for name in ("Routing",) if name in domain.settings}


def names(context: Context, pool: Pool) -> dict[str, str]:
    """The members of DescribeUserPool that name the pool's domains: `Domain`, `CustomDomain`, or neither."""
    return {"CustomDomain" if domain.custom else "Domain": domain.name for domain in context.unit.domains.of(pool.id)}


def check_deletable(context: Context, pool: Pool) -> None:
    """Raise InvalidParameterException if the pool has a domain, since it then cannot be deleted."""
    if context.unit.domains.of(pool.id):
        raise InvalidParameterException(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )


def relying_party(context: Context, pool: Pool) -> str | None:
    """The default relying party id of a pool's passkeys: its custom domain, or else its prefix domain's host name.

    None for a pool without a domain.
    """
    # Unlike AWS: the relying party id that StartWebAuthnRegistration derives from a prefix domain ends in `localhost`,
    # where this server answers, not in `amazoncognito.com`.
    own = sorted(context.unit.domains.of(pool.id), key=lambda domain: not domain.custom)
    return next((each.name if each.custom else f"{each.name}.auth.{each.region}.localhost" for each in own), None)


def at_host(context: Context) -> Domain | None:
    """The domain that the request's Host header names; None if it names none."""
    host = urlsplit(context.origin.base_url).hostname or ""
    prefix = _PREFIX_HOST.fullmatch(host)
    if prefix:
        return context.unit.domains.named(prefix["prefix"], prefix["region"])
    is_name = "." in host and not host.replace(".", "").isdecimal()
    return context.unit.domains.custom_named(host) if is_name else None


def serving(context: Context, pool: Pool) -> Domain | None:
    """The domain of a pool at which a browser's request came in: by its Host, or else the pool's custom or only domain.

    None for a pool without a domain, whose endpoints are at this server all the same.
    """
    found = at_host(context)
    if found and found.pool_id == pool.id:
        return found
    return min(context.unit.domains.of(pool.id), key=lambda domain: not domain.custom, default=None)


def login_version(context: Context, pool: Pool) -> int:
    """The version of a pool's login pages: 1, the classic ones, also without a domain; 2, managed login."""
    domain = serving(context, pool)
    return int(domain.settings["ManagedLoginVersion"]) if domain else 1


def _check_name(name: str, custom: bool) -> None:
    if custom:
        if not _HOST.fullmatch(name):
            raise InvalidParameterException(f"{name} is not a fully-qualified domain name.")
        return
    if not _PREFIX.fullmatch(name):
        raise InvalidParameterException(_INVALID)
    for word in _RESERVED:
        if word in name:
            raise InvalidParameterException(f"Domain cannot contain reserved word: {word}")


def _settings(pool: Pool, request: Mapping[str, Any], custom: bool) -> dict[str, Any]:
    """The settings of a domain in a request. Raises if they are invalid."""
    settings = {
        name: request[name] for name in ("ManagedLoginVersion", "CustomDomainConfig", "Routing") if name in request
    }
    version = settings.get("ManagedLoginVersion", 1)
    if version not in (1, 2):
        raise InvalidParameterException("ManagedLoginVersion must be 1 or 2.")
    if version == 2 and pool.settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException("Managed login is not available in the LITE tier.")
    if "Routing" in settings and not custom:
        raise InvalidParameterException("Routing is only supported for custom domains.")
    return settings
