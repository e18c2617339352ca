"""A sign-in on its way: who it is for, and what its steps so far left for those to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from emulator.context import Context
from storage.records.pools import Client, Pool
from storage.records.users import User

if TYPE_CHECKING:
    from emulator.domain.sign_in.watching import Watch


@dataclass(slots=True)
class Progress:
    """A sign-in on its way, as one call sees it.

    `user` is None for somebody who does not exist: such a sign-in only seems to go on, and no answer is right.
    `state` is kept, as JSON, from answer to answer: `first` and `second` name the factors that were passed, `next`
    the challenge that was chosen, `device_key` the device that the caller says it is.
    `waits` is what the offer of the present challenge kept for its answer, and goes with it.
    """

    context: Context
    pool: Pool
    client: Client
    flow: str
    typed: str
    user: User | None = None
    state: dict[str, Any] = field(default_factory=dict)
    waits: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    """ClientMetadata of this call, for triggers."""
    session: str | None = None
    """The session that InitiateAuth brought from a confirmed sign-up."""
    digest: str = ""
    """Of the session that is being answered."""
    drawn: tuple[bytes, bytes] | None = None
    """SRP's ephemeral secret and share, where this call drew them for the challenge that it puts next; not kept."""
    made: dict[str, str] = field(default_factory=dict)
    """What CreateAuthChallenge made for the caller to see, in the call that puts the challenge; not kept."""
    right: bool = True
    """False where a wrong answer does not end the sign-in: a custom challenge's, whose trigger decides."""
    watch: Watch | None = None
    """What threat protection knows of this call; None where it is off."""

    @property
    def known(self) -> User:
        """The user of a sign-in that got past its first factor, so that there is one."""
        if self.user is None:
            raise RuntimeError("a sign-in went on for somebody who does not exist")
        return self.user

    def spend(self) -> bool:
        """Use the session up. False when it was used already: another answer won the race."""
        return self.context.unit.sign_ins.spend(self.digest)


@dataclass(frozen=True, slots=True)
class Offer:
    """A challenge as it is put to the caller.

    `kept` is what its answer is checked with; it is never shown, and what must stay secret in it is sealed.
    `handle` is what the answer brings back where it brings no session.
    """

    parameters: dict[str, str]
    kept: dict[str, Any] = field(default_factory=dict)
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a challenge, as RespondToAuthChallenge brings it: the name of the challenge, and what it says.

    `session` is None where the answer names the sign-in otherwise. `metadata` is ClientMetadata, for triggers.
    """

    challenge: str
    session: str | None
    responses: Mapping[str, str]
    metadata: Mapping[str, str] = field(default_factory=dict)


Accept: TypeAlias = Callable[[Progress], None]
"""Keeps what a right answer changes, once its session is spent; gets everything as it is read by then."""


class Challenge(Protocol):
    """What each module of a challenge is."""

    NAME: str

    def offer(self, progress: Progress) -> Offer:
        """Put the challenge; may write, and send messages."""
        ...

    def answer(self, progress: Progress, responses: Mapping[str, str]) -> Accept:
        """Check an answer and raise what AWS raises for a wrong one.

        Writes nothing where the answer is right, and may let go of the database. Where a wrong answer leaves
        something (a counted failure, a spent session), it is raised `keeping()`.
        """
        ...
