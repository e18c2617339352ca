"""What has expired, and is deleted by `sweeping.py`.

Sign-ins in progress (also passkey registrations and sign-up sessions), token families with their refresh tokens,
authorization codes, sessions of browsers, sign-ins at identity providers, notes about used SAML assertions and about
fetched client ID metadata documents, failed attempts under usernames that do not exist, records of the stand-in
identity provider, authentication events, AWS credentials, the files of import jobs that were never started, and changes
of pools from before the period to which they can be recovered. Codes and failed attempts of users need none: a user has
at most one row of each kind, which is deleted with the user.
"""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.imports import import_jobs
from emulator.domain.pools import histories
from emulator.domain.recovery import states
from emulator.domain.threats import auth_events
from emulator.jobs.sweeping import Deletion

_KEPT = 86_400
"""Seconds for which expired sign-ins and tokens are kept, so that their error can say that they have expired."""


def _sign_ins(context: Context, limit: int) -> int:
    return context.unit.sign_ins.sweep(context.now - _KEPT, limit)


def _tokens(context: Context, limit: int) -> int:
    return context.unit.tokens.sweep(context.now - _KEPT, limit)


def _stand_ins(context: Context, limit: int) -> int:
    return context.unit.stand_in_attempts.sweep(context.now - _KEPT, limit)


def _auth_events(context: Context, limit: int) -> int:
    return context.unit.auth_events.sweep(context.now - auth_events.KEPT, limit)


def _codes(context: Context, limit: int) -> int:
    return context.unit.authorization_codes.sweep(context.now - _KEPT, limit)


def _sessions(context: Context, limit: int) -> int:
    return context.unit.browser_sessions.sweep(context.now, limit)


def _documents(context: Context, limit: int) -> int:
    return context.unit.metadata_documents.sweep(context.now - _KEPT, limit)


def _federated_sign_ins(context: Context, limit: int) -> int:
    return context.unit.federated_sign_ins.sweep(context.now, limit)


def _assertions(context: Context, limit: int) -> int:
    return context.unit.used_assertions.sweep(context.now, limit)


def _stand_in_records(context: Context, limit: int) -> int:
    return context.unit.stand_in.sweep(context.now, limit)


def _credentials(context: Context, limit: int) -> int:
    return context.unit.issued_credentials.sweep(context.now, limit)


DELETIONS: tuple[Deletion, ...] = (
    *(_sign_ins, _tokens, _stand_ins, _auth_events, import_jobs.expire, states.expire, histories.sweep),
    *(_codes, _sessions, _documents, _federated_sign_ins, _assertions, _stand_in_records, _credentials),
)
