"""The link of a verification e-mail: which app client and pool it belongs to."""

from __future__ import annotations

from emulator import refusals
from emulator.context import Context
from emulator.domain.pools import domains
from emulator.domain.pools.apps import AppById
from emulator.domain.registration import confirmation


def confirm(context: Context, client_id: str, username: str, code: str) -> None:
    """Confirm an account by the parameters of the link.

    The host of a pool's domain serves the clients of that pool only. The client's secret is not checked, since the
    link does not carry it. Raises ResourceNotFoundException, and what `confirmation.by_link` raises.
    """
    app, here = AppById(context.unit, client_id), domains.at_host(context)
    if here and here.pool_id != app.pool.id:
        raise refusals.unknown_client(client_id)
    confirmation.by_link(context, app, username, code)
