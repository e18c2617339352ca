"""Domains: the names that a pool's pages are found under (AWS: "Configuring a user pool domain").

A prefix is a name within a region; a custom domain is a whole host name, wherever it leads.
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
from storage.store import Taken

_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_PREFIX = re.compile(_LABEL)
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_PREFIX_HOST = re.compile(r"(?P<prefix>[a-z0-9-]+)\.auth\.(?P<region>[a-z0-9-]+)\.(?:localhost|amazoncognito\.com)")
_RESERVED = ("aws", "amazon", "cognito")
_MOST_CUSTOM = 4
_INVALID = (
    "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
    "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"
)


def create(context: Context, pool: Pool, request: Mapping[str, Any]) -> Domain:
    """Give a pool a domain: one prefix and one custom one at most. It is there at once.

    AWS unknown: the words of the refusals, but of those that public reports quote: of what is no prefix, of a reserved
    word, and of a domain that is taken.
    """
    name, custom = request["Domain"], "CustomDomainConfig" in request
    _check_name(name, custom)
    settings = {"ManagedLoginVersion": 1} | _settings(pool, request, custom)
    settings["CloudFrontDistribution"] = f"d{entropy.pool_suffix(context.world.entropy).lower()}.cloudfront.net"
    unit = context.unit
    if custom and unit.domains.count_custom(pool.region) >= _MOST_CUSTOM:
        raise LimitExceededException(f"No more than {_MOST_CUSTOM} custom domains are allowed in a Region.")
    if custom and unit.domains.in_any_region(name):
        raise InvalidParameterException("Domain already associated with another user pool.")
    try:
        return unit.domains.add(Domain(name, pool.region, pool.id, custom, settings, context.now, context.now))
    except Taken as taken:
        if "custom" in taken.columns:
            raise InvalidParameterException("User pool already has a domain configured.") from None
        raise InvalidParameterException("Domain already associated with another user pool.") from None


def change(context: Context, pool: Pool, domain: Domain, request: Mapping[str, Any]) -> Domain:
    """Change what a request says of a domain. AWS unknown: whether what it leaves out is reset; it is kept here."""
    if "CustomDomainConfig" in request and not domain.custom:
        raise InvalidParameterException("A prefix domain has no CustomDomainConfig.")
    settings = domain.settings | _settings(pool, request, domain.custom)
    return context.unit.domains.change(domain, settings=settings, modified=context.now)


def of_pool(context: Context, pool: Pool, name: str) -> Domain:
    """The domain of that name, which is the pool's. AWS unknown: the words where there is none."""
    found = next((domain for domain in context.unit.domains.of(pool.id) if domain.name == name), None)
    if found is None:
        raise ResourceNotFoundException(f"Domain {name} does not exist.")
    return found


def find(context: Context, name: str) -> Domain | None:
    """The domain that the caller's region knows by a name; a custom one everywhere, where the call is not signed."""
    found, signed = context.unit.domains.in_any_region(name), context.origin.region is not None
    return next((each for each in found if each.region == context.region or (each.custom and not signed)), None)


def shown(account: str, domain: Domain) -> dict[str, Any]:
    """DomainDescriptionType. AWS unknown: the bucket and the distribution of a region; these lead nowhere.

    Unlike AWS: a prefix domain has no CustomDomainConfig; AWS shows an empty one, which its own model does not allow.
    """
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
    """What creating and changing a domain answer; a prefix leads to no distribution of its own."""
    shown = {"ManagedLoginVersion": domain.settings["ManagedLoginVersion"]}
    if domain.custom:
        shown["CloudFrontDomain"] = domain.settings["CloudFrontDistribution"]
    return shown | {name: domain.settings[name] for name in ("Routing",) if name in domain.settings}


def names(context: Context, pool: Pool) -> dict[str, str]:
    """What DescribeUserPool says of a pool's domains."""
    return {"CustomDomain" if domain.custom else "Domain": domain.name for domain in context.unit.domains.of(pool.id)}


def check_deletable(context: Context, pool: Pool) -> None:
    """Refuse to delete a pool that has a domain."""
    if context.unit.domains.of(pool.id):
        raise InvalidParameterException(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )


def relying_party(context: Context, pool: Pool) -> str | None:
    """The relying party that a pool's passkeys have by its domain: the custom one before the prefix.

    Unlike AWS: a prefix is one of `localhost`, where this server answers.
    """
    own = sorted(context.unit.domains.of(pool.id), key=lambda domain: not domain.custom)
    return next((each.name if each.custom else f"{each.name}.auth.{each.region}.localhost" for each in own), None)


def at_host(context: Context) -> Domain | None:
    """The domain whose host the caller asked; None where the host is no pool's."""
    host = urlsplit(context.origin.base_url).hostname or ""
    prefix = _PREFIX_HOST.fullmatch(host)
    if prefix:
        return context.unit.domains.named(prefix["prefix"], prefix["region"])
    return next((domain for domain in context.unit.domains.in_any_region(host) if domain.custom), None)


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
    """What a request says of a domain, where that can be."""
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
