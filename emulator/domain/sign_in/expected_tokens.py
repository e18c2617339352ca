"""Tokens that are signed while a password is checked: most passwords are right, and are all that a sign-in needs.

It is done for unknown users, too, so that a call about one takes as long.
"""

from __future__ import annotations

from emulator.domain.factors import devices
from emulator.domain.sign_in.progress import Progress
from emulator.domain.tokens import families, tokens, user_sessions
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_pairs import SignedAhead
from storage.records.pools import Pool
from storage.records.users import User


def of(progress: Progress, user: User) -> SignedAhead | None:
    """The tokens of a sign-in that ends with its password, to be signed. None where more than that may come."""
    if _may_need_more(progress.pool):
        return None
    context, pool = progress.context, progress.pool
    return tokens.expect(context, Grant(pool, progress.client, user), families.by_password(context, pool))


def _may_need_more(pool: Pool) -> bool:
    """Whether functions, second factors, devices or tracked sessions may change the tokens or prevent them."""
    return bool(
        pool.settings.get("LambdaConfig")
        or pool.settings.get("MfaConfiguration", "OFF") != "OFF"
        or devices.tracks(pool)
        or user_sessions.tracks(pool)
    )
