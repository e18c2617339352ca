"""A click on the link of a verification e-mail: what ConfirmSignUp does, for who has no app at hand."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import codes
from emulator.domain.messages import delivery
from emulator.domain.pools import domains
from emulator.domain.registration import profile, sign_up_triggers
from emulator.domain.threats import watch
from emulator.domain.triggers import triggers
from emulator.faults import NotAuthorizedException, ResourceNotFoundException


def confirm(context: Context, client_id: str, username: str, code: str) -> None:
    """Confirm an account; the address that the link went to is verified.

    At the host of a pool's domain there are only the clients of that pool. Somebody who does not exist is refused as
    one whose link is too old. The client's secret is not asked for, since a link does not have it.

    AWS unknown: who stands to lose where somebody else has verified the address meanwhile; the click is refused here.
    """
    unit = context.unit
    client = unit.clients.get(client_id)
    pool = unit.pools.get(client.pool_id) if client else None
    here = domains.at_host(context)
    if client is None or pool is None or (here and here.pool_id != pool.id):
        raise ResourceNotFoundException(f"User pool client {client_id} does not exist.")
    caller = watch.over(context, pool, client, "SignUp", lambda: accounts.find(unit, pool, username))
    stand_in = stand_ins.of(context, pool, username)
    user = accounts.find(unit, pool, username) or stand_in
    if user.status != "UNCONFIRMED" and not stand_ins.is_one(user):
        raise NotAuthorizedException(f"User cannot be confirmed. Current status is {user.status}")
    triggers.require_runner(context, pool, "PostConfirmation")
    spent = codes.spend(context, user, delivery.SIGN_UP, code, "ConfirmSignUp")
    user = accounts.change(context, pool, user, profile.proved(user, spent), status="CONFIRMED")
    sign_up_triggers.after_confirmation(context, pool, client, user, {})
    watch.record_outcome(context, pool, client, user, "SignUp", "Pass", caller)
