"""Configuration of identity pools: identity providers, roles and role mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.identities import login_providers
from emulator.domain.pools import regions
from emulator.faults import InvalidParameterException, ResourceNotFoundException
from storage.records.identities import IdentityPool

PROVIDERS = (
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
)
_MOST_RULES = 25


def named(context: Context, pool_id: str) -> IdentityPool:
    """The identity pool with that id, in the caller's region. Raises ResourceNotFoundException."""
    pool, missing = context.unit.identity_pools.get(pool_id), f"IdentityPool '{pool_id}' not found."
    if pool is None:
        raise ResourceNotFoundException(missing)
    regions.check(context, pool.region, missing)
    return pool


def check_classic_flow(pool: IdentityPool) -> None:
    """Raise InvalidParameterException if the pool does not allow the basic (classic) flow, or has role mappings."""
    if pool.settings.get("AllowClassicFlow") is False:
        raise InvalidParameterException("Basic (classic) flow is not enabled, please use enhanced flow.")
    if pool.roles.get("RoleMappings"):
        raise InvalidParameterException(
            "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow."
        )


def settings(request: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The settings after CreateIdentityPool or UpdateIdentityPool. Providers that the request leaves out are unset.

    `before` are the settings until now, None for a new pool. Raises InvalidParameterException.
    """
    # AWS unknown: whether DescribeIdentityPool shows an empty list or map of providers that CreateIdentityPool or
    # UpdateIdentityPool set. Here it counts as unset.
    # AWS unknown: whether UpdateIdentityPool without IdentityPoolTags removes the tags. Here they stay.
    before = before or {}
    sent = ("AllowUnauthenticatedIdentities", "AllowClassicFlow", *PROVIDERS)
    made = {name: request[name] for name in sent if request.get(name) not in (None, [], {})}
    _check_user_pools(made.get("CognitoIdentityProviders", []))
    _keep_developer_name(made, before)
    _check_developer_name(made)
    tags = request.get("IdentityPoolTags")
    made["IdentityPoolTags"] = dict(before.get("IdentityPoolTags", {}) if tags is None else tags)
    return made


def _check_user_pools(providers: list[dict[str, Any]]) -> None:
    """Raise InvalidParameterException for a malformed entry. Like AWS, do not check that the user pool exists."""
    # AWS unknown: the error when an entry of CognitoIdentityProviders in CreateIdentityPool or UpdateIdentityPool has
    # no ClientId. Here it is the error for a malformed ProviderName.
    for provider in providers:
        if not login_providers.user_pool_of(provider.get("ProviderName", "")) or not provider.get("ClientId"):
            raise InvalidParameterException("Invalid Cognito Identity Provider")


def _keep_developer_name(made: dict[str, Any], before: Mapping[str, Any]) -> None:
    """Keep the developer provider's name, which is set once. Raises InvalidParameterException for another name."""
    # AWS unknown: the message when UpdateIdentityPool changes DeveloperProviderName, and whether leaving it out keeps
    # it. Here it does.
    name = before.get("DeveloperProviderName")
    if name is not None and made.setdefault("DeveloperProviderName", name) != name:
        raise InvalidParameterException("The developer provider name cannot be changed once it has been set.")


def _check_developer_name(made: Mapping[str, Any]) -> None:
    """Raise InvalidParameterException if the developer provider has the name of a public provider."""
    # AWS unknown: the error when DeveloperProviderName in CreateIdentityPool is the name of a public provider.
    name = made.get("DeveloperProviderName")
    public = {*login_providers.SOCIAL, login_providers.DEVELOPER_TOKENS, *made.get("SupportedLoginProviders", {})}
    issuers = {arn.partition(":oidc-provider/")[2] for arn in made.get("OpenIdConnectProviderARNs", [])}
    if name in public | issuers:
        raise InvalidParameterException(f"The developer provider cannot be called {name}.")


def roles(pool: IdentityPool, request: Mapping[str, Any]) -> dict[str, Any]:
    """The roles and role mappings after SetIdentityPoolRoles, in API shape. Raises InvalidParameterException."""
    # AWS unknown: whether SetIdentityPoolRoles without RoleMappings keeps the earlier ones. Here it removes them.
    mappings = request.get("RoleMappings") or {}
    known = _mappable(pool.settings)
    for key, mapping in mappings.items():
        if login_providers.of_role_mapping(key) not in known:
            raise InvalidParameterException(
                f"({key}) is not a valid RoleMapping ProviderName or is not a configured provider."
            )
        _check_mapping(key, mapping)
    return {"Roles": request["Roles"], **({"RoleMappings": mappings} if mappings else {})}


def _mappable(settings: Mapping[str, Any]) -> set[str]:
    """The keys that role mappings may have, in canonical form."""
    user_pools = settings.get("CognitoIdentityProviders", [])
    return {
        *(f"{login_providers.canonical(entry['ProviderName'])}:{entry['ClientId']}" for entry in user_pools),
        *settings.get("SupportedLoginProviders", {}),
        *settings.get("OpenIdConnectProviderARNs", []),
        *settings.get("SamlProviderARNs", []),
    }


def _check_mapping(key: str, mapping: Mapping[str, Any]) -> None:
    """Raise InvalidParameterException for an invalid role mapping."""
    # AWS unknown: the messages of SetIdentityPoolRoles for an invalid role mapping, except that for too many rules.
    rules = mapping.get("RulesConfiguration")
    if mapping["Type"] == "Rules" and rules is None:
        raise InvalidParameterException(f"RulesConfiguration is required for the role mapping of type Rules: {key}")
    if mapping["Type"] == "Token" and rules is not None:
        raise InvalidParameterException(f"RulesConfiguration is not allowed with type Token: {key}")
    if rules is not None and len(rules["Rules"]) > _MOST_RULES:
        raise InvalidParameterException(f"The number of rules in the request exceeded {_MOST_RULES}.")
    if mapping.get("AmbiguousRoleResolution") is None:
        raise InvalidParameterException(f"AmbiguousRoleResolution is required for the role mapping: {key}")
