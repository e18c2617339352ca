"""The documentation as a site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `scripts/site` builds it: a warning about a link is an error."""
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return place


def test_every_document_is_a_page(site: Path) -> None:
    pages = {path.stem for path in site.glob("*.html")}
    documents = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert documents | {"index", "CHANGELOG", "CONTRIBUTING"} <= pages


def test_every_link_of_the_site_leads_to_one_of_its_files(site: Path) -> None:
    linked = 0
    for page in site.glob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)', page.read_text(encoding="utf-8")):
            if "://" in link or link.startswith(("data:", "/")):
                continue
            linked += 1
            assert (page.parent / link).exists(), (page.name, link)
    assert linked > 1000


def test_a_bar_in_the_code_of_a_table_has_no_backslash(site: Path) -> None:
    assert "<code>--log-format text|json</code>" in (site / "settings.html").read_text(encoding="utf-8")


def test_nothing_of_a_page_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.glob("*.html"):
        fetched = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"https?://[^\"]+", page.read_text("utf-8"))
        assert fetched == [], page.name
