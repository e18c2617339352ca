"""The settings of pools and clients are parsed once for all calls, so that no call may change them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from storage.read_only import parsed
from storage.store import Store
from tests.storage.rows import fill

_TEXT = '{"a": {"b": [1, {"c": 2}]}, "d": null}'

CHANGES: list[Callable[[Any], object]] = [
    lambda value: value.__setitem__("a", 1),
    lambda value: value.__delitem__("a"),
    lambda value: value.__ior__({"a": 1}),
    lambda value: value.update(a=1),
    lambda value: value.setdefault("a", 1),
    lambda value: value.pop("a"),
    lambda value: value.popitem(),
    lambda value: value.clear(),
    lambda value: value["a"].pop("b"),
    lambda value: value["a"]["b"].append(1),
    lambda value: value["a"]["b"].extend([1]),
    lambda value: value["a"]["b"].__iadd__([1]),
    lambda value: value["a"]["b"].__imul__(2),
    lambda value: value["a"]["b"].__setitem__(0, 1),
    lambda value: value["a"]["b"].__delitem__(0),
    lambda value: value["a"]["b"].insert(0, 1),
    lambda value: value["a"]["b"].remove(1),
    lambda value: value["a"]["b"].pop(),
    lambda value: value["a"]["b"].clear(),
    lambda value: value["a"]["b"].sort(),
    lambda value: value["a"]["b"].reverse(),
    lambda value: value["a"]["b"][1].update(c=3),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_refused_at_any_depth_and_has_no_effect(change: Callable[[Any], object]) -> None:
    value = parsed(_TEXT)
    with pytest.raises(TypeError, match="shared by all calls"):
        change(value)
    assert value == json.loads(_TEXT)


def test_every_method_that_changes_a_dict_or_a_list_is_among_them() -> None:
    value = parsed(_TEXT)
    for kind, shared in ((dict, value), (list, value["a"]["b"])):
        changing = {name for name in vars(kind) if name in _CHANGING}
        assert changing
        assert all(vars(type(shared))[name] is not vars(kind)[name] for name in changing)


_CHANGING = {
    *("__setitem__", "__delitem__", "__ior__", "__iadd__", "__imul__", "append", "extend", "insert", "remove"),
    *("pop", "popitem", "clear", "sort", "reverse", "update", "setdefault"),
}


def test_it_is_json_like_any_other_and_its_copies_can_be_changed() -> None:
    value = parsed(_TEXT)
    assert json.loads(json.dumps(value)) == value == json.loads(_TEXT)
    copies: list[Any] = [{**value}, value | {}, dict(value), value.copy(), copy.copy(value), copy.deepcopy(value)]
    for made in copies:
        made["a"] = 1
    deep = copy.deepcopy(value)
    deep["a"]["b"][1]["c"] = 3
    assert value == json.loads(_TEXT)


def test_the_settings_of_a_pool_are_the_same_object_until_they_change(sqlite: Store) -> None:
    with sqlite.unit(writes=True) as unit:
        pool = fill(unit).pool
    with sqlite.unit(writes=True) as unit:
        first, second = unit.pools.get(pool.id), unit.pools.get(pool.id)
        assert first is not None
        assert second is not None
        assert first.settings is second.settings
        with pytest.raises(TypeError):
            first.settings["Name"] = "other"
        unit.pools.configure(first, {"other": 1})
        changed = unit.pools.get(pool.id)
        assert changed is not None
        assert (changed.settings, changed.further) == (first.settings, {"other": 1})


def test_the_settings_of_a_pool_in_postgresql_cannot_be_changed_either(store_in_postgresql: Store) -> None:
    with store_in_postgresql.unit(writes=True) as unit:
        made = fill(unit).pool
    with store_in_postgresql.unit(writes=False) as unit:
        pool = unit.pools.get(made.id)
    assert pool is not None
    assert pool.settings == made.settings != {}
    with pytest.raises(TypeError, match="shared by all calls"):
        pool.settings["Name"] = "other"
