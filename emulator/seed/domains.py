"""Domains of user pools in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import Members, input_of, output_of
from emulator.seed.seeding import Seeding

MEMBERS = Members.of(
    input_of("CreateUserPoolDomain"),
    without=("UserPoolId",),
    shown=output_of("DescribeUserPoolDomain", "DomainDescription"),
    envelopes=("DomainDescription",),
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    return any(domain.name == entry.members["Domain"] for domain in seeding.unit.domains.of(entry.scope))


def _apply(seeding: Seeding, entry: Entry) -> None:
    if not entry.exists:
        seeding.in_pool("CreateUserPoolDomain", entry, entry.members)
        return
    current = next((each.settings for each in seeding.unit.domains.of(entry.scope) if each.name == entry.key), {})
    if {"Domain": entry.key, **current} != {**current, **entry.members}:
        seeding.in_pool("UpdateUserPoolDomain", entry, entry.members)


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for domain in sorted(exporting.unit.domains.of(pool_id), key=lambda each: each.name):
        settings = {name: value for name, value in domain.settings.items() if name in MEMBERS.shapes}
        yield {"Domain": domain.name, **settings}


KIND = Kind(
    name="domains",
    members=MEMBERS,
    key=named("Domain"),
    exists=_exists,
    apply=_apply,
    export=_export,
    description="The pool's domains, at most one prefix and one custom domain, in the members of CreateUserPoolDomain.",
)
