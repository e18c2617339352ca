"""Signing keys in a seed: with them, the tokens of one server stay valid at another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.domain.access import server_keys, signing_keys
from emulator.domain.trust import outbound_tokens
from emulator.outside.stand_in_state import StoredState
from emulator.seed.entries import Entry, Kind, named
from emulator.seed.exports import Exporting
from emulator.seed.members import SEALED, SECRET, TEXT, TIME, Members
from emulator.seed.seeding import Seeding
from keys import imported_keys
from keys.signing import SigningKey
from storage.records.identities import ServerKey
from storage.records.pools import PoolKey

_STAND_IN = {"stand-in jwt": "jwt", "stand-in saml": "saml"}
"""The uses of the keys of the stand-in provider."""
_KINDS = {server_keys.IDENTITY_TOKENS: "RSA", **outbound_tokens.KEYS, **dict.fromkeys(_STAND_IN, "RSA")}
"""The uses of the server's keys, and what kind of key each needs."""
MEMBERS = Members(
    {"Use": TEXT, "Kid": TEXT, "Key": SECRET, "SealedKey": SEALED, "Created": TIME},
    required=frozenset({"Use", "Kid"}),
    words={
        "Use": "What the key signs: in a user pool, id or access tokens.",
        "Kid": "The id of the key.",
        "Key": "The private key, in PEM.",
        "SealedKey": "The private key as an export has it.",
        "Created": "When a key of the stand-in provider was made, on which its certificate depends.",
    },
)


def _check(entry: Entry) -> None:
    if ("Key" in entry.members) == ("SealedKey" in entry.members):
        raise entry.error("give one of Key and SealedKey", "Key")


def _check_of_pool(entry: Entry) -> None:
    _check(entry)
    if entry.members["Use"] not in signing_keys.USES:
        raise entry.error(f"it is none of {', '.join(signing_keys.USES)}", "Use")


def _check_of_server(entry: Entry) -> None:
    _check(entry)
    if entry.members["Use"] not in _KINDS:
        raise entry.error(f"it is none of {', '.join(_KINDS)}", "Use")


def _key(seeding: Seeding, entry: Entry) -> SigningKey:
    """The key of an entry. Raises SeedError."""
    kid, member = entry.members["Kid"], "SealedKey" if "SealedKey" in entry.members else "Key"
    is_ours, wanted = member == "SealedKey", _KINDS.get(entry.members["Use"], "RSA")
    if is_ours:
        pem = seeding.opened(entry.members[member], _context(kid), entry, member)
    else:
        pem = entry.members[member].encode()
    if imported_keys.kind(pem, is_ours=is_ours) != wanted:
        raise entry.error(f"it is no private key in PEM, of {wanted}", member)
    return SigningKey(kid, pem)


def _shown(exporting: Exporting, use: str, key: SigningKey) -> dict[str, Any]:
    return {"Use": use, "Kid": key.kid, **exporting.secret("Key", key.pem.decode(), _context(key.kid))}


def _context(kid: str) -> str:
    return f"signing key {kid}"


def _pool_key_exists(seeding: Seeding, entry: Entry) -> bool:
    found = seeding.unit.pool_keys.of(entry.scope).get(entry.members["Use"])
    return found is not None and found.kid == entry.members["Kid"]


def _apply_pool_keys(seeding: Seeding, entries: list[Entry]) -> None:
    """Let the pool of the entries have their keys. Tokens that other keys have signed are not valid any more."""
    pool_id = entries[0].scope
    wanted = signing_keys.of(seeding.context, pool_id)
    for entry in entries:
        wanted[entry.members["Use"]] = _key(seeding, entry)
    missing = [use for use in signing_keys.USES if use not in wanted]
    if missing:
        raise entries[0].error(f"the pool has no key for {missing[0]} tokens: give both", "Use")
    unit, vault = seeding.unit, seeding.context.vault
    unit.pool_keys.delete(pool_id)
    for use, key in wanted.items():
        if unit.pool_keys.get(key.kid):
            raise entries[0].error("another pool has this key", "Kid")
        unit.pool_keys.add(PoolKey(key.kid, pool_id, use, vault.seal(key.pem, key.kid), seeding.now))
    seeding.context.signing_keys.pop(pool_id, None)


def _export_pool_keys(exporting: Exporting, pool_id: str) -> Iterator[dict[str, Any]]:
    for use, key in sorted(signing_keys.of(exporting.context, pool_id).items()):
        yield _shown(exporting, use, key)


def _server_key_exists(seeding: Seeding, entry: Entry) -> bool:
    use, kid = entry.members["Use"], entry.members["Kid"]
    if use in _STAND_IN:
        known = _stand_in(seeding).known_key(_STAND_IN[use])
        return known is not None and known[0].kid == kid
    found = seeding.unit.server_keys.get(use)
    return found is not None and found.kid == kid


def _apply_server_key(seeding: Seeding, entry: Entry) -> None:
    use, key = entry.members["Use"], _key(seeding, entry)
    if use in _STAND_IN:
        _stand_in(seeding).put_key(_STAND_IN[use], key, entry.members.get("Created", seeding.now))
        return
    sealed = seeding.context.vault.seal(key.pem, key.kid)
    seeding.unit.server_keys.put(ServerKey(use, key.kid, sealed, seeding.now))


def _stand_in(working: Seeding | Exporting) -> StoredState:
    context = working.context
    return StoredState(context.unit, context.now, context.world.key_reserve)


def _export_server_keys(exporting: Exporting, _id: str) -> Iterator[dict[str, Any]]:
    for stored in exporting.unit.server_keys.all():
        yield _shown(exporting, stored.use, server_keys.opened(exporting.context.vault, stored))
    for use, name in _STAND_IN.items():
        known = _stand_in(exporting).known_key(name)
        if known:
            yield _shown(exporting, use, known[0]) | {"Created": known[1]}


OF_POOL = Kind(
    name="signing_keys",
    members=MEMBERS,
    key=named("Use"),
    exists=_pool_key_exists,
    apply=lambda seeding, entry: _apply_pool_keys(seeding, [entry]),
    apply_all=_apply_pool_keys,
    export=_export_pool_keys,
    check=_check_of_pool,
    description="The keys that sign the pool's tokens, as an export has them.",
)
OF_SERVER = Kind(
    name="signing_keys",
    members=MEMBERS,
    key=named("Use"),
    exists=_server_key_exists,
    apply=_apply_server_key,
    export=_export_server_keys,
    check=_check_of_server,
    description="The keys of the server itself: for tokens of identity pools and STS, and of the stand-in provider.",
)
