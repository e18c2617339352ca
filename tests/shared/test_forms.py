"""Inbox, clock, events and rates do the same in memory and in the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from emulator.outside.events import Event
from emulator.outside.mailbox import Message
from emulator.outside.world import World
from storage.store import Store
from storage.unit import Unit
from tests.conftest import NOON

HELLO = Message(
    id="1",
    time=NOON,
    pool="us-east-1_a",
    user="ana",
    medium="EMAIL",
    to="ana@example.com",
    subject="Your code",
    body="Your code is 123456",
    code="123456",
    link=None,
    trigger="CustomMessage_SignUp",
    sender="Us <us@example.com>",
)
SIGN_UP = Event(NOON, "SignUp", "us-east-1_a", "client", "ana", "ok", None)
READS = ("us-east-1", "UserRead")


def deliver(world: World, store: Store, *messages: Message) -> None:
    """Send messages as a call does."""
    for message in messages:
        with store.unit(writes=True) as unit:
            world.mailbox.keep(unit, message)
        world.mailbox.deliver(message)


def emptied(store: Store, empty: Callable[[Unit, list[Callable[[], None]]], None]) -> None:
    """Empty something as a reset does."""
    afterwards: list[Callable[[], None]] = []
    with store.unit(writes=True) as unit:
        empty(unit, afterwards)
    for callback in afterwards:
        callback()


class TestMailbox:
    def test_a_message_is_read_as_it_was_sent(self, form: World, form_store: Store) -> None:
        odd = replace(HELLO, id="2", user="\0\ud800 ana", body="ünïcode \u2028", subject=None, custom=True)
        deliver(form, form_store, HELLO, odd)
        assert form.mailbox.messages() == [HELLO, odd]
        assert form.mailbox.messages(user="\0\ud800 ana") == [odd]

    def test_messages_are_found_by_all_that_is_asked_for(self, form: World, form_store: Store) -> None:
        sent = [
            replace(HELLO, id=f"{pool}{user}{to}", pool=pool, user=user, to=to)
            for pool in "pq"
            for user in "uv"
            for to in "tu"
        ]
        deliver(form, form_store, *sent)
        assert [message.id for message in form.mailbox.messages(pool="p")] == ["put", "puu", "pvt", "pvu"]
        assert [message.id for message in form.mailbox.messages(user="u", to="u")] == ["puu", "quu"]
        assert [message.id for message in form.mailbox.messages(user="u", limit=2)] == ["qut", "quu"]
        assert form.mailbox.messages(limit=0) == []
        assert form.mailbox.messages(to="v") == []
        emptied(form_store, lambda unit, afterwards: form.mailbox.empty(unit, afterwards, "p"))
        assert [message.id for message in form.mailbox.messages()] == ["qut", "quu", "qvt", "qvu"]
        form.mailbox.forget()
        assert form.mailbox.messages() == []

    @pytest.mark.parametrize(("pool", "left"), [(None, []), (HELLO.pool, ["other"])])
    def test_the_inbox_is_emptied_with_the_commit_of_a_unit(
        self, form: World, form_store: Store, pool: str | None, left: list[str]
    ) -> None:
        deliver(form, form_store, HELLO, replace(HELLO, id="other", pool="q"))
        with form_store.unit(writes=True) as unit:
            form.mailbox.empty(unit, [], pool)
            unit.close()  # rolls back
        assert len(form.mailbox.messages()) == 2
        afterwards: list[Callable[[], None]] = []
        with form_store.unit(writes=True) as unit:
            form.mailbox.empty(unit, afterwards, pool)
        deliver(form, form_store, replace(HELLO, id="later"))
        for callback in afterwards:
            callback()
        assert [message.id for message in form.mailbox.messages()] == [*left, "later"]

    @pytest.mark.parametrize("form", ["memory", "sqlite"], indirect=True)
    def test_the_newest_ten_thousand_are_kept(self, form: World, form_store: Store) -> None:
        with form_store.unit(writes=True) as unit:
            for number in range(10_070):
                message = replace(HELLO, id=str(number))
                form.mailbox.keep(unit, message)
                form.mailbox.deliver(message)
        kept = form.mailbox.messages()
        assert [message.id for message in kept] == [str(number) for number in range(70, 10_070)]

    def test_what_is_not_sent_is_not_read_and_takes_no_room(self, form: World, form_store: Store) -> None:
        deliver(form, form_store, HELLO)
        with form_store.unit(writes=True) as unit:
            for number in range(100):
                form.mailbox.keep_decoy(unit, replace(HELLO, id=f"not {number}"))
        assert form.mailbox.messages() == form.mailbox.messages(to=HELLO.to) == [HELLO]
        form.mailbox.forget()
        with form_store.unit(writes=True) as unit:
            form.mailbox.keep_decoy(unit, replace(HELLO, id="not"))
        assert form.mailbox.messages() == []


class TestClock:
    def test_it_moves_as_told(self, form: World, form_store: Store) -> None:
        clock = form.clock
        assert (clock.now(), clock.offset) == (NOON, 0.0)
        clock.advance(hours=1, seconds=1.5)
        clock.advance(minutes=-1)
        assert clock.now() == NOON + 3541.5
        clock.set(NOON + 86400)
        assert (clock.now(), clock.offset, clock.real()) == (NOON + 86400, 86400, NOON)
        clock.reset()
        assert clock.now() == NOON
        with form_store.unit(writes=True) as unit, ExitStack() as stack:
            clock.lock(unit)
            stack.enter_context(clock.moved(60.0, unit))
        with form_store.unit(writes=False):
            assert (clock.now(), clock.at(5.0)) == (NOON + 60, NOON + 5)

    def test_it_stays_where_the_transaction_that_moves_it_is_rolled_back(self, form: World, form_store: Store) -> None:
        form.clock.advance(hours=1)
        with pytest.raises(ZeroDivisionError), ExitStack() as held, form_store.unit(writes=True) as unit:
            form.clock.lock(unit)
            held.enter_context(form.clock.moved(60.0, unit))
            raise ZeroDivisionError
        with form_store.unit(writes=False):
            assert form.clock.now() == NOON + 3600


class TestEvents:
    def test_the_newest_are_told_in_their_order(self, form: World) -> None:
        noted = [replace(SIGN_UP, user=f"\0 user {number}", reason="why") for number in range(5)]
        for event in noted:
            form.events.note(event)
        assert form.events.last() == noted
        assert form.events.last(2) == noted[-2:]
        assert form.events.last(0) == []
        form.events.forget()
        assert form.events.last() == []

    def test_ten_thousand_are_kept(self, form: World) -> None:
        for number in range(10_050):
            form.events.note(replace(SIGN_UP, user=str(number)))
        assert [event.user for event in form.events.last()] == [str(number) for number in range(50, 10_050)]


class TestRates:
    @pytest.fixture(autouse=True)
    def limited(self, form: World) -> None:
        """Two reads a second."""
        assert not form.rates
        form.rates.limit({READS: 2})
        assert form.rates

    def test_a_bucket_is_full_again_when_the_clock_is_moved_back(self, form: World) -> None:
        assert [form.rates.take(READS, 100.0) for _ in range(3)] == [True, True, False]
        assert [form.rates.take(READS, 30.0) for _ in range(3)] == [True, True, False]
        assert form.rates.take(("us-east-1", "UserList"), 30.0)

    def test_calls_that_come_out_of_order_refill_nothing(self, form: World) -> None:
        moments = [100.0, 99.999, 100.001, 99.0, 100.002, 40.002, 100.003]
        admitted = [form.rates.take(READS, moment) for moment in moments]
        assert admitted == [True, True, False, False, False, False, False]
        assert [form.rates.take(READS, moment) for moment in (100.5, 100.4, 100.5)] == [True, False, False]

    def test_each_kind_has_a_bucket_of_its_own(self, form: World, form_store: Store) -> None:
        assert [form.rates.take(READS, 1.0, kind="answers", times=2) for _ in range(5)] == [True] * 4 + [False]
        assert [form.rates.take(READS, 1.0) for _ in range(3)] == [True, True, False]
        emptied(form_store, form.rates.empty)
        assert form.rates.take(READS, 1.0)

    def test_a_limit_holds_for_calls_that_come_all_at_once(self, form: World) -> None:
        form.rates.limit({READS: 15})
        at_once = threading.Barrier(16)

        def take(number: int) -> int:
            at_once.wait()
            return sum(form.rates.take(READS, 100.0 + number % 5 / 1000) for _ in range(4))

        with ThreadPoolExecutor(16) as threads:
            assert sum(threads.map(take, range(16))) == 15
