"""User pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.access import published_secrets, signing_keys
from emulator.domain.factors import pool_mfa
from emulator.domain.imports import import_jobs
from emulator.domain.pools import client_settings, domains, histories, pinning, pool_settings, replicas, schema
from emulator.domain.recovery import recoveries
from emulator.domain.tokens import user_sessions
from emulator.faults import InvalidParameterException, TierChangeNotAllowedException
from emulator.registry import operation
from emulator.userpools.views import pool_arn
from keys import entropy
from storage.records.pools import Pool, Replica
from storage.violations import UniqueViolation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateUserPool")
def create_user_pool(call: Call[shapes.CreateUserPoolRequestTypeDef]) -> dict[str, Any]:
    """Create a user pool in the caller's region. A tag or a seed file may pin its id."""
    pinned = call.pins.get("Id") or pinning.pool_id(call.request.get("UserPoolTags", {}), call.region)
    pool_id = pinned or f"{call.region}_{entropy.pool_suffix(call.world.entropy)}"
    region = pool_id.partition("_")[0]
    pinning.check_region(call, call.request.get("UserPoolTags", {}), pool_id)
    settings = pool_settings.created(call.request, region)
    pool_mfa.check_first_factors(settings, {})
    name, since = call.request["PoolName"], histories.since_creation(settings, call.now)
    try:
        pool = Pool(pool_id, region, name, settings, created=call.now, modified=call.now, history_since=since)
        call.unit.pools.add(pool, drawn=not pinned)
    except UniqueViolation:
        if pinned:
            raise InvalidParameterException(f"User pool {pool_id} already exists.") from None
        raise  # the call runs again, and draws another id
    signing_keys.provide(call, pool.id)
    return {"UserPool": _shown(call, pool, users=0, named={})}


@operation("DescribeUserPool", reads=True, is_short=True)
def describe_user_pool(call: Call[shapes.DescribeUserPoolRequestTypeDef]) -> dict[str, Any]:
    """Describe a pool."""
    pool = call.pool
    return {"UserPool": _shown(call, pool, users=call.unit.users.count(pool.id), named=domains.names(call, pool))}


@operation("GetSigningCertificate")
def get_signing_certificate(call: Call[shapes.GetSigningCertificateRequestTypeDef]) -> dict[str, Any]:
    """The certificate of the key that signs the pool's SAML requests: renewed each year, valid for ten years."""
    return {"Certificate": signing_keys.certificate(call, call.pool)}


@operation("UpdateUserPool")
def update_user_pool(call: Call[shapes.UpdateUserPoolRequestTypeDef]) -> dict[str, Any]:
    """Change a pool. Members that the request leaves out are reset to their defaults, as in AWS."""
    pool = call.pool
    if replicas.is_secondary(pool):
        return _update_replica(call, pool)
    import_jobs.refuse_while_running(call, pool)
    has_others = pool_mfa.has_others(pool)
    settings = pool_settings.updated(pool.settings, call.request, pool.region, has_second_factor=has_others)
    recoveries.check_tier_change(call, pool, settings)
    if settings["UserPoolTier"] == "LITE":
        _check_clients(call, pool)
        _check_replicas(call, pool)
        if user_sessions.tracks(pool):
            user_sessions.check_tier("LITE")
    name = call.request.get("PoolName") or pool.name
    further = recoveries.dated(call, pool, settings, pool_mfa.after_update(pool, call.request, settings))
    pool = call.unit.pools.change(pool, name=name, settings=settings, modified=call.now)
    histories.follow_tier(call, call.unit.pools.configure(pool, further))
    return {}


@operation("DeleteUserPool")
def delete_user_pool(call: Call[shapes.DeleteUserPoolRequestTypeDef]) -> None:
    """Delete a pool and everything in it. Raises where deletion protection, a domain or a replica prevents it."""
    pool = call.pool
    pool_settings.check_deletable(pool.settings)
    domains.check_deletable(call, pool)
    replicas.check_deletable(call, pool)
    import_jobs.refuse_while_running(call, pool)
    published = call.unit.published_secrets.of_pool(pool.id)
    call.unit.pools.delete(pool)
    published_secrets.delete_afterwards(call, published)
    call.afterwards.append(lambda: call.unit.store.uploads.delete(pool.id))


@operation("ListUserPools", reads=True, is_short=True)
def list_user_pools(call: Call[shapes.ListUserPoolsRequestTypeDef]) -> dict[str, Any]:
    """List the pools of the caller's region."""
    page = call.page(lambda limit, token: call.unit.pools.page(call.region, limit, token), "MaxResults", "NextToken")
    elsewhere = call.unit.replicas.of_pools([pool.id for pool in page.items]) if page.items else []
    return {"UserPools": page.of(lambda pool: _listed(pool, elsewhere, call.region)), "NextToken": page.token}


@operation("SetUserPoolMfaConfig")
def set_user_pool_mfa_config(call: Call[shapes.SetUserPoolMfaConfigRequestTypeDef]) -> dict[str, Any]:
    """Set a pool's MFA methods, whether MFA is required, and its settings for passkeys."""
    settings, further = pool_mfa.updated(call.pool, call.request)
    pool = call.unit.pools.change(call.pool, name=call.pool.name, settings=settings, modified=call.now)
    return pool_mfa.shown(call.unit.pools.configure(pool, further))


@operation("GetUserPoolMfaConfig", reads=True, is_short=True)
def get_user_pool_mfa_config(call: Call[shapes.GetUserPoolMfaConfigRequestTypeDef]) -> dict[str, Any]:
    """Describe a pool's MFA methods and its settings for passkeys."""
    return pool_mfa.shown(call.pool)


@operation("AddCustomAttributes")
def add_custom_attributes(call: Call[shapes.AddCustomAttributesRequestTypeDef]) -> dict[str, Any]:
    """Add attributes to a pool's schema. They cannot be removed."""
    pool = call.pool
    import_jobs.refuse_while_running(call, pool)
    extended = schema.extended(pool.settings["SchemaAttributes"], call.request["CustomAttributes"])
    settings = pool.settings | {"SchemaAttributes": extended}
    call.unit.pools.change(pool, name=pool.name, settings=settings, modified=call.now)
    return {}


def _check_clients(call: Call[Any], pool: Pool) -> None:
    """Raise TierChangeNotAllowedException where a client uses a feature that the LITE tier does not have."""
    needy = [
        client.id for client in call.unit.clients.all(pool.id) if client_settings.needs_essentials(client.settings)
    ]
    if needy:
        # AWS unknown: the messages of TierChangeNotAllowedException of UpdateUserPool.
        raise TierChangeNotAllowedException(f"ALLOW_USER_AUTH of client {needy[0]} is not available in the LITE tier.")


def _check_replicas(call: Call[Any], pool: Pool) -> None:
    """Raise TierChangeNotAllowedException where the pool has replicas, which the LITE tier does not have."""
    if call.unit.replicas.of(pool.id):
        raise TierChangeNotAllowedException(replicas.NOT_IN_LITE)


def _update_replica(call: Call[Any], pool: Pool) -> dict[str, Any]:
    """Change the regional settings of a replica. Members that the request leaves out are reset here too."""
    replicas.check_regional(call.request)
    replicas.keep(call, pool, pool_settings.updated(pool.settings, call.request, pool.region))
    return {}


def _shown(call: Call[Any], pool: Pool, *, users: int, named: dict[str, str]) -> dict[str, Any]:
    """UserPoolType of a pool with so many users, with the members that name its domains."""
    return {
        "Id": pool.id,
        "Name": pool.name,
        "Arn": pool_arn(call.settings.account_id, pool.region, pool.id),
        "CreationDate": pool.created,
        "LastModifiedDate": pool.modified,
        "EstimatedNumberOfUsers": users,
        **named,
        **pool.settings,
    }


def _listed(pool: Pool, elsewhere: list[Replica], region: str) -> dict[str, Any]:
    """UserPoolDescriptionType, with the regional settings of `region`."""
    own = [replica for replica in elsewhere if replica.pool_id == pool.id]
    here = next((replica for replica in own if replica.region == region), None)
    shown = {
        "Id": pool.id,
        "Name": pool.name,
        "LambdaConfig": (replicas.as_seen(pool, here) if here else pool).settings.get("LambdaConfig", {}),
        "LastModifiedDate": pool.modified,
        "CreationDate": pool.created,
    }
    return shown | ({"ReplicaRegions": [replica.region for replica in own]} if own else {})
