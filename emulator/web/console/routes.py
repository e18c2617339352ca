"""The console's blueprint: the pages of all modules, and the way of a browser from control endpoints to pages."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from emulator.dispatch import Dispatcher
from emulator.web.console import (
    clients,
    clock,
    credentials,
    events,
    faults,
    groups,
    home,
    identities,
    inbox,
    operations,
    people,
    pools,
    seed,
    tokens,
    user,
    users,
)
from emulator.web.console.frame import Console, place, wants_page
from emulator.web.console.navigation import INSTEAD_OF

_FURTHER = (identities, inbox, events, tokens, clock, faults, seed, people, credentials, operations)


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The console."""
    console = Console(dispatcher)
    for module in (home, pools, clients, groups, users, user, *_FURTHER):
        module.add(console)
    console.routes.before_app_request(_show_page_instead)
    return console.routes


def _show_page_instead() -> ResponseReturnValue | None:
    """Send a browser that asks a control endpoint for HTML to the page of the same thing, with its parameters."""
    if request.method != "GET" or not wants_page():
        return None
    endpoint = INSTEAD_OF.get(request.path)
    return redirect(place(endpoint, **request.args.to_dict())) if endpoint else None
