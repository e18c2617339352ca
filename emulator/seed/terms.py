"""Terms documents in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.seed import client_references
from emulator.seed.entries import Entry, Kind
from emulator.seed.exports import Exporting
from emulator.seed.members import TEXT, Members, input_of, output_of
from emulator.seed.seeding import Seeding

MEMBERS = client_references.members(
    Members.of(
        input_of("CreateTerms"),
        without=("UserPoolId",),
        own={"TermsId": TEXT},
        shown=output_of("DescribeTerms", "Terms"),
        envelopes=("Terms",),
        words={"TermsId": "The id of the document. Without it, the document gets one."},
    )
)


def _exists(seeding: Seeding, entry: Entry) -> bool:
    client, wanted = client_references.find(seeding, entry), entry.members.get("TermsId")
    found = seeding.unit.terms.named(client.id, entry.members["TermsName"]) if client else None
    known = seeding.unit.terms.get(wanted) if wanted else None
    if (known or (found and wanted)) and (known is None or found is None or known.id != found.id):
        raise entry.error("it is the id of another document, or the document has another id", "TermsId")
    entry.id = found.id if found else None
    return found is not None


def _apply(seeding: Seeding, entry: Entry) -> None:
    request = client_references.request(seeding, entry)
    wanted = request.pop("TermsId", None)
    if entry.exists:
        del request["ClientId"]
        seeding.in_pool("UpdateTerms", entry, {"TermsId": entry.id, **request})
        return
    made = seeding.in_pool("CreateTerms", entry, request, {"Id": wanted} if wanted else {})
    entry.id = made["Terms"]["TermsId"]


def _export(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    terms = exporting.unit.terms
    for document in exporting.paged(lambda limit, token: terms.page(pool_id, limit, token)):
        ids = {"TermsId": document.id, "ClientId": document.client_id, "TermsName": document.name}
        yield {**ids, **document.settings}


KIND = Kind(
    name="terms",
    members=MEMBERS,
    key=client_references.key("TermsName"),
    exists=_exists,
    apply=_apply,
    export=_export,
    check=client_references.check,
    description="Terms documents of app clients, in the members of CreateTerms.",
)
