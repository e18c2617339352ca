"""Two workers, or two servers, on one database: what one does, the other knows at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select, text

from emulator import work
from emulator.context import Context
from emulator.faults import NotAuthorizedException
from emulator.outside.mailbox import Message
from emulator.settings import Settings
from storage.records.shared import ServerState
from storage.store import Store
from storage.tables.history import history
from tests.api.signing_in import refusal
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON
from tests.postgresql.server import wait_until
from tests.shared.conftest import Serve
from tests.shared.test_forms import HELLO

MAIL = [{"Name": "email", "Value": "ana@example.com"}]


def is_waiting(store: Store) -> bool:
    """Whether a transaction waits for an advisory lock."""
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    waiting = text(f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = {here}")
    with store.unit(writes=False) as unit:
        return unit.read(waiting).first() is not None


def sign_up(api: Api, client: str, username: str = "ana") -> None:
    api.idp("SignUp", ClientId=client, Username=username, Password=PASSWORD, UserAttributes=MAIL)


def post(api: Api, path: str, **body: Any) -> Any:
    response = api.http.post(f"/_emulator/{path}", json=body)
    assert response.status_code == 200
    return response.get_json()


def get(api: Api, path: str) -> Any:
    return api.http.get(f"/_emulator/{path}").get_json()


def confirmed_by(api: Api, client: str, code: str) -> None:
    api.idp("ConfirmSignUp", ClientId=client, Username="ana", ConfirmationCode=code)


class TestInbox:
    def test_a_message_is_read_elsewhere_before_the_call_is_answered(self, here: Api, there: Api) -> None:
        client = a_client(here, a_pool(here, AutoVerifiedAttributes=["email"]))
        seen: list[Message] = []
        here.world.mailbox.onward = lambda _message: seen.extend(there.world.mailbox.messages())
        sign_up(here, client)
        assert [message.user for message in seen] == ["ana"]
        assert get(there, "messages?to=ana%40example.com") == get(here, "messages")
        confirmed_by(there, client, there.code(user="ana"))

    @pytest.mark.parametrize("keeps", [False, True])
    def test_a_message_goes_with_what_it_is_for(
        self, here: Api, there: Api, store: Store, settings: Settings, keeps: bool
    ) -> None:
        sent: list[Message] = []
        here.world.mailbox.onward = sent.append

        def send_and_fail(context: Context) -> None:
            context.send(HELLO)
            raise NotAuthorizedException("no").keeping() if keeps else NotAuthorizedException("no")

        with pytest.raises(NotAuthorizedException):
            work.run_job(store, here.world, settings, send_and_fail)
        assert there.world.mailbox.messages() == ([HELLO] if keeps else [])
        assert sent == []

    def test_a_call_that_only_sends_stores_its_message(
        self, here: Api, there: Api, store: Store, settings: Settings
    ) -> None:
        work.run_job(store, here.world, settings, lambda context: context.send(HELLO))
        assert there.world.mailbox.messages() == [HELLO]

    def test_what_one_forgets_all_forget(self, here: Api, there: Api) -> None:
        pools = [a_pool(here, AutoVerifiedAttributes=["email"]) for _ in range(2)]
        for pool in pools:
            sign_up(here, a_client(here, pool))
        assert there.http.post(f"/_emulator/reset?pool={pools[0]}").get_json() == {}
        assert [message.pool for message in here.world.mailbox.messages()] == [pools[1]]
        assert there.http.delete("/_emulator/messages").get_json() == {}
        assert get(here, "messages") == {"messages": []}

    @pytest.mark.parametrize("kind_of_database", ["sqlite"], indirect=True)
    def test_no_code_and_no_address_is_readable_in_the_files(self, here: Api, tmp_path: Path, store: Store) -> None:
        client = a_client(here, a_pool(here, AutoVerifiedAttributes=["email"]))
        sign_up(here, client)
        with store.unit(writes=True) as unit:
            here.world.mailbox.keep(
                unit, replace(HELLO, to="bea@example.com", body="Nobody may read it", link="/x?y=z")
            )
        code = here.code(user="ana", to="ana@example.com")
        everything = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert b"ana@example.com" in everything  # the attribute
        for secret in (code, HELLO.code, "bea@example.com", "Nobody may read it", "/x?y=z", "confirmation code is"):
            assert str(secret).encode() not in everything


class TestClock:
    def test_a_clock_that_one_moves_holds_for_the_tokens_and_codes_of_all(self, here: Api, there: Api) -> None:
        pool = a_pool(here, AutoVerifiedAttributes=["email"])
        client = a_client(here, pool)
        a_user(here, pool, "bea")
        tokens = sign_in(there, client, "bea")
        assert there.idp("GetUser", AccessToken=tokens["AccessToken"])["Username"] == "bea"
        sign_up(here, client)
        code = here.code(user="ana")
        post(here, "clock", advance="25h")
        told = refusal(lambda: there.idp("GetUser", AccessToken=tokens["AccessToken"]))
        assert told == "NotAuthorizedException: Access Token has expired"
        assert refusal(lambda: confirmed_by(there, client, code)).startswith("ExpiredCodeException")
        post(there, "clock", reset=True)
        assert here.idp("GetUser", AccessToken=tokens["AccessToken"])["Username"] == "bea"
        confirmed_by(here, client, code)

    def test_all_tell_the_same_time(self, here: Api, there: Api, serve: Serve) -> None:
        moved = post(here, "clock", now="2030-01-01T00:00:00Z")
        assert moved == {"now": "2030-01-01T00:00:00.000Z", "offset_seconds": 93456000}
        assert get(there, "clock") == get(serve(), "clock") == moved

    def test_of_many_who_move_the_clock_each_moves_it(self, here: Api, there: Api) -> None:
        def move(number: int) -> None:
            post((here, there)[number % 2], "clock", advance=60)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(move, range(16)))
        assert get(here, "clock")["offset_seconds"] == get(there, "clock")["offset_seconds"] == 960

    def test_a_transaction_that_began_before_does_not_set_the_clock_back(self, here: Api, store: Store) -> None:
        with store.unit(writes=False) as unit:
            before = unit.server_state.get()
        post(here, "clock", advance=60)
        follow = here.world.clock._store.on_state  # type: ignore[attr-defined]
        with store.unit(writes=False) as unit:
            follow(unit, before)
            assert here.world.clock.offset == 60
            follow(unit, ServerState(99, 5.0))
        assert here.world.clock.offset == 5

    @pytest.mark.parametrize("kind_of_database", ["postgresql"])  # with SQLite, units that write queue up
    def test_a_change_from_before_the_clock_was_set_back_is_numbered_before_it(
        self, here: Api, there: Api, settings: Settings
    ) -> None:
        pool = a_pool(here, UserPoolTier="ESSENTIALS")
        a_user(here, pool, "bea")
        post(here, "clock", advance="2h")
        own: Store = here.world.clock._store  # type: ignore[attr-defined]
        with ThreadPoolExecutor(2) as threads:

            def change(context: Context) -> Any:
                context.unit.confirm()  # begins the transaction
                moving = threads.submit(post, there, "clock", reset=True)
                wait_until(lambda: moving.done() or is_waiting(own))
                later = threads.submit(here.idp, "AdminDisableUser", UserPoolId=pool, Username="bea")
                user = context.unit.users.named(pool, "bea")
                assert user
                context.unit.journal.user(user.id)
                return moving, later

            for each in work.run_job(own, here.world, settings, change):
                each.result()
        with own.unit(writes=False) as unit:
            rows = unit.read(select(history.c.kind, history.c.time).order_by(history.c.number)).all()
        assert [tuple(row) for row in rows[-3:]] == [("user", NOON + 7200), ("clock", NOON), ("user", NOON)]

    def test_many_who_set_the_clock_back_wait_for_one_another(self, here: Api, there: Api) -> None:
        post(here, "clock", advance=1600)

        def move(number: int) -> None:
            post((here, there)[number % 2], "clock", advance=(-60, 10)[number % 3 == 0])

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(move, range(24)))
        assert get(here, "clock")["offset_seconds"] == get(there, "clock")["offset_seconds"] == 1600 - 16 * 60 + 8 * 10

    def test_a_change_has_the_time_of_its_call(self, here: Api, settings: Settings) -> None:
        post(here, "clock", advance=60)
        own: Store = here.world.clock._store  # type: ignore[attr-defined]
        assert work.run_job(own, here.world, settings, lambda context: context.unit.now) == NOON + 60


class TestEvents:
    def test_every_call_that_was_answered_is_told_by_each_worker_in_order(self, here: Api, there: Api) -> None:
        pool = a_pool(here)
        for number in range(9):
            (here, there)[number % 2].idp("DescribeUserPool", UserPoolId=pool)
            told = get((there, here)[number % 2], "events")["events"]
            assert [event["operation"] for event in told] == ["CreateUserPool"] + ["DescribeUserPool"] * (number + 1)
        assert get(here, "events?limit=1")["events"] == told[-1:]

    def test_the_events_of_another_server_come_by_themselves(self, here: Api, serve: Serve) -> None:
        elsewhere = serve()
        a_pool(elsewhere)
        told: list[Any] = []
        while not told:
            told = get(here, "events")["events"]
        assert [event["operation"] for event in told] == ["CreateUserPool"]

    def test_whoever_watches_one_process_is_sent_the_events_of_all(self, here: Api, there: Api, serve: Serve) -> None:
        watcher, told = here.world.events.watch(), b""
        apis = [here, there, serve(), here]
        for api in apis:
            api.idp("ListUserPools", MaxResults=1)
        while told.count(b"ListUserPools") < len(apis):
            told += watcher.take()
        ids = [float(line.split(b".")[0].removeprefix(b"id: ")) for line in told.splitlines() if line[:3] == b"id:"]
        assert (ids, len(ids)) == (sorted(ids), len(apis))
        watcher.close()

    def test_a_worker_that_ends_leaves_its_events(self, serve: Serve, store: Store) -> None:
        there = serve(1)
        a_pool(there)
        there.world.events.close(5)  # type: ignore[attr-defined]
        with store.unit(writes=False) as unit:
            assert [event["operation"] for event in unit.events.newest(9)] == ["CreateUserPool"]


class TestRates:
    def provision(self, api: Api, value: int) -> None:
        api.idp(
            "UpdateProvisionedLimit",
            LimitDefinition={"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserPoolRead"}},
            RequestedLimitValue=value,
        )

    def admitted(self, *apis: Api) -> int:
        """How many of 64 calls of 16 callers are admitted."""
        at_once = threading.Barrier(16)

        def call(number: int) -> int:
            api, count = apis[number % len(apis)], 0
            at_once.wait()
            for _ in range(4):
                try:
                    api.idp("ListUserPools", MaxResults=1)
                except Refused:
                    continue
                count += 1
            return count

        with ThreadPoolExecutor(16) as threads:
            return sum(threads.map(call, range(16)))

    def test_a_limit_is_that_of_all_together_and_holds_at_once(self, here: Api, there: Api, serve: Serve) -> None:
        assert self.admitted(here, there) == 64
        self.provision(here, 20)
        assert self.admitted(there, here) == 20
        assert self.admitted(here, there, serve()) == 0
        self.provision(there, 25)
        post(here, "clock", advance=1)
        assert self.admitted(here, there) == 25


class TestReset:
    def test_a_reset_is_one_for_all(self, here: Api, there: Api) -> None:
        client = a_client(here, a_pool(here, AutoVerifiedAttributes=["email"]))
        sign_up(here, client)
        TestRates().provision(there, 15)
        post(there, "clock", advance="9d")
        assert here.http.post("/_emulator/reset").get_json() == {}
        for api in (there, here):
            assert get(api, "messages") == {"messages": []}
            assert get(api, "events") == {"events": []}
            assert get(api, "clock")["offset_seconds"] == 0
            assert not api.world.rates
        assert TestRates().admitted(there) == 64
        assert there.world.clock.now() == NOON
