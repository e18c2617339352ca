"""Photograph the login pages: `python -m tests.browser.screenshots DIRECTORY`, which scripts/screenshots runs."""

from __future__ import annotations

import argparse
import base64
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import tour
from tests.browser.chromium import Browser
from tests.sdk.conftest import Server

_SIZES = {"wide": (1280, 900), "phone": (375, 740)}


def main() -> None:
    """Write a PNG of every page, in both versions of the pages."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description="Photograph every login page.")
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        server = Server("--ephemeral", log=Path(place) / "server.log")
        try:
            for version in ("classic", "managed"):
                with Browser(Path(place) / version) as browser:
                    _photograph(server, browser, version, directory)
        finally:
            server.stop()


def _photograph(server: Server, browser: Browser, version: str, directory: Path) -> None:
    managed = version == "managed"
    settings: Any = {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}} if managed else None
    for name in tour.pages(server, browser, managed=managed, settings=settings):
        for scheme in ("light", "dark") if managed else ("light",):
            for size, (width, height) in _SIZES.items():
                preference = [{"name": "prefers-color-scheme", "value": scheme}]
                browser.command("Emulation.setEmulatedMedia", features=preference)
                browser.command(
                    "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
                )
                shot = browser.command("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                path = directory / f"{version}-{name}-{scheme}-{size}.png"
                path.write_bytes(base64.b64decode(shot))


if __name__ == "__main__":
    main()
