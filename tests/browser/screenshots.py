"""Photograph the login pages and the console: `python -m tests.browser.screenshots DIRECTORY`."""

from __future__ import annotations

import argparse
import base64
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import console_tour, tour
from tests.browser.chromium import Browser
from tests.sdk.conftest import Server

_SIZES = {"wide": (1280, 900), "phone": (375, 740)}


def main() -> None:
    """Write a PNG of every page; of the login pages in both versions."""
    parser = argparse.ArgumentParser(
        prog="scripts/screenshots", description="Photograph the login pages and the console."
    )
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        server = Server("--ephemeral", log=Path(place) / "server.log")
        try:
            for version in ("classic", "managed"):
                with Browser(Path(place) / version) as browser:
                    _photograph(server, browser, version, directory)
            with Browser(Path(place) / "console") as browser:
                for name in console_tour.pages(server, browser):
                    _shoot(browser, directory, f"console-{name}", ("light", "dark"))
        finally:
            server.stop()


def _photograph(server: Server, browser: Browser, version: str, directory: Path) -> None:
    managed = version == "managed"
    settings: Any = {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}} if managed else None
    for name in tour.pages(server, browser, managed=managed, settings=settings):
        _shoot(browser, directory, f"{version}-{name}", ("light", "dark") if managed else ("light",))


def _shoot(browser: Browser, directory: Path, name: str, schemes: tuple[str, ...]) -> None:
    """Write a PNG of the page that is shown, in each colour scheme and size."""
    for scheme in schemes:
        for size, (width, height) in _SIZES.items():
            browser.command("Emulation.setScrollbarsHidden", hidden=True)  # they would hide the right margin
            preference = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.command("Emulation.setEmulatedMedia", features=preference)
            browser.command(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            shot = browser.command("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            (directory / f"{name}-{scheme}-{size}.png").write_bytes(base64.b64decode(shot))


if __name__ == "__main__":
    main()
