"""The state of the stand-in provider in the database, which all processes share. Its content is encrypted."""

from __future__ import annotations

from emulator.outside import turns
from emulator.outside.key_reserve import KeyReserve
from emulator.stand_in.state import Content
from keys.signing import SigningKey
from storage.records.stand_in import StandInRecord
from storage.unit import Unit

_KEY = "key"


class StoredState:
    """A `State` in a unit of work, as of a time."""

    def __init__(self, unit: Unit, now: float, reserve: KeyReserve) -> None:
        self._unit = unit
        self._now = now
        self._reserve = reserve

    def get(self, kind: str, key: str) -> Content | None:
        """A record."""
        return self._opened(self._unit.stand_in.get(kind, key))

    def all(self, kind: str) -> list[Content]:
        """Every record of a kind, by key."""
        found = map(self._opened, self._unit.stand_in.all(kind))
        return [content for content in found if content is not None]

    def put(self, kind: str, key: str, content: Content, seconds: float | None = None) -> None:
        """Store a record, in the place of the one with that key."""
        sealed = self._unit.store.vault.seal_json(content, _context(kind, key))
        self._unit.stand_in.put(StandInRecord(kind, key, sealed, None if seconds is None else self._now + seconds))

    def take(self, kind: str, key: str) -> Content | None:
        """Delete a record and return it."""
        content = self.get(kind, key)
        return content if content is not None and self._unit.stand_in.delete(kind, key) else None

    def delete_all(self, kind: str) -> None:
        """Delete every record of a kind."""
        self._unit.stand_in.delete_kind(kind)

    def signing_key(self, use: str) -> tuple[SigningKey, float]:
        """The key for a use. Made at the first time, with the connection released, and committed at once."""
        held = self.get(_KEY, use)
        if held is None:
            with self._unit.released(), turns.computing():
                made = self._reserve.take()
            self._unit.lock("stand-in key", use)
            held = self.get(_KEY, use)
            if held is None:
                self.put_key(use, made, self._now)
            held = self.get(_KEY, use) or {}
            self._unit.commit()
        return _key(held)

    def known_key(self, use: str) -> tuple[SigningKey, float] | None:
        """As `signing_key`; None if it was not made yet."""
        held = self.get(_KEY, use)
        return _key(held) if held else None

    def put_key(self, use: str, key: SigningKey, made: float) -> None:
        """Set the key for a use, and when it was made."""
        self.put(_KEY, use, {"kid": key.kid, "pem": key.pem.decode(), "made": made})

    def _opened(self, record: StandInRecord | None) -> Content | None:
        if record is None or (record.expires is not None and record.expires <= self._now):
            return None
        return self._unit.store.vault.open_json(record.sealed, _context(record.kind, record.key))


def _key(held: Content) -> tuple[SigningKey, float]:
    return SigningKey(held["kid"], held["pem"].encode()), held["made"]


def _context(kind: str, key: str) -> str:
    return f"stand-in {kind} {key}"
