"""What errors of PostgreSQL mean to the person who runs the server, by SQLSTATE. Imports no driver.

PostgreSQL's documentation, appendix "PostgreSQL Error Codes".
"""

from __future__ import annotations

UNREACHABLE = "its server cannot be reached"
UNEXPLAINED = {None, "08P01"}
"""What only the text of an error explains: the driver's own, and protocol_violation, with which PgBouncer refuses."""
_CONTENDED = {"40001", "40P01"}
"""serialization_failure, deadlock_detected: the transaction was rolled back, and may be run again."""
_STATES = {
    "25006": "its server is read-only",
    "28000": "its server refuses this user",
    "28P01": "its server refuses this user or password",
    "3D000": "its server has no such database",
    "3F000": "it has no such schema",
    "42501": "this user may not do that there",
    "42P07": "it has tables of another program",
    "53100": "the disk of its server is full",
    "53200": "its server is out of memory",
    "53300": "its server takes no more connections",
    "55P03": "a lock was not free in time",
    "57014": "a statement took too long",
    "57P01": UNREACHABLE,
    "57P02": UNREACHABLE,
    "57P03": UNREACHABLE,
}
_CLASSES = {"08": UNREACHABLE, "53": "its server lacks resources", "57": UNREACHABLE, "58": "its server fails"}
_CONNECTION_ERRORS = {"OperationalError", "InterfaceError"}


def is_contended(state: str | None) -> bool:
    """Whether a transaction was rolled back because of another one, and may be run again."""
    return state in _CONTENDED


def explanation(error: BaseException, state: str | None) -> str | None:
    """What is wrong with the server or the connection. None for any other error, which is a bug."""
    if state is None:  # the driver's own, when a connection fails or breaks
        return UNREACHABLE if _CONNECTION_ERRORS & {each.__name__ for each in type(error).__mro__} else None
    return _STATES.get(state) or _CLASSES.get(state[:2])
