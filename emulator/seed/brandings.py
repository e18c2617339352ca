"""Managed login styles, and customizations of the classic pages, in a seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.domain.branding import brandings, ui_customization
from emulator.seed import client_references
from emulator.seed.entries import Entry, Kind
from emulator.seed.exports import Exporting
from emulator.seed.members import TEXT, Members, input_of, output_of
from emulator.seed.seeding import Seeding

_STYLES = client_references.members(
    Members.of(
        input_of("CreateManagedLoginBranding"),
        without=("UserPoolId",),
        own={"ManagedLoginBrandingId": TEXT},
        shown=output_of("DescribeManagedLoginBranding", "ManagedLoginBranding"),
        envelopes=("ManagedLoginBranding",),
        words={"ManagedLoginBrandingId": "The id of the style. Without it, the style gets one."},
    )
)
_CUSTOMIZATIONS = client_references.members(
    Members.of(
        input_of("SetUICustomization"),
        without=("UserPoolId",),
        shown=output_of("GetUICustomization", "UICustomization"),
        envelopes=("UICustomization",),
    )
)


def _style_exists(seeding: Seeding, entry: Entry) -> bool:
    client = client_references.find(seeding, entry)
    found = seeding.unit.brandings.of_client(client.id) if client else None
    wanted = entry.members.get("ManagedLoginBrandingId")
    named = seeding.unit.brandings.get(wanted) if wanted else None
    if (named or (found and wanted)) and (named is None or found is None or named.id != found.id):
        raise entry.error(
            "the style is of another app client, or the client has another style", "ManagedLoginBrandingId"
        )
    entry.id = found.id if found else None
    return found is not None


def _apply_style(seeding: Seeding, entry: Entry) -> None:
    request = client_references.request(seeding, entry)
    wanted = request.pop("ManagedLoginBrandingId", None)
    if not entry.exists:
        pins = {"Id": wanted} if wanted else {}
        made = seeding.in_pool("CreateManagedLoginBranding", entry, request, pins)
        entry.id = made["ManagedLoginBranding"]["ManagedLoginBrandingId"]
        return
    del request["ClientId"]
    seeding.in_pool("UpdateManagedLoginBranding", entry, {"ManagedLoginBrandingId": entry.id, **request})


def _export_styles(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for client in exporting.clients(pool_id):
        style = exporting.unit.brandings.of_client(client.id)
        if style:
            shown = brandings.shown(exporting.context, style, whole=False)
            entry = {"ClientId": client.id} | {n: shown[n] for n in _STYLES.shapes if n in shown}
            if entry["UseCognitoProvidedValues"] is False:
                del entry["UseCognitoProvidedValues"]
            yield entry


def _customization_exists(seeding: Seeding, entry: Entry) -> bool:
    scope = _scope(seeding, entry)
    return scope is not None and seeding.unit.ui_customizations.get(scope) is not None


def _scope(seeding: Seeding, entry: Entry) -> str | None:
    """The client, or the pool for all clients; None if there is no such client yet."""
    if _is_for_all(entry):
        return entry.scope
    client = client_references.find(seeding, entry)
    return client.id if client else None


def _is_for_all(entry: Entry) -> bool:
    return client_references.written(entry) in {"", ui_customization.ALL}


def _apply_customization(seeding: Seeding, entry: Entry) -> None:
    """Keep the customization. Unlike SetUICustomization, this does not need a domain: an export has what is kept."""
    context, pool = seeding.context, seeding.pool(entry)
    client = None if _is_for_all(entry) else client_references.named(seeding, entry)
    before = seeding.unit.ui_customizations.get(client.id if client else pool.id)
    css, image = entry.members.get("CSS", before.css if before else None), entry.members.get("ImageFile")
    ui_customization.check_files(context, css, image)
    if css or image or (before and before.image):
        ui_customization.keep(context, pool, client, css, image or (before.image if before else None))


def _export_customizations(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for scope in [pool_id, *(client.id for client in exporting.clients(pool_id))]:
        kept = exporting.unit.ui_customizations.get(scope)
        if kept:
            entry = {"ClientId": kept.client_id or ui_customization.ALL, "CSS": kept.css, "ImageFile": kept.image}
            yield {name: value for name, value in entry.items() if value is not None}


STYLES = Kind(
    name="brandings",
    members=_STYLES,
    key=client_references.key(),
    exists=_style_exists,
    apply=_apply_style,
    export=_export_styles,
    check=client_references.check,
    description="Managed login styles, in the members of CreateManagedLoginBranding.",
)
CUSTOMIZATIONS = Kind(
    name="ui_customizations",
    members=_CUSTOMIZATIONS,
    key=client_references.key(),
    exists=_customization_exists,
    apply=_apply_customization,
    export=_export_customizations,
    check=client_references.check_once,
    description="CSS and logo of the classic pages, in the members of SetUICustomization: of an app client, or of ALL.",
)
