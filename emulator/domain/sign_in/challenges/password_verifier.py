"""PASSWORD_VERIFIER: the second half of SRP. The client proves that it knows the password, and does not send it."""

from __future__ import annotations

from collections.abc import Mapping

from emulator import refusals
from emulator.context import Context
from emulator.domain.accounts import accounts, stand_ins
from emulator.domain.credentials import lockout, verifiers
from emulator.domain.credentials.verifiers import Verifier
from emulator.domain.pools import client_settings
from emulator.domain.sign_in import password, sign_in_triggers, srp_exchange
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from storage.records.users import User

NAME = "PASSWORD_VERIFIER"


def start(progress: Progress, parameters: Mapping[str, str]) -> str | None:
    """Begin USER_SRP_AUTH: take SRP_A, call PreAuthentication, read the user, and return PASSWORD_VERIFIER.

    Unknown users get the challenge too, if the client prevents user existence errors; else this raises
    UserNotFoundException, and PasswordResetRequiredException for a user in RESET_REQUIRED. Raises
    InvalidParameterException without a valid SRP_A.
    """
    progress.state["srp_a"] = srp_exchange.read_a(parameters)
    sign_in_triggers.before(progress)
    context = progress.context
    progress.drawn = srp_exchange.draw(context)
    progress.user = accounts.find_to_sign_in(context.unit, progress.pool, progress.typed)
    # AWS unknown: at which step USER_SRP_AUTH refuses a user who is disabled, unconfirmed, or has to reset the
    # password. Here RespondToAuthChallenge refuses an unconfirmed user whatever the proof, and the others once the
    # proof is right; InitiateAuth refuses a due reset at once where the client does not prevent user existence errors.
    if not client_settings.protects_existence(progress.client.settings):
        if progress.user is None:
            raise password.unknown(progress.client)
        refusals.check_not_reset(progress.user)
    if progress.user:
        context.username = progress.user.username
    return NAME


def offer(progress: Progress) -> Offer:
    """Compute SALT, SRP_B and SECRET_BLOCK from the SRP_A of the step before; for an unknown user made-up ones.

    In USER_SRP_AUTH the answer names the sign-in by its SECRET_BLOCK.
    """
    verifier, username = _expected(progress, progress.user)
    a = srp_exchange.read_a({"SRP_A": progress.state.get("srp_a") or ""})
    parameters, kept = srp_exchange.offer(progress.context, verifier, a, progress.drawn)
    handle = parameters["SECRET_BLOCK"] if progress.flow == "USER_SRP_AUTH" else None
    return Offer({**parameters, "USERNAME": username, "USER_ID_FOR_SRP": username}, kept, handle=handle)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check the proof; if it is right, the first factor is passed. A wrong one is counted, and ends the sign-in.

    For an unknown user, or one without a password, the same work is done and every proof is wrong. Raises
    InvalidParameterException for a claim with a part missing or malformed, NotAuthorizedException for a wrong proof, a
    TIMESTAMP that is off, and during a lockout, UserNotConfirmedException, and PasswordResetRequiredException.
    """
    context, claim = progress.context, srp_exchange.read_claim(responses)
    known = progress.user
    user = known or stand_ins.of(context, progress.pool, progress.typed)
    verifier = user.verifier
    lockout.refuse(context, user)
    password.refuse_unconfirmed(user)
    if not srp_exchange.is_timely(context, claim):
        progress.spend()
        raise refusals.wrong_credentials("the client's clock is off").keeping()
    right = srp_exchange.proves(context, _expected(progress, known)[0], progress.kept, claim)
    user = _read_again(context, user)
    if not right or user.verifier is None or user.verifier != verifier:
        progress.spend()
        lockout.count(context, user, lockout.PASSWORD)
        raise refusals.wrong_credentials("wrong proof of the password").keeping()
    refusals.check_not_reset(user)
    return _accept


def _accept(progress: Progress) -> None:
    """Pass the first factor, and reset the count of failed attempts."""
    lockout.forgive(progress.context, progress.known, lockout.PASSWORD)
    progress.state["first"] = "PASSWORD_SRP"


def _expected(progress: Progress, user: User | None) -> tuple[Verifier, str]:
    """The verifier and username of the user; a made-up pair for an unknown user."""
    context, pool = progress.context, progress.pool
    if user is None:
        username = progress.state.setdefault("seems", verifiers.seeming_name(context, pool, progress.typed))
        return verifiers.seeming(context, pool, username), username
    return verifiers.of(context, user) or verifiers.seeming(context, pool, user.username), user.username


def _read_again(context: Context, user: User) -> User:
    """Read the user again after the connection was released. Raises NotAuthorizedException during a lockout.

    A user who was deleted meanwhile is returned as before: the first write about them fails, and the call is run again.
    """
    user = context.unit.users.get(user.id) or user
    lockout.refuse(context, user)
    return user
