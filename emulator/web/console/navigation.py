"""What the console's navigation shows, and which page a browser gets instead of a control endpoint's JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the navigation.

    `endpoint` is that of the page's route in the console's blueprint. `instead_of` is the control endpoint whose GET
    leads a browser, which asks for HTML, to this page.
    """

    title: str
    endpoint: str
    instead_of: str | None = None


ENTRIES: list[Entry] = [
    Entry("Pools", "home"),
]
"""The links, in their order."""

INSTEAD_OF = {entry.instead_of: entry.endpoint for entry in ENTRIES if entry.instead_of}
"""Path of a control endpoint → endpoint of the page that a browser gets."""

DONE = {
    "changed": "The changes are saved.",
    "created": "It is created.",
    "deleted": "It is deleted.",
}
"""Value of `done` in a URL, after a redirect → what the next page says."""
