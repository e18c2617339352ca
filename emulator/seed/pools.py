"""User pools in a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from emulator.domain.factors import pool_mfa
from emulator.domain.pools import pinning, regions, schema
from emulator.faults import Fault
from emulator.seed.entries import Entry, Kind, identified
from emulator.seed.exports import Exporting
from emulator.seed.members import TEXT, Members, OwnShape, input_of, listing, output_of
from emulator.seed.seeding import Seeding
from emulator.seed.values import Misfit, reader
from storage.records.pools import Pool

_SET = input_of("SetUserPoolMfaConfig")
_MFA = OwnShape("Mfa", {name: shape for name, shape in _SET.members.items() if name != "UserPoolId"})
_SHOWN = output_of("DescribeUserPool", "UserPool")
_ATTRIBUTE = input_of("CreateUserPool").members["Schema"].part("member")
# Names are shown with their prefixes, and are then longer than the model allows.
_SHOWN_ATTRIBUTE = OwnShape("SchemaAttribute", {**_ATTRIBUTE.members, "Name": TEXT})
MEMBERS = Members.of(
    input_of("CreateUserPool"),
    own={"Id": TEXT, "mfa": _MFA, "SchemaAttributes": listing(_SHOWN_ATTRIBUTE)},
    shown=_SHOWN,
    renamed={"Name": "PoolName"},
    envelopes=("UserPool",),
    words={
        "Id": "The id of the pool: its region, _ and letters and digits. Without it, the pool gets one.",
        "mfa": "The members of SetUserPoolMfaConfig.",
        "SchemaAttributes": "Schema, as describe-user-pool prints it: standard attributes too, names with prefixes.",
    },
)
_FIXED = {"UsernameAttributes": [], "AliasAttributes": [], "UsernameConfiguration": {"CaseSensitive": True}}
"""What AWS cannot change, and what it is where a pool does not say."""
_MFA_METHODS = (
    "SoftwareTokenMfaConfiguration",
    "EmailMfaConfiguration",
    "WebAuthnConfiguration",
    "SmsMfaConfiguration",
)
_OF_PROVIDERS = "identities"
"""An attribute that AWS shows in some schemas, and fills in itself."""
_MIRRORS = {
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
    "SmsVerificationMessage": "SmsMessage",
}


def kind(children: tuple[Kind, ...]) -> Kind:
    """User pools, with the lists that may be in one."""
    return Kind(
        name="user_pools",
        members=MEMBERS,
        key=identified("Id", "PoolName"),
        exists=_exists,
        apply=_apply,
        export=_export,
        children=children,
        check=_check,
        description="User pools, in the members of CreateUserPool, or as describe-user-pool prints them.",
    )


def _check(entry: Entry) -> None:
    pool_id = entry.members.get("Id")
    if pool_id is not None and not (regions.USER_POOL_ID.fullmatch(pool_id) and len(pool_id) <= pinning.LONGEST):
        raise entry.error("it is no user pool id, such as us-east-1_Example01", "Id")
    entry.check_one_of("Schema", "SchemaAttributes")
    mode, mfa = entry.members.get("MfaConfiguration"), entry.members.get("mfa", {})
    for place, each in enumerate(entry.members.get("SchemaAttributes", [])):
        _check_shown(entry, each, f"SchemaAttributes[{place}]")
    if mode is not None and mfa.get("MfaConfiguration", mode) != mode:
        raise entry.error(f"MfaConfiguration of the pool is {mode}", "mfa.MfaConfiguration")


def _check_shown(entry: Entry, attribute: Mapping[str, Any], path: str) -> None:
    """Raise SeedError for an attribute that DescribeUserPool could not show."""
    name = attribute.get("Name", "")
    if name == _OF_PROVIDERS or name in {each["Name"] for each in schema.standard()}:
        return
    if ":" not in name:
        raise entry.error("custom attributes are shown with their prefix, custom:", path)
    try:
        reader(_ATTRIBUTE.members["Name"])(_without_prefix(attribute)["Name"])
    except Misfit as misfit:
        raise entry.error(f"without its prefix, {misfit.problem}", f"{path}.Name") from None


def _exists(seeding: Seeding, entry: Entry) -> bool:
    pool_id = entry.members.get("Id") or entry.id
    entry.id = pool_id if pool_id and seeding.unit.pools.get(pool_id) else None
    return entry.id is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    if entry.exists:
        _change(seeding, entry)
    else:
        request = {name: entry.members[name] for name in input_of("CreateUserPool").members if name in entry.members}
        request = _pasted(request)
        if "SchemaAttributes" in entry.members:
            request["Schema"] = _own_of_schema(entry.members["SchemaAttributes"])
        _check_mfa(entry)
        if "mfa" in entry.members:
            request.pop("MfaConfiguration", None)
        pins = {"Id": entry.members["Id"]} if "Id" in entry.members else {}
        made = seeding.call("cognito-idp", "CreateUserPool", request, entry, pins)
        entry.id = made["UserPool"]["Id"]
    if "mfa" in entry.members:
        pool = seeding.pool(entry)
        modes = {"MfaConfiguration": entry.members.get("MfaConfiguration", pool.settings["MfaConfiguration"])}
        wanted = modes | entry.members["mfa"]
        if pool_mfa.shown(pool) != wanted:
            seeding.in_pool("SetUserPoolMfaConfig", entry, wanted)


def _change(seeding: Seeding, entry: Entry) -> None:
    """Change what the entry names, and nothing else."""
    pool = seeding.pool(entry)
    _check_fixed(entry, pool)
    _extend_schema(seeding, entry, pool)
    allowed = input_of("UpdateUserPool").members
    given = {name: value for name, value in _pasted(entry.members).items() if name in allowed}
    if "mfa" in entry.members:
        given.pop("MfaConfiguration", None)
    current = _pasted({"PoolName": pool.name, **pool.settings})
    if all(current.get(name) == value for name, value in given.items()):
        return
    kept = {name: value for name, value in current.items() if name in allowed}
    template = kept.get("VerificationMessageTemplate")
    if template and "VerificationMessageTemplate" not in given:
        kept["VerificationMessageTemplate"] = {
            name: value
            for name, value in template.items()
            if name not in [twin for legacy, twin in _MIRRORS.items() if legacy in given]
        }
    for legacy, twin in _MIRRORS.items():
        if twin in given.get("VerificationMessageTemplate", {}):
            kept.pop(legacy, None)
    seeding.in_pool("UpdateUserPool", entry, kept | given)
    updated = seeding.unit.pools.get(pool.id)
    removed = "SmsMfaConfiguration" in pool.further and "MfaConfiguration" not in given
    if updated and removed:  # UpdateUserPool takes a request that has MFA on for one that turns it on
        sms = {"SmsMfaConfiguration": pool.further["SmsMfaConfiguration"]}
        seeding.unit.pools.configure(updated, updated.further | sms)


def _check_mfa(entry: Entry) -> None:
    """Raise SeedError where a new pool has MFA without a method, as describe-user-pool prints it."""
    members = entry.members
    if members.get("MfaConfiguration", "OFF") != "OFF" and not {"mfa", "SmsConfiguration"} & members.keys():
        words = (
            "MFA needs a method: give mfa, in the members of SetUserPoolMfaConfig or as get-user-pool-mfa-config prints"
        )
        raise entry.error(words, "MfaConfiguration")


def _check_fixed(entry: Entry, pool: Pool) -> None:
    """Raise SeedError where the entry differs from the pool in what AWS cannot change."""
    for name, default in _FIXED.items():
        if name in entry.members:
            given, current = entry.members[name] or default, pool.settings.get(name) or default
            same = sorted(given) == sorted(current) if isinstance(given, list) else given == current
            if not same:
                raise entry.error("it cannot be changed once the pool exists", name)


def _extend_schema(seeding: Seeding, entry: Entry, pool: Pool) -> None:
    """Add the entry's custom attributes that the pool lacks. Raises SeedError for attributes that differ."""
    member = "SchemaAttributes" if "SchemaAttributes" in entry.members else "Schema"
    given = entry.members.get(member, [])
    if member == "SchemaAttributes":
        given = [_without_prefix(each) for each in given if each.get("Name") != _OF_PROVIDERS]
    current = {each["Name"]: each for each in pool.settings["SchemaAttributes"]}
    standard = {each["Name"] for each in schema.standard()}
    added = []
    for place, each in enumerate(given):
        path = f"{member}[{place}]"
        try:
            wanted = {one["Name"]: one for one in schema.created([each])}
        except Fault as fault:
            raise entry.error(fault.message or fault.code, path) from None
        own = each.get("Name") if each.get("Name") in standard else next(reversed(wanted))
        if own not in current:
            added.append(each)
        elif any(wanted[own].get(name) != current[own].get(name) for name in each if name != "Name"):
            raise entry.error("an attribute cannot be changed once the pool has it", path)
    for first in range(0, len(added), 25):
        seeding.in_pool("AddCustomAttributes", entry, {"CustomAttributes": added[first : first + 25]})


def _own_of_schema(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """CreateUserPool's Schema for what DescribeUserPool shows: without the standard attributes that are as always."""
    usual = {each["Name"]: each for each in schema.standard()}
    return [
        _without_prefix(each)
        for each in shown
        if usual.get(each.get("Name", "")) != each and each.get("Name") != _OF_PROVIDERS
    ]


def _without_prefix(attribute: Mapping[str, Any]) -> dict[str, Any]:
    name = str(attribute.get("Name", ""))
    return {**attribute, "Name": name.removeprefix("dev:").removeprefix("custom:")}


def _pasted(request: Mapping[str, Any]) -> dict[str, Any]:
    """Members without what DescribeUserPool repeats, and CreateUserPool and UpdateUserPool refuse."""
    found = dict(request)
    invitations = found.get("AdminCreateUserConfig", {})
    days = found.get("Policies", {}).get("PasswordPolicy", {}).get("TemporaryPasswordValidityDays")
    if "UnusedAccountValidityDays" in invitations and invitations["UnusedAccountValidityDays"] == days:
        found["AdminCreateUserConfig"] = {
            name: value for name, value in invitations.items() if name != "UnusedAccountValidityDays"
        }
    return found


def _export(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    for pool in exporting.unit.pools.all():
        yield _shown(pool)


def _shown(pool: Pool) -> dict[str, Any]:
    settings = deepcopy(pool.settings)
    attributes = _own_of_schema(settings.pop("SchemaAttributes"))
    shown = {"Id": pool.id, "PoolName": pool.name, **_pasted(settings)}
    if attributes:
        shown["Schema"] = attributes
    known = input_of("CreateUserPool").members
    entry = {name: value for name, value in shown.items() if name in known or name == "Id"}
    if any(name in pool.further for name in _MFA_METHODS):
        entry["mfa"] = pool_mfa.shown(pool)
        del entry["MfaConfiguration"]
    return entry
