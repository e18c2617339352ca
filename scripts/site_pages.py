"""What the site has beside docs/*.md: README.md as its first page, its neighbours, and the files that pages link to.

Pages are written for readers of the repository, and their links lead from file to file. Here they are made to lead from
page to page, and to a copy of each other file. Hooks of MkDocs, named in mkdocs.yml.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"README.md": "index.md", "CHANGELOG.md": "CHANGELOG.md", "CONTRIBUTING.md": "CONTRIBUTING.md"}
"""The pages outside of docs/, by their path in the repository."""
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")
ROW = re.compile(r"^\|.*", re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
COPIES = "files"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the pages that the navigation in mkdocs.yml lacks at its end."""
    listed = set(_listed(config.nav))
    others = sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name not in listed)
    if others and config.nav is not None:
        config.nav.append({"More": others})
    return config


def _listed(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _listed(item)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages beside docs/, and the files that pages link to."""
    for source, page in BESIDE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    for path in [*(ROOT / "docs").glob("*.md"), *(ROOT / name for name in BESIDE)]:
        source = path.relative_to(ROOT).as_posix()
        for target, _ in LINK.findall(path.read_text(encoding="utf-8")):
            place = _place(source, target)
            if place is not None and place.startswith(f"{COPIES}/") and place not in files.src_uris:
                original = place.removeprefix(f"{COPIES}/").removesuffix(".txt")
                files.append(File.generated(config, place, abs_src_path=str(ROOT / original)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Make each link between files of the repository one between pages of the site."""
    at = page.file.src_uri
    source = next((source for source, of_site in BESIDE.items() if of_site == at), f"docs/{at}")

    def moved(link: re.Match[str]) -> str:
        place = _place(source, link[1])
        if place is None:
            return link[0]
        return f"]({posixpath.relpath(place, posixpath.dirname(at) or '.')}{link[2] or ''})"

    return ROW.sub(_unescaped, LINK.sub(moved, markdown))


def _unescaped(row: re.Match[str]) -> str:
    """A table's row without the backslashes that GitHub needs before a bar in code, and Python-Markdown would show."""
    return CODE.sub(lambda code: code[0].replace("\\|", "|"), row[0])


def _place(source: str, target: str) -> str | None:
    """Where the site has what a link in a file of the repository leads to. None for what is not in the repository."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    if "://" in target or not (ROOT / path).is_file():
        return None
    if path in BESIDE:
        return BESIDE[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{COPIES}/{path}.txt"  # as text, so that a browser shows it
