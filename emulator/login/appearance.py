"""How the pages of an app client look: which style sheets and images they load, and what stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from emulator.context import Context
from emulator.domain.branding import brandings, pictures, ui_customization
from emulator.domain.branding.pictures import Pictures
from emulator.domain.pools.apps import FoundApp

CLASSIC_SHEET = f"{pictures.PATH}/classic.css"
DEFAULT_SHEET = f"{pictures.PATH}/default.css"
_GRAPHICS = ("EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC", "PASSKEY_GRAPHIC")
FAVICON = ("image/svg+xml", f"{pictures.PATH}/default/FAVICON_SVG/DYNAMIC")
"""Media type and URL of the favicon of pages that have no managed login style."""
_SOCIAL = {"Facebook": "facebook", "Google": "google", "LoginWithAmazon": "amazon", "SignInWithApple": "apple"}
"""Name of a social provider → file name of the icon that its button has if the client's style brings none."""
_FAVICONS = {"ICO": "image/x-icon", "SVG": "image/svg+xml"}


class Picture(NamedTuple):
    """The URL of an image, and of the one that replaces it where the browser prefers dark colors."""

    url: str
    dark: str | None = None


class Appearance(Struct, frozen=True):
    """What the templates need to know. `has_header` and `has_footer` are of managed login alone."""

    is_managed: bool
    style_sheets: tuple[str, ...]
    logo: Picture | None = None
    logo_place: str = "IN-TOP"
    has_header: bool = False
    header_logo: Picture | None = None
    has_footer: bool = False
    footer_logo: Picture | None = None
    favicons: tuple[tuple[str, str], ...] = ()
    graphics: Mapping[str, Picture] = field(default_factory=dict)
    icons: Mapping[str, Picture] = field(default_factory=dict)
    order: Sequence[str] = ()
    is_federated_first: bool = True

    def ordered(self, providers: Sequence[str]) -> list[str]:
        """Providers as their buttons stand: those of the style's order first."""
        places = {name: place for place, name in reversed(list(enumerate(self.order)))}
        return sorted(providers, key=lambda name: places.get(name, len(self.order)))


def read(context: Context, app: FoundApp, *, managed: bool) -> Appearance:
    """The appearance of the pages of an app client."""
    return _managed(context, app) if managed else _classic(context, app)


def _classic(context: Context, app: FoundApp) -> Appearance:
    kept = ui_customization.effective(context, app.pool, app.client)
    plain = Appearance(is_managed=False, style_sheets=(CLASSIC_SHEET,), favicons=(FAVICON,), icons=_social_icons())
    if kept is None:
        return plain
    # AWS unknown: whether the style sheet of SetUICustomization replaces the default one, or is added to it, as here.
    place = f"/{app.pool.id}/{kept.client_id or ui_customization.ALL}/{kept.version}/assets"
    own = (f"{place}/css/custom-css.css",) if kept.css else ()
    logo = Picture(f"{place}/images/image.jpg") if kept.image else None
    return replace(plain, style_sheets=(*plain.style_sheets, *own), logo=logo)


def _managed(context: Context, app: FoundApp) -> Appearance:
    branding = context.unit.brandings.of_client(app.client.id)
    if branding is None:
        return Appearance(is_managed=True, style_sheets=(DEFAULT_SHEET,), icons=_social_icons())
    settings, found = brandings.effective(branding), pictures.of(context, branding)
    categories, components = settings["categories"], settings["components"]
    scheme, auth = categories["global"]["colorSchemeMode"], categories["auth"]
    logo = components["form"]["logo"]

    def logo_of(component: str, category: str) -> Picture | None:
        return _picture(found, scheme, category) if components[component]["logo"]["enabled"] else None

    graphics = _GRAPHICS if categories["form"]["displayGraphics"] else ()
    icons = settings["componentClasses"]["idpButtons"]["icons"]["enabled"]
    return Appearance(
        is_managed=True,
        style_sheets=(f"{pictures.PATH}/{branding.id}/style.css",),
        logo=logo_of("form", "FORM_LOGO"),
        logo_place=f"{logo['formInclusion']}-{logo['position']}",
        has_header=categories["global"]["pageHeader"]["enabled"],
        header_logo=logo_of("pageHeader", "PAGE_HEADER_LOGO"),
        has_footer=categories["global"]["pageFooter"]["enabled"],
        footer_logo=logo_of("pageFooter", "PAGE_FOOTER_LOGO"),
        favicons=tuple(_favicons(found, scheme, components["favicon"]["enabledTypes"])),
        graphics=_pictures(found, scheme, [(name, name, "") for name in graphics]),
        icons=_social_icons() | _pictures(found, scheme, _icons(found)) if icons else {},
        order=auth["federation"]["order"],
        is_federated_first=_is_federated_first(auth["authMethodOrder"]),
    )


def _picture(found: Pictures, scheme: str, category: str, resource: str = "") -> Picture | None:
    light = found.find(category, "DARK" if scheme == "DARK" else "LIGHT", resource)
    dark = found.find(category, "DARK", resource) if scheme == "DYNAMIC" else None
    return Picture(light, dark if dark != light else None) if light else None


def _pictures(found: Pictures, scheme: str, wanted: Sequence[tuple[str, str, str]]) -> dict[str, Picture]:
    """The images that there are of those wanted: (name, category, resource), by name."""
    shown = {name: _picture(found, scheme, category, resource) for name, category, resource in wanted}
    return {name: picture for name, picture in shown.items() if picture}


def _social_icons() -> dict[str, Picture]:
    # Unlike AWS: the icons of Google, Facebook, Amazon and Apple on the pages of GET /login are drawings of our own.
    return {name: Picture(f"/login/static/{file}.svg") for name, file in _SOCIAL.items()}


def _icons(found: Pictures) -> list[tuple[str, str, str]]:
    """The style's own icons for buttons of providers. The resource is the provider's name."""
    category = "IDP_BUTTON_ICON"
    return [(resource, category, resource) for kind, _, resource in found.own if kind == category]


def _favicons(found: Pictures, scheme: str, types: Sequence[str]) -> list[tuple[str, str]]:
    mode = "DARK" if scheme == "DARK" else "LIGHT"
    urls = ((_FAVICONS[name], found.find(f"FAVICON_{name}", mode)) for name in types)
    return [(media_type, url) for media_type, url in urls if url]


def _is_federated_first(order: Sequence[Sequence[Mapping[str, Any]]]) -> bool:
    """Whether the buttons of providers stand above the form."""
    # AWS unknown: what else `authMethodOrder` in the Settings of CreateManagedLoginBranding may contain, and whether it
    # hides what it does not name. Here it decides only whether the form or the buttons come first.
    types = [method.get("type") for group in order for method in group]
    if "USERNAME_PASSWORD" not in types:
        return True
    return "FEDERATED" in types[: types.index("USERNAME_PASSWORD")]
