"""The images of a managed login style, as the pages load them: by URL."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.branding import brandings, images
from storage.records.brandings import Branding

PATH = "/login/branding"
_OTHER = {"LIGHT": "DARK", "DARK": "LIGHT"}
_Key = tuple[str, str, str]


class Pictures(Struct, frozen=True):
    """The URLs of a style's images, by category, color mode and resource; `default` has those of Cognito's images."""

    own: Mapping[_Key, str] = field(default_factory=dict)
    default: Mapping[_Key, str] = field(default_factory=dict)

    def find(self, category: str, mode: str, resource: str = "") -> str | None:
        """The URL of the image of a category for LIGHT or DARK; None if there is none.

        An image for both modes (DYNAMIC) stands in for the one of a mode, and that of the other mode for neither.
        """
        # AWS unknown: which image a page shows where CreateManagedLoginBranding got one for the other color mode alone.
        # Here Cognito's own, or else that one.
        places = [(self.own, mode), (self.own, "DYNAMIC"), (self.default, mode), (self.default, "DYNAMIC")]
        for urls, each in [*places, (self.own, _OTHER[mode])]:
            url = urls.get((category, each, resource))
            if url:
                return url
        return None


def of(context: Context, branding: Branding) -> Pictures:
    """The images of a style."""
    own = {
        _key(asset.settings): f"{PATH}/{branding.id}/{asset.number}"
        for asset in context.unit.brandings.asset_list(branding)
    }
    default = {_key(asset): f"{PATH}/default/{asset['Category']}/{asset['ColorMode']}" for asset in _defaults()}
    return Pictures(own, default)


def read(context: Context, branding_id: str, number: int) -> tuple[bytes, str] | None:
    """The content of an image and its media type; None if there is no such image."""
    asset = context.unit.brandings.asset(branding_id, number)
    if asset is None:
        return None
    return asset.content or b"", images.MEDIA_TYPES[asset.settings["Extension"]]


def read_default(category: str, mode: str) -> tuple[bytes, str] | None:
    """The content of one of Cognito's own images and its media type; None if there is no such image."""
    for asset in _defaults():
        if (asset["Category"], asset["ColorMode"]) == (category, mode):
            return asset["Bytes"], images.MEDIA_TYPES[asset["Extension"]]
    return None


_defaults = brandings.default_assets


def _key(asset: Mapping[str, str]) -> _Key:
    return asset["Category"], asset["ColorMode"], asset.get("ResourceId", "")
