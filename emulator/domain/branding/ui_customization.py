"""UI customization of the classic pages: a style sheet and a logo, of one app client or of all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.branding import classic_css, images
from emulator.faults import InvalidParameterException
from storage.records.brandings import UICustomization
from storage.records.pools import Client, Pool

ALL = "ALL"
_MOST_IMAGE = 100 * 1024
_MOST = 135 * 1024


def client_of(context: Context, pool: Pool, client_id: str | None) -> Client | None:
    """The app client that a ClientId names; None for ALL clients, which is the default.

    Raises ResourceNotFoundException if the pool has no such client.
    """
    if client_id in {None, ALL}:
        return None
    client = context.unit.clients.get(client_id or "")
    if client is None or client.pool_id != pool.id:
        raise refusals.unknown_client(client_id)
    return client


def check(context: Context, pool: Pool, css: str | None, image: bytes | None) -> None:
    """Raise InvalidParameterException for an invalid style sheet or logo, or for a pool without a domain.

    The connection is released while they are parsed.
    """
    # AWS unknown: the messages of SetUICustomization's errors, except that for a pool without a domain.
    if not context.unit.domains.of(pool.id):
        raise InvalidParameterException("There has to be an existing domain associated with this user pool")
    check_files(context, css, image)


def check_files(context: Context, css: str | None, image: bytes | None) -> None:
    """Raise InvalidParameterException for an invalid style sheet or logo. Releases the connection meanwhile."""
    if len(css or "") + len(image or b"") > _MOST:
        raise InvalidParameterException("The request is larger than 135 KB.")
    with context.unit.released():
        if css:
            classic_css.check(css)
        if image and (len(image) > _MOST_IMAGE or images.kind(image) not in {"PNG", "JPEG"}):
            raise InvalidParameterException("The image must be a PNG or JPEG file of at most 100 KB.")


def keep(context: Context, pool: Pool, client: Client | None, css: str | None, image: bytes | None) -> UICustomization:
    """Store the customization of a client, or of all clients of the pool if `client` is None, and return it.

    Without a style sheet and a logo, the customization is removed; the returned one is then empty.
    """
    # AWS unknown: what SetUICustomization does to the CSS when only ImageFile is given, and to the image when only CSS
    # is given. Here the CSS returns to the default, and the image stays.
    scope, now = client.id if client else pool.id, context.now
    old = context.unit.ui_customizations.get(scope)
    version = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d%H%M%S")
    client_id = client.id if client else None
    kept = UICustomization(scope, pool.id, client_id, css or None, image, version, old.created if old else now, now)
    if old:
        context.unit.ui_customizations.delete(old)
    if not css and not image:
        return kept
    if old and not image:
        kept = replace(kept, image=old.image)
    return context.unit.ui_customizations.add(kept)


def effective(context: Context, pool: Pool, client: Client | None) -> UICustomization | None:
    """The customization of a client's pages: its own, or else that of all clients; None if there is neither."""
    own = context.unit.ui_customizations.get(client.id) if client else None
    return own or context.unit.ui_customizations.get(pool.id)


def css(context: Context, pool_id: str, client_id: str, version: str) -> str | None:
    """The style sheet of that version; None if there is none. `client_id` may be "ALL"."""
    kept = _kept(context, pool_id, client_id, version)
    return kept.css if kept else None


def image(context: Context, pool_id: str, client_id: str, version: str) -> tuple[bytes, str] | None:
    """The logo at an ImageUrl and its media type; None if there is no such logo. `client_id` may be "ALL"."""
    kept = _kept(context, pool_id, client_id, version)
    if kept is None or not kept.image:
        return None
    return kept.image, images.MEDIA_TYPES[images.kind(kept.image) or "PNG"]


def _kept(context: Context, pool_id: str, client_id: str, version: str) -> UICustomization | None:
    kept = context.unit.ui_customizations.get(pool_id if client_id == ALL else client_id)
    return kept if kept and kept.pool_id == pool_id and kept.version == version else None


def shown(context: Context, pool: Pool, kept: UICustomization) -> dict[str, Any]:
    """A customization as UICustomizationType. An empty one, as `keep` returns it, shows neither CSS nor image."""
    client_id = kept.client_id or ALL
    shown = {
        "UserPoolId": pool.id,
        "ClientId": client_id,
        "LastModifiedDate": kept.modified,
        "CreationDate": kept.created,
    }
    if not kept.css and not kept.image:
        return shown
    # Unlike AWS: the ImageUrl of SetUICustomization and GetUICustomization is at this server, not at CloudFront.
    path = f"{pool.id}/{client_id}/{kept.version}/assets/images/image.jpg"
    shown |= {"CSS": kept.css or classic_css.DEFAULT, "CSSVersion": kept.version}
    return shown | ({"ImageUrl": f"{context.origin.base_url}/{path}"} if kept.image else {})
