"""Managed login styles: the settings and images of an app client (AWS: "Managed login branding")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.context import Context
from emulator.domain.branding import images, managed_login
from emulator.faults import (
    InvalidParameterException,
    LimitExceededException,
    ManagedLoginBrandingExistsException,
    ResourceNotFoundException,
)
from keys import entropy
from storage.records.brandings import Asset, Branding
from storage.records.pools import Client, Pool
from storage.violations import UniqueViolation

_MOST = 20
_MOST_BYTES = 2_000_000
_MOST_ASSETS = 40
_DEFAULTS = (("FAVICON_SVG", "DYNAMIC"), ("PAGE_BACKGROUND", "LIGHT"), ("PAGE_BACKGROUND", "DARK"))
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{}</svg>'
_IMAGES = {
    "FAVICON_SVG": _SVG.format('<circle cx="8" cy="8" r="7" fill="{}"/>'),
    "PAGE_BACKGROUND": _SVG.format('<rect width="16" height="16" fill="{}"/>'),
}
_FILLS = {"DYNAMIC": "#0972d3", "LIGHT": "#f2f8fd", "DARK": "#0f1b2a"}


def check(request: Mapping[str, Any]) -> None:
    """Raise InvalidParameterException for invalid settings or images. Uses no database; slow for large requests."""
    if request.get("Settings") is not None:
        managed_login.check(request["Settings"])
    if sum(len(asset.get("Bytes") or b"") for asset in request.get("Assets") or []) > _MOST_BYTES:
        raise InvalidParameterException("The request is larger than two megabytes.")
    for asset in request.get("Assets") or []:
        _check_asset(asset)


def create(context: Context, client: Client, request: Mapping[str, Any], branding_id: str | None = None) -> Branding:
    """Store and return a client's new style, from a request of CreateManagedLoginBranding that `check` accepted.

    Without `branding_id`, it gets a new id.

    Raises LimitExceededException, InvalidParameterException, or ManagedLoginBrandingExistsException if it has one.
    """
    # AWS unknown: the messages of CreateManagedLoginBranding's errors.
    if context.unit.brandings.count(client.pool_id) >= _MOST:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST} managed login styles.")
    branding_id = branding_id or entropy.uuid(context.world.entropy)
    settings = _settings({}, request)
    assets = _assets(branding_id, [], request)
    branding = Branding(branding_id, client.pool_id, client.id, settings, context.now, context.now)
    try:
        context.unit.brandings.add(branding)
    except UniqueViolation:
        raise ManagedLoginBrandingExistsException("The app client has a managed login style already.") from None
    context.unit.brandings.put_assets(branding, assets)
    return branding


def change(context: Context, branding: Branding, request: Mapping[str, Any]) -> Branding:
    """Change a style by a request of UpdateManagedLoginBranding that `check` accepted, and return the changed style.

    UseCognitoProvidedValues removes all settings and images. Raises InvalidParameterException.
    """
    # AWS unknown: whether UpdateManagedLoginBranding merges Settings and Assets into those of the style. Here a setting
    # replaces the setting at its path, and an image the one of its category, color mode and resource.
    settings = _settings(branding.settings, request)
    kept = [] if settings["UseCognitoProvidedValues"] else context.unit.brandings.assets(branding)
    assets = _assets(branding.id, kept, request)
    context.unit.brandings.put_assets(branding, assets)
    return context.unit.brandings.change(branding, settings=settings, modified=context.now)


def named(context: Context, pool: Pool, branding_id: str) -> Branding:
    """The style of a pool with that id. Raises ResourceNotFoundException."""
    return _of(pool, context.unit.brandings.get(branding_id), branding_id)


def of_client(context: Context, pool: Pool, client: Client) -> Branding:
    """The style of a client. Raises ResourceNotFoundException."""
    return _of(pool, context.unit.brandings.of_client(client.id), f"of client {client.id}")


def shown(context: Context, branding: Branding, *, whole: bool) -> dict[str, Any]:
    """A style as ManagedLoginBrandingType.

    `whole`: with the defaults of all settings and images that the style does not set.
    """
    settings = branding.settings.get("Settings")
    if whole:
        settings = effective(branding)
    assets = [_asset_shown(asset) for asset in context.unit.brandings.assets(branding)]
    if whole:
        # AWS unknown: the default images in DescribeManagedLoginBranding with ReturnMergedResources. Here they are
        # plain ones.
        assets += [each for each in default_assets() if _key(each) not in {_key(asset) for asset in assets}]
    shown = {
        "ManagedLoginBrandingId": branding.id,
        "UserPoolId": branding.pool_id,
        "UseCognitoProvidedValues": branding.settings["UseCognitoProvidedValues"],
        "CreationDate": branding.created,
        "LastModifiedDate": branding.modified,
    }
    shown |= {"Settings": settings} if settings is not None else {}
    return shown | ({"Assets": assets} if assets else {})


def effective(branding: Branding) -> dict[str, Any]:
    """The settings that apply to a client's pages: its style's, merged into the defaults."""
    return managed_login.merged(managed_login.defaults(), branding.settings.get("Settings") or {})


def _of(pool: Pool, branding: Branding | None, what: str) -> Branding:
    if branding is None or branding.pool_id != pool.id:
        # AWS unknown: the message of ResourceNotFoundException when DescribeManagedLoginBranding,
        # DescribeManagedLoginBrandingByClient, UpdateManagedLoginBranding or DeleteManagedLoginBranding finds no style.
        raise ResourceNotFoundException(f"Managed login branding {what} does not exist.")
    return branding


def _settings(old: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    given = request.get("Settings")
    provided = request.get("UseCognitoProvidedValues", False)
    if provided and (given is not None or request.get("Assets")):
        raise InvalidParameterException("UseCognitoProvidedValues excludes Settings and Assets.")
    if provided:
        return {"UseCognitoProvidedValues": True}
    kept = old.get("Settings")
    if given is not None:
        kept = managed_login.merged(kept or {}, given)
    says = kept is not None or bool(request.get("Assets"))
    untouched = old.get("UseCognitoProvidedValues", False) and not says
    return {"UseCognitoProvidedValues": untouched} | ({"Settings": kept} if kept is not None else {})


def _assets(branding_id: str, kept: Sequence[Asset], request: Mapping[str, Any]) -> list[Asset]:
    given = request.get("Assets") or []
    if len({_key(asset) for asset in given}) < len(given):
        raise InvalidParameterException("Assets must differ in category, color mode or resource.")
    replaced = {_key(asset) for asset in given}
    rows = [(asset.settings, asset.content) for asset in kept if _key(asset.settings) not in replaced]
    rows += [({n: v for n, v in asset.items() if n != "Bytes"}, bytes(asset["Bytes"])) for asset in given]
    if len(rows) > _MOST_ASSETS:
        raise InvalidParameterException(f"A managed login style cannot have more than {_MOST_ASSETS} assets.")
    return [Asset(branding_id, number, settings, content) for number, (settings, content) in enumerate(rows)]


def _check_asset(asset: Mapping[str, Any]) -> None:
    content, extension, category = asset.get("Bytes"), asset["Extension"], asset["Category"]
    if not content:
        raise InvalidParameterException(f"The asset {category} has no bytes.")
    if images.kind(bytes(content)) != extension:
        raise InvalidParameterException(f"The asset {category} is not a valid {extension} file.")
    if category.startswith("FAVICON_") and category.removeprefix("FAVICON_") != extension:
        raise InvalidParameterException(f"The asset {category} cannot be of the type {extension}.")


def _key(asset: Mapping[str, Any]) -> tuple[str, str, str]:
    return asset["Category"], asset["ColorMode"], asset.get("ResourceId", "")


def _asset_shown(asset: Asset) -> dict[str, Any]:
    return {**asset.settings, "Bytes": asset.content or b""}


def default_assets() -> list[dict[str, Any]]:
    """The images of a style that has none of its own, as AssetType."""
    return [
        {"Category": name, "ColorMode": mode, "Extension": "SVG", "Bytes": _IMAGES[name].format(_FILLS[mode]).encode()}
        for name, mode in _DEFAULTS
    ]
