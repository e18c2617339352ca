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
    Entry("User pools", "home"),
]
"""The links, in their order."""

INSTEAD_OF = {entry.instead_of: entry.endpoint for entry in ENTRIES if entry.instead_of}
"""Path of a control endpoint → endpoint of the page that a browser gets."""

DONE = {
    "added": "Added.",
    "changed": "The changes are saved.",
    "confirmed": "The user is confirmed.",
    "created": "Created.",
    "deleted": "Deleted.",
    "disabled": "The user is disabled. All tokens are revoked.",
    "enabled": "The user is enabled.",
    "password": "The password is set.",
    "removed": "Removed.",
    "reset": "The password is reset. The code for a new one is in the inbox.",
    "signed-out": "The user is signed out everywhere.",
}
"""Value of `done` in a URL, after a redirect → what the next page says."""
