"""What the console's navigation shows, and which page a browser gets instead of a control endpoint's JSON."""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True):
    """A link of the navigation.

    `endpoint` is that of the page's route in the console's blueprint. `instead_of` is the control endpoint whose GET
    leads a browser, which asks for HTML, to this page.
    """

    title: str
    endpoint: str
    instead_of: str | None = None


ENTRIES: list[Entry] = [
    Entry("User pools", "home"),
    Entry("Identity pools", "identity_pools"),
    Entry("Inbox", "inbox", "/_emulator/messages"),
    Entry("Events", "events", "/_emulator/events"),
    Entry("Tokens", "tokens"),
    Entry("Clock", "clock", "/_emulator/clock"),
    Entry("Faults", "faults", "/_emulator/faults"),
    Entry("Seed", "seed", "/_emulator/seed"),
    Entry("People", "people", "/_emulator/idp/people"),
    Entry("Credentials", "credentials", "/_emulator/credentials"),
    Entry("Operations", "operations", "/_emulator/operations"),
]
"""The links, in their order."""

INSTEAD_OF = {entry.instead_of: entry.endpoint for entry in ENTRIES if entry.instead_of}
"""Path of a control endpoint → endpoint of the page that a browser gets."""

DONE = {
    "added": "Added.",
    "cleared": "Taken back.",
    "changed": "The changes are saved.",
    "confirmed": "The user is confirmed.",
    "created": "Created.",
    "deleted": "Deleted.",
    "disabled": "The user is disabled. All tokens are revoked.",
    "enabled": "The user is enabled.",
    "emptied": "The data is deleted.",
    "forgotten": "The messages are forgotten.",
    "moved": "The clock is moved.",
    "password": "The password is set.",
    "removed": "Removed.",
    "reset": "The password is reset. The code for a new one is in the inbox.",
    "seeded": "The seed is applied.",
    "signed-out": "The user is signed out everywhere.",
}
"""Value of `done` in a URL, after a redirect → what the next page says."""
