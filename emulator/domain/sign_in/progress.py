"""The state of a sign-in in progress, and what every challenge module offers and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from msgspec import Struct, field

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from storage.records.pools import Client, Pool
from storage.records.users import User

if TYPE_CHECKING:
    from emulator.domain.sign_in.sign_in_protection import SignInProtection
    from emulator.domain.tokens.token_pairs import SignedAhead


class Progress(Struct):
    """A sign-in in progress, during one call.

    `flow` is its AuthFlow, `typed` USERNAME as the caller gave it. `user` is None for an unknown user: the sign-in goes
    on as for a known one, and every answer is wrong. `state` is stored as JSON between calls. Its members `first` and
    `second` name the factors that were passed, `next` the challenge that was chosen, `device_key` the device that the
    caller names. `kept` is `Offer.kept` of the challenge that is being answered.
    """

    context: Context
    pool: Pool
    client: Client
    flow: str
    typed: str
    user: User | None = None
    state: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    """ClientMetadata of this call, for triggers."""
    session: str | None = None
    """InitiateAuth's Session: the one that ConfirmSignUp returned."""
    digest: str = ""
    """Digest of the session string that this call brings; empty in InitiateAuth."""
    drawn: tuple[bytes, bytes] | None = None
    """SRP's ephemeral secret and public value, if this call drew them for the next challenge. Not stored."""
    made: dict[str, str] = field(default_factory=dict)
    """CreateAuthChallenge's publicChallengeParameters, in the call that offers the challenge. Not stored."""
    right: bool = True
    """Result of VerifyAuthChallengeResponse, True before it. After a wrong answer DefineAuthChallenge decides."""
    ahead: SignedAhead | None = None
    """Tokens that are signed while this call checks a password. Not stored."""
    protection: SignInProtection | None = None
    """What threat protection knows during this call; None where it is off. Not stored."""

    @property
    def known(self) -> User:
        """The user, in a sign-in that passed its first factor. Raises RuntimeError if the user is unknown."""
        if self.user is None:
            raise RuntimeError("a sign-in went on for somebody who does not exist")
        return self.user

    @property
    def principal(self) -> Principal:
        """The user, with the pool and the client. Raises RuntimeError if the user is unknown."""
        return Principal(self.pool, self.known, self.client)

    def spend(self) -> bool:
        """Store that the session of this call is spent. False if another answer spent it first."""
        return self.context.unit.sign_ins.spend(self.digest)


class Offer(Struct, frozen=True):
    """A challenge as it is offered to the caller.

    `parameters` are ChallengeParameters. `kept` is stored to check the answer with, and never shown; secrets in it are
    encrypted. `handle` is the SECRET_BLOCK by which the answer names the sign-in; None if the
    answer names it by its session.
    """

    parameters: dict[str, str]
    kept: dict[str, Any] = field(default_factory=dict)
    handle: str | None = None


class ChallengeAnswer(Struct, frozen=True):
    """An answer to a challenge, as RespondToAuthChallenge brings it: ChallengeName and ChallengeResponses.

    `session` is None where the answer names the sign-in otherwise. `metadata` is ClientMetadata, for triggers.
    """

    challenge: str
    session: str | None
    responses: Mapping[str, str]
    metadata: Mapping[str, str] = field(default_factory=dict)


Accept: TypeAlias = Callable[[Progress], None]
"""Stores what a right answer changes, and the factor that it passes in `Progress.state`.

The machine calls it once the session is spent, with the sign-in as it is read then.
"""


class Challenge(Protocol):
    """The interface of a module of `challenges`, which implements one challenge."""

    NAME: str

    def offer(self, progress: Progress) -> Offer:
        """The challenge as it is shown to the caller, and what its answer is checked with. May write and send messages.

        Raises AWS's exception if the challenge cannot be offered.
        """
        ...

    def answer(self, progress: Progress, responses: Mapping[str, str]) -> Accept:
        """Check ChallengeResponses, and return the function that stores what a right answer changes.

        Raises AWS's exception for a wrong answer, with `keeping()` if it leaves something behind: a counted failure, a
        spent session. May release the connection. So what a right answer changes is written by the returned function,
        which the machine calls once it has spent the session.
        """
        ...
