"""Every link of a document to a file or a heading of this repository leads there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("examples/**/*.md"))]
DOCUMENTS = [path for path in DOCUMENTS if "node_modules" not in path.parts]
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = ("http://", "https://", "mailto:")


@cache
def text(path: Path) -> str:
    """A document without its blocks of code."""
    return FENCED.sub("", path.read_text(encoding="utf-8"))


@cache
def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub and the site make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text(path), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = re.sub(r"[^\w -]", "", words).replace(" ", "-")
        found.add(slug if slug not in found else f"{slug}-1")
    return found


def broken(path: Path, root: Path = ROOT) -> list[str]:
    """The links of a document that lead to nothing below the root, or to no heading."""
    wrong = []
    for link in LINK.findall(text(path)):
        if link.startswith(ELSEWHERE):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        inside = target.is_relative_to(root) and target.exists()
        if not inside or (anchor and (target.suffix != ".md" or anchor not in anchors(target))):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    assert broken(path) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    page.write_text("# One `two`: three\n\n[a](#one-two-three) [b](#four) [c](none.md) [d](https://example.com/#x)\n")
    other.write_text("## Five\n```\n# Six\n```\n[a](page.md) [b](page.md#one-two-three) [c](page.md#five) [d](#six)\n")
    assert broken(page, tmp_path) == ["#four", "none.md"]
    assert broken(other, tmp_path) == ["page.md#five", "#six"]
    assert broken(page, tmp_path / "below") == ["#one-two-three", "#four", "none.md"]


def test_documents_are_checked() -> None:
    assert len(DOCUMENTS) > 25
    assert sum(len(LINK.findall(text(path))) for path in DOCUMENTS) > 1000
