"""The style sheet of a managed login style: its settings as CSS custom properties, which the pages' CSS uses.

The setting `components.primaryButton.lightMode.hover.textColor` is `--primaryButton-hover-textColor` in light mode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.domain.branding import managed_login
from emulator.domain.branding.pictures import Pictures

_MODES = {"LIGHT": "lightMode", "DARK": "darkMode"}
_COLOR = re.compile(r"[0-9a-fA-F]{8}")
_MOST_PIXELS = 1000
_GAPS = {"REGULAR": "1rem", "COMPACT": ".5rem"}
_IMAGES = {
    "PAGE_BACKGROUND": ("pageBackground", "image"),
    "FORM_BACKGROUND": ("form", "backgroundImage"),
    "PAGE_HEADER_BACKGROUND": ("pageHeader", "backgroundImage"),
    "PAGE_FOOTER_BACKGROUND": ("pageFooter", "backgroundImage"),
}
"""Category of a background image → the component, and its setting that enables the image."""
# Unlike AWS: of the settings of CreateManagedLoginBranding, those of drop-down lists, option controls, input
# descriptions and the phone number selector change nothing, since the pages have no such elements; nor do those of
# warnings and pending states, and `interfaceStyle`.
WITHOUT_EFFECT = (
    "dropDown",
    "optionControls",
    "inputDescription",
    "statusIndicator-warning",
    "statusIndicator-pending",
)
"""Beginnings of the custom properties that no page uses."""


def managed(settings: Mapping[str, Any], pictures: Pictures) -> str:
    """The style sheet of settings that are complete, in their color scheme."""
    scheme = settings["categories"]["global"]["colorSchemeMode"]
    if scheme != "DYNAMIC":
        return f":root {{ color-scheme: {scheme.lower()}; }}\n{_layout(settings)}{_rules(settings, pictures, scheme)}"
    head = f":root {{ color-scheme: light dark; }}\n{_layout(settings)}"
    modes = (f"@media (prefers-color-scheme: {m.lower()}) {{\n{_rules(settings, pictures, m)}}}\n" for m in _MODES)
    return head + "".join(modes)


def default() -> str:
    """The style sheet of pages that belong to no app client: the default colors, in the browser's color scheme."""
    settings = managed_login.merged(
        managed_login.defaults(), {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}
    )
    return managed(settings, Pictures())


def properties(settings: Mapping[str, Any], mode: str) -> dict[str, str]:
    """The custom properties of all colors and radii in a mode, LIGHT or DARK."""
    found = {}
    for room in ("componentClasses", "components"):
        for path, value in _leaves(settings[room], _MODES[mode], ()):
            written = _written(value)
            if written and path[:2] != ("idpButton", "custom"):
                found["--" + "-".join(path)] = written
    return found


def _layout(settings: Mapping[str, Any]) -> str:
    """What does not depend on the mode: where the form stands, how much space there is, and where logos stand."""
    form, components = settings["categories"]["form"], settings["components"]
    layout = {
        "--form-horizontal": form["location"]["horizontal"].lower(),
        "--form-vertical": form["location"]["vertical"].lower(),
        "--gap": _GAPS.get(settings["categories"]["global"]["spacingDensity"], _GAPS["REGULAR"]),
    }
    for name in ("form", "pageHeader", "pageFooter"):
        layout[f"--{name}-logo"] = components[name]["logo"]["location"].lower()
    return _block(":root", layout)


def _rules(settings: Mapping[str, Any], pictures: Pictures, mode: str) -> str:
    written = properties(settings, mode)
    for category, (component, switch) in _IMAGES.items():
        url = pictures.find(category, mode)
        if url and settings["components"][component][switch]["enabled"]:
            written[f"--{component}-image"] = f'url("{url}")'
    custom = settings["components"]["idpButton"]["custom"]
    return _block(":root", written) + "".join(_custom(settings, name, custom[name], mode) for name in custom)


def _custom(settings: Mapping[str, Any], provider: str, given: Any, mode: str) -> str:
    """The rule for the button of one provider. Anything that is no color of a standard button is left out."""
    # AWS unknown: the members of `idpButton.custom` in the Settings of CreateManagedLoginBranding. Here a provider's
    # name leads to what `idpButton.standard` has.
    standard = {"standard": settings["components"]["idpButton"]["standard"]}
    known = dict(_leaves(standard, _MODES[mode], ("idpButton",)))
    own = _leaves({"standard": given}, _MODES[mode], ("idpButton",)) if isinstance(given, dict) else ()
    colors = {"--" + "-".join(path): _written(value) for path, value in own if path in known}
    return _block(f'[data-provider="{_escaped(provider)}"]', {name: color for name, color in colors.items() if color})


def _leaves(tree: Mapping[str, Any], mode: str, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The settings of a mode, or of none, by their paths without the mode."""
    for name, value in tree.items():
        if name in _MODES.values() and name != mode:
            continue
        below = path if name == mode else (*path, name)
        if isinstance(value, dict):
            yield from _leaves(value, mode, below)
        else:
            yield below, value


def _written(value: object) -> str:
    """A color or a number of pixels as CSS has it; empty for everything else."""
    if isinstance(value, str) and _COLOR.fullmatch(value):
        return f"#{value}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{min(value, _MOST_PIXELS):g}px"
    return ""


def _escaped(text: str) -> str:
    """Text as it may stand in a string of CSS, whatever it contains."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in text)


def _block(selector: str, declarations: Mapping[str, str]) -> str:
    if not declarations:
        return ""
    return f"{selector} {{\n" + "".join(f"  {name}: {value};\n" for name, value in declarations.items()) + "}\n"
