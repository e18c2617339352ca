"""PASSWORD_VERIFIER: the second half of SRP. The client proves that it knows the password, which it does not send."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import lockout, verifiers
from emulator.domain.credentials.verifiers import Verifier
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import password, refusals, sign_in_triggers, srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from storage.records.users import User

NAME = "PASSWORD_VERIFIER"


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_SRP_AUTH: the challenge is the same for everybody whom the caller must not learn about.

    AWS unknown: at which step of USER_SRP_AUTH a user who is disabled, unconfirmed, or whose password is to be reset is
    told so. Here it is told to those who prove the password; to unconfirmed users at that step, whatever the proof; a
    reset that is due, where the client does not hide who exists, at once.
    """
    progress.state["srp_a"] = srp_exchange.read_a(parameters)
    sign_in_triggers.before(progress)
    context = progress.context
    progress.drawn = srp_exchange.draw(context)
    progress.user = accounts.find_to_sign_in(context.unit, progress.pool, progress.typed)
    if not client_settings.protects_existence(progress.client.settings):
        if progress.user is None:
            raise password.unknown(progress.client)
        password.refuse_reset(progress.user)
    if progress.user:
        context.username = progress.user.username
    return NAME


def offer(progress: Progress) -> Offer:
    """The challenge's parameters. Its answer brings the SECRET_BLOCK back, and in USER_SRP_AUTH no session."""
    verifier, username = _expected(progress, progress.user)
    a = srp_exchange.read_a({"SRP_A": progress.state.get("srp_a") or ""})
    parameters, kept = srp_exchange.offer(progress.context, verifier, a, progress.drawn)
    handle = parameters["SECRET_BLOCK"] if progress.flow == "USER_SRP_AUTH" else None
    return Offer({**parameters, "USERNAME": username, "USER_ID_FOR_SRP": username}, kept, handle=handle)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check a proof as a password is checked: a wrong one counts, and ends the sign-in.

    Somebody without a password, or who does not exist, costs as much, and no proof is right for them.
    """
    context, claim = progress.context, srp_exchange.read_claim(responses)
    known = progress.user
    user = known or stand_ins.of(context, progress.pool, progress.typed)
    held = user.verifier
    lockout.refuse(context, user)
    password.refuse_unconfirmed(user)
    if not srp_exchange.is_timely(context, claim):
        progress.spend()
        raise refusals.wrong_credentials("the client's clock is off").keeping()
    right = srp_exchange.proves(context, _expected(progress, known)[0], progress.waits, claim)
    user = _read_anew(context, user)
    if not right or user.verifier is None or user.verifier != held:
        progress.spend()
        lockout.count(context, user, lockout.PASSWORD)
        raise refusals.wrong_credentials("wrong proof of the password").keeping()
    password.refuse_reset(user)
    return _accept


def _accept(progress: Progress) -> None:
    """The first factor is passed, and failed attempts are forgiven."""
    lockout.forgive(progress.context, progress.known, lockout.PASSWORD)
    progress.state["first"] = "PASSWORD_SRP"


def _expected(progress: Progress, user: User | None) -> tuple[Verifier, str]:
    """The verifier and the username of whom the sign-in is for, or of whom it seems to be for."""
    context, pool = progress.context, progress.pool
    if user is None:
        username = progress.state.setdefault("seems", verifiers.seeming_name(context, pool, progress.typed))
        return verifiers.seeming(context, pool, username), username
    return verifiers.of(context, user) or verifiers.seeming(context, pool, user.username), user.username


def _read_anew(context: Context, user: User) -> User:
    """The user, or the stand-in, as they are after the database was let go of, where they may still try a password.

    A user who is gone is asked for as before: nothing that is written of them can be kept, so the call begins anew.
    """
    user = context.unit.users.get(user.id) or user
    lockout.refuse(context, user)
    return user
