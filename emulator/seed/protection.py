"""Threat protection, exported logs and tracked sessions of user pools in a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.domain.messages import log_delivery
from emulator.domain.threats import risk_settings
from emulator.domain.tokens import user_sessions
from emulator.seed import client_references
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import Members, input_of, output_of
from emulator.seed.seeding import Seeding

_RISKS = client_references.members(
    Members.of(
        input_of("SetRiskConfiguration"),
        without=("UserPoolId",),
        shown=output_of("DescribeRiskConfiguration", "RiskConfiguration"),
        envelopes=("RiskConfiguration",),
    )
)
_LOGS = Members.of(input_of("SetLogDeliveryConfiguration").members["LogConfigurations"].part("member"))
_POOL_SESSIONS = input_of("SetUserPoolSessionConfiguration").members
_SSO = "SSOSession"
_SESSIONS = client_references.members(
    Members(
        {
            **{name: shape for name, shape in _POOL_SESSIONS.items() if name != "UserPoolId"},
            _SSO: input_of("SetUserPoolClientSessionConfiguration").members[_SSO],
        },
        shown=frozenset({"UserPoolId", "ResponseMetadata"}),
    )
)


def _further(seeding: Seeding, entry: Entry) -> Mapping[str, Any]:
    """The further settings of the client that the entry names, or of the pool; empty where there is none yet."""
    if client_references.written(entry):
        client = client_references.find(seeding, entry)
        return client.further if client else {}
    return seeding.pool(entry).further


def _risk_exists(seeding: Seeding, entry: Entry) -> bool:
    return risk_settings.KEY in _further(seeding, entry)


def _apply_risk(seeding: Seeding, entry: Entry) -> None:
    """Set the parts that the entry names. Others stay, which SetRiskConfiguration would remove."""
    before = _further(seeding, entry).get(risk_settings.KEY, {})
    kept = {name: value for name, value in before.items() if name in _RISKS.shapes}
    seeding.in_pool("SetRiskConfiguration", entry, kept | client_references.request(seeding, entry))


def _export_risks(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    """The risk configurations, if the pool has threat protection: what it has kept from before would be refused."""
    pool = exporting.unit.pools.get(pool_id)
    if pool is None or not risk_settings.is_on(pool):
        return
    clients = ((client.id, client.further) for client in exporting.clients(pool_id))
    for client_id, further in [("", pool.further), *clients]:
        found = further.get(risk_settings.KEY)
        if found:
            parts = {name: value for name, value in found.items() if name in _RISKS.shapes}
            yield ({"ClientId": client_id} if client_id else {}) | parts


def _log_exists(seeding: Seeding, entry: Entry) -> bool:
    return log_delivery.exports(seeding.pool(entry), entry.members["EventSource"])


def _apply_log(seeding: Seeding, entry: Entry) -> None:
    before = seeding.pool(entry).further.get(log_delivery.KEY, [])
    others = [each for each in before if each["EventSource"] != entry.members["EventSource"]]
    request = {"LogConfigurations": [*others, entry.members]}
    seeding.in_pool("SetLogDeliveryConfiguration", entry, request)


def _export_logs(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    """The exported logs, userAuthEvents only in the tier PLUS: else they would be refused."""
    pool = exporting.unit.pools.get(pool_id)
    configured = pool.further.get(log_delivery.KEY, []) if pool else []
    for each in sorted(configured, key=lambda each: str(each["EventSource"])):
        if pool and (each["EventSource"] != "userAuthEvents" or pool.settings["UserPoolTier"] == "PLUS"):
            yield each


def _check_sessions(entry: Entry) -> None:
    client_references.check_once(entry)
    is_of_client = bool(client_references.written(entry))
    known = {_SSO} if is_of_client else _POOL_SESSIONS.keys() - {"UserPoolId"}
    for name in entry.members.keys() - client_references.MEMBERS.keys() - known:
        raise entry.error("it belongs to " + ("the pool, not to a client" if is_of_client else "a client"), name)
    missing = sorted(known - entry.members.keys())
    if missing:
        raise entry.error("it is missing", missing[0])


def _sessions_exist(seeding: Seeding, entry: Entry) -> bool:
    of_client = client_references.written(entry)
    return (_SSO if of_client else "UserSessionTracking") in _further(seeding, entry)


def _apply_sessions(seeding: Seeding, entry: Entry) -> None:
    of_client = client_references.written(entry)
    operation = "SetUserPoolClientSessionConfiguration" if of_client else "SetUserPoolSessionConfiguration"
    seeding.in_pool(operation, entry, client_references.request(seeding, entry))


def _export_sessions(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    """The session configurations, of clients only where the pool tracks sessions: else they would be refused."""
    pool = exporting.unit.pools.get(pool_id)
    if pool is None or "UserSessionTracking" not in pool.further or pool.settings["UserPoolTier"] == "LITE":
        return
    yield user_sessions.configuration(pool)
    if user_sessions.tracks(pool):
        for client in exporting.clients(pool_id):
            if _SSO in client.further:
                yield {"ClientId": client.id, _SSO: client.further[_SSO]}


RISKS = Kind(
    name="risk_configurations",
    members=_RISKS,
    key=client_references.key(),
    exists=_risk_exists,
    apply=_apply_risk,
    export=_export_risks,
    check=client_references.check_once,
    description="Risk configurations, of the pool or with ClientId of a client, as in SetRiskConfiguration.",
)
LOGS = Kind(
    name="log_configurations",
    members=_LOGS,
    key=named("EventSource"),
    exists=_log_exists,
    apply=_apply_log,
    export=_export_logs,
    description="Which logs the pool exports, in the members of LogConfigurations of SetLogDeliveryConfiguration.",
)
SESSIONS = Kind(
    name="session_configurations",
    members=_SESSIONS,
    key=client_references.key(),
    exists=_sessions_exist,
    apply=_apply_sessions,
    export=_export_sessions,
    check=_check_sessions,
    description="Tracked sessions: of the pool, as in SetUserPoolSessionConfiguration; with ClientId of a client, "
    "as in SetUserPoolClientSessionConfiguration.",
)
