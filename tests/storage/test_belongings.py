"""What belongs to users, read and stored for many of them at once."""

from __future__ import annotations

from msgspec.structs import replace

from storage.records.providers import Link
from storage.repositories.belongings import Belongings
from storage.unit import Unit
from tests.storage.rows import NOON, a_device, a_group, a_passkey, a_pool, a_software_token, a_user


def test_what_belongs_to_each_user_is_read_in_an_order_of_its_own(unit: Unit) -> None:
    pool = a_pool(unit)
    ana, bob, eve = (a_user(unit, pool, name) for name in ("ana", "bob", "eve"))
    staff, admins = a_group(unit, pool, "staff"), a_group(unit, pool, "admins")
    unit.groups.add_members(pool.id, [(staff.id, ana.id), (admins.id, ana.id), (staff.id, bob.id)])
    a_software_token(unit, ana)
    devices = [a_device(unit, ana, name) for name in ("two", "one")]
    passkeys = [a_passkey(unit, ana, name) for name in ("two", "one")]
    later = unit.links.add(Link(pool.id, "Corp", "email", "a", ana.id, {}, NOON + 1))
    sooner = unit.links.add(Link(pool.id, "Corp", "email", "b", ana.id, {}, NOON))
    for digest in ("first", "second"):
        unit.users.remember_password(replace(ana, password=digest), 5)
    found = unit.belongings.of([ana.id, bob.id, eve.id])
    assert found[ana.id] == Belongings(
        groups=["admins", "staff"],
        token=unit.software_tokens.get(ana.id),
        devices=sorted(devices, key=lambda device: device.key),
        passkeys=sorted(passkeys, key=lambda passkey: passkey.id),
        links=[sooner, later],
        past=["first", "second"],
    )
    assert found[bob.id] == Belongings(groups=["staff"])
    assert eve.id not in found


def test_only_those_are_read_who_are_asked_for(unit: Unit) -> None:
    pool = a_pool(unit)
    ana, bob = a_user(unit, pool, "ana"), a_user(unit, pool, "bob")
    for user in (ana, bob):
        a_software_token(unit, user)
    assert set(unit.belongings.of([bob.id])) == {bob.id}
    assert dict(unit.belongings.of([])) == {}


def test_users_are_identified_by_every_kind_of_name(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    ana, bob = a_user(unit, pool, "Ana", key="ana", sub="s-1"), a_user(unit, pool, "bob", sub="s-2")
    a_user(unit, other, "eve", sub="s-3")
    unit.users.add_alias(bob, "email", "b@example.com")
    assert unit.users.identified(pool.id, "username", ["ana", "Ana", "eve"]) == {"ana": (ana.id, "s-1")}
    assert unit.users.identified(pool.id, "sub", ["s-2", "s-3"]) == {"s-2": (bob.id, "s-2")}
    assert unit.users.identified(pool.id, "email", ["b@example.com"]) == {"b@example.com": (bob.id, "s-2")}
    assert unit.users.identified(pool.id, "phone_number", ["b@example.com"]) == {}


def test_a_kept_secret_takes_the_place_of_the_others(unit: Unit) -> None:
    ana = a_user(unit, a_pool(unit), "ana")
    a_software_token(unit, ana)
    unit.software_tokens.associate(ana.id, b"pending")
    unit.software_tokens.keep(ana.id, b"kept", "phone")
    found = unit.software_tokens.get(ana.id)
    assert found
    assert (found.sealed, found.pending, found.name, found.last_step) == (b"kept", None, "phone", 0)
