"""Images for a pool's pages: their type, and whether they are harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAGIC = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "ICO": (b"\x00\x00\x01\x00",),
}
MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "ICO": "image/x-icon",
    "WEBP": "image/webp",
    "SVG": "image/svg+xml",
}
_MOST_TAGS = 20_000
_ACTIVE = frozenset({"script", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate"})


def kind(content: bytes) -> str | None:
    """The type of an image, a key of MEDIA_TYPES. None for anything that pages do not show, as an SVG with scripts."""
    for name, openings in _MAGIC.items():
        if content.startswith(openings):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return "SVG" if is_plain_svg(content) else None


def is_plain_svg(content: bytes) -> bool:
    """Whether this is an SVG without scripts, links and document type."""
    from defusedxml import DefusedXmlException  # not before it is used: start-up is imports
    from defusedxml.ElementTree import ParseError, fromstring

    # Unlike AWS: CreateManagedLoginBranding and UpdateManagedLoginBranding refuse an SVG of more than 20,000 tags,
    # which would take a second to parse.
    if content.count(b"<") > _MOST_TAGS:
        return False
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return False
    return _local(root.tag) == "svg" and all(_is_passive(element) for element in root.iter())


def _is_passive(element: Element) -> bool:
    if _local(element.tag) in _ACTIVE:
        return False
    for name, value in element.attrib.items():
        local = _local(name)
        if local.startswith("on") or (local == "href" and not value.strip().startswith(("#", "data:image/"))):
            return False
    return True


def _local(name: object) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""
