"""GET /_emulator/events as a stream: its messages, where it begins, who is refused; and thirty who watch a server."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from typing import IO, Any

import pytest
from msgspec.structs import replace

from emulator.outside import event_feed
from emulator.outside.event_feed import Feed
from emulator.outside.events import Event, Events
from emulator.outside.streams import Stream
from tests.builders import Api, a_pool
from tests.conftest import NOON
from tests.sdk.conftest import Server, Start, start
from tests.web.test_control import get

__all__ = ["start"]

STREAM = {"Accept": "text/event-stream"}
SIGN_UP = Event(NOON, "SignUp", "us-east-1_a", "web", "ana", "UsernameExistsException", "ana is\ntaken")


def messages(body: bytes) -> list[dict[str, str]]:
    """The fields of each message of a stream; of a comment, its text under ""."""
    texts = [text.split("\n") for text in body.decode().split("\n\n") if text]
    return [dict(line.split(":", 1) for line in lines) for lines in texts]


def users(stream: Stream) -> list[str]:
    """The users of the events that a stream has now, and its comments."""
    told = messages(b"".join(stream))
    return [json.loads(each["data"])["user"] if "data" in each else each[""] for each in told if "retry" not in each]


def noted(events: Events, *users: object) -> None:
    for user in users:
        events.note(replace(SIGN_UP, user=str(user)))


# What is sent


def test_a_stream_has_the_newest_events_that_were_asked_for_as_json_of_one_line_each(api: Api) -> None:
    pool = a_pool(api)
    api.idp("DescribeUserPool", UserPoolId=pool)
    response = api.http.get("/_emulator/events?limit=1", headers=STREAM)
    retry, event = messages(response.data)
    assert (response.status_code, response.content_type) == (200, "text/event-stream; charset=utf-8")
    assert (response.headers["Cache-Control"], retry) == ("no-store", {"retry": " 1000"})
    assert event.keys() == {"id", "data"}
    assert [json.loads(event["data"])] == get(api, "events?limit=1")["events"]


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/json, text/event-stream"])
def test_others_are_answered_with_json(api: Api, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    assert api.http.get("/_emulator/events", headers=headers).get_json() == {"events": []}


def test_a_head_and_a_foreign_page_watch_nothing(api: Api) -> None:
    assert api.http.head("/_emulator/events", headers=STREAM).data == b""
    refused = api.http.get("/_emulator/events", headers={**STREAM, "Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert not api.world.events.feed.is_watched


def test_too_many_watchers_are_told(api: Api) -> None:
    watching = [api.world.events.watch() for _ in range(event_feed.MOST_WATCHERS)]
    response = api.http.get("/_emulator/events", headers=STREAM)
    assert (response.status_code, response.get_json()) == (
        503,
        {"error": "100 watch the events of this process already"},
    )
    watching[0].close()
    assert api.http.get("/_emulator/events", headers=STREAM).status_code == 200


# Where it begins


@pytest.fixture(params=["memory", "sqlite"])
def events(request: pytest.FixtureRequest) -> Iterator[Events]:
    """The events of one process, or of several."""
    if request.param == "memory":
        yield Events()
        return
    from emulator.outside.shared.events import SharedEvents
    from emulator.outside.shared.siblings import Siblings

    siblings = Siblings()
    events = SharedEvents(request.getfixturevalue("store_in_sqlite"), count(NOON).__next__, siblings.member())
    yield events
    events.close(5)
    siblings.close()


def until(stream: Stream, number: int) -> list[str]:
    """The users of the next events of a stream, once there are so many."""
    found: list[str] = []
    while len(found) < number:
        found += users(stream)
    return found


def test_a_watcher_is_sent_what_happens_from_then_on(events: Events) -> None:
    noted(events, "before")
    watcher, other = events.watch(), events.watch(limit=5)
    assert users(watcher) == []
    noted(events, "a", "b")
    assert until(watcher, 2) == ["a", "b"]
    assert until(other, 3) == ["before", "a", "b"]
    noted(events, "c")
    assert until(watcher, 1) == ["c"]


def test_whoever_comes_back_goes_on_after_the_last_event_that_came(events: Events) -> None:
    noted(events, "a", "b", "c")
    ids = [each["id"].strip() for each in messages(b"".join(events.watch(limit=3))) if "id" in each]
    assert users(events.watch(ids[0], limit=1)) == ["b", "c"]
    assert users(events.watch(ids[2])) == []


@pytest.mark.parametrize("unknown", ["", "x", "7", "2.other", "-1.x", "99.1.5", "١.x", "2.nan", "9" * 5000 + ".x"])
def test_whoever_comes_back_to_another_process_is_sent_all(events: Events, unknown: str) -> None:
    noted(events, "a", "b", "c")
    assert users(events.watch(unknown)) == ["a", "b", "c"]


def test_after_all_was_forgotten_a_watcher_is_sent_what_comes_then(events: Events) -> None:
    noted(events, "a")
    watcher = events.watch()
    events.forget()
    noted(events, "b", "c", "d")
    assert until(watcher, 3) == ["b", "c", "d"]


# Slow readers


def test_a_slow_watcher_is_told_that_events_were_left_out() -> None:
    events = Events()
    watcher = events.watch()
    noted(events, *range(event_feed.KEPT + 7))
    assert users(watcher) == [" events were left out", *map(str, range(7, event_feed.KEPT + 7))]
    assert users(events.watch("0.x"))[:2] == [" events were left out", "7"]


def test_nothing_is_kept_where_nobody_watches() -> None:
    events = Events()
    watcher = events.watch()
    noted(events, "a")
    watcher.close()
    noted(events, "b")
    assert (users(watcher), len(events.feed._ring)) == ([], 0)


def test_the_server_is_woken_once_until_it_has_looked() -> None:
    events, woken = Events(), list[str]()
    for _ in range(30):
        events.watch().listen(lambda: None)
    watcher = events.watch()
    watcher.listen(lambda: woken.append("woken"))
    assert users(watcher) == []
    noted(events, "a", "b")
    assert woken == ["woken"]
    assert users(watcher) == ["a", "b"]
    noted(events, "c")
    assert woken == ["woken", "woken"]


def test_a_watcher_that_is_dropped_without_a_word_is_forgotten() -> None:
    feed = Feed()
    feed.watch([])
    assert not feed.is_watched


# A server


def watch(server: Server, stack: ExitStack, *, version: str = "1.1", more: str = "") -> IO[bytes]:
    """A watcher of a server, after the head of its answer and the first message. `more` is sent with its request."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = stack.enter_context(socket.create_connection((host, int(port)), timeout=20))
    head = f"GET /_emulator/events HTTP/{version}\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
    connection.sendall(f"{head}{more}".encode())
    answer = stack.enter_context(connection.makefile("rb"))
    assert answer.readline() == b"HTTP/1.1 200 OK\r\n"
    while answer.readline() != b"retry: 1000\n":
        pass
    return answer


def next_event(answer: IO[bytes]) -> Any:
    while not (line := answer.readline()).startswith(b"data: "):
        assert line
    return json.loads(line.removeprefix(b"data: "))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_thirty_watchers_hold_up_no_call_and_end_with_the_server(start: Start, workers: str) -> None:
    server = start("--ephemeral", "--threads", "1", "--workers", workers)
    idp = server.client("cognito-idp")
    pools = [idp.create_user_pool(PoolName=name)["UserPool"]["Id"] for name in ("a", "b", "c")]
    with ExitStack() as stack, ExitStack() as gone:
        watchers = [watch(server, stack) for _ in range(30)] + [watch(server, stack, version="1.0")]
        watch(server, gone)
        gone.close()
        waiting = watch(server, stack, more="GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        for pool in pools:
            idp.describe_user_pool(UserPoolId=pool)
            for answer in watchers:
                told = next_event(answer)
                assert (told["operation"], told["pool"], told["outcome"]) == ("DescribeUserPool", pool, "ok")
        assert server.stop() == 0
        assert waiting.read().endswith(b"\r\n0\r\n\r\n")
        assert [answer.read() for answer in watchers] == [b"\n\r\n0\r\n\r\n"] * 30 + [b"\n"]
    assert "mistake" not in server.log.read_text()
