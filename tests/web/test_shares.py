"""Which of several workers gets the next connection."""

from __future__ import annotations

from emulator.server.shares import Share, Shares


def three() -> list[Share]:
    shares = Shares(3)
    made = [Share(shares, number) for number in range(3)]
    for share in made:
        share.join()
    return made


def next_of(shares: list[Share]) -> int:
    [found] = [number for number, share in enumerate(shares) if share.is_next()]
    return found


def test_connections_go_round() -> None:
    shares = three()
    got = []
    for _ in range(9):
        got.append(next_of(shares))
        shares[got[-1]].gain()
    assert got == [0, 1, 2] * 3


def test_connections_that_end_at_once_go_round_too() -> None:
    shares = three()
    got = []
    for _ in range(6):
        got.append(next_of(shares))
        shares[got[-1]].gain()
        shares[got[-1]].lose()
    assert got == [0, 1, 2] * 2


def test_the_worker_with_the_fewest_connections_is_next() -> None:
    shares = three()
    for _ in range(6):
        shares[next_of(shares)].gain()
    shares[1].lose()
    assert next_of(shares) == 1


def test_a_worker_that_has_left_is_never_next_and_comes_back_with_what_it_has() -> None:
    shares = three()
    shares[0].gain()
    shares[0].leave()
    shares[0].lose()
    assert next_of(shares) == 1
    shares[0].gain()
    shares[0].join()
    assert [next_of(shares), shares[0].is_next()] == [1, False]


def test_a_worker_that_takes_the_place_of_another_begins_without_connections() -> None:
    table = Shares(2)
    dead, other = Share(table, 0), Share(table, 1)
    for share in (dead, other):
        share.join()
        share.gain()
        share.gain()
    table.leave(0)
    assert other.is_next()
    Share(table, 0).join()
    assert not other.is_next()
