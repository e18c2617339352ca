"""Hashes of passwords in a seed: of other systems as they are there, and ours as an export has them.

Ours are bcrypt over a digest of the password, which no other system makes. A mark before them says so.
"""

from __future__ import annotations

import re

from keys import imported_passwords, passwords

OURS = "bcrypt-sha384:"
"""The mark of a hash of ours in a seed. Hashes of other systems have none."""

_OURS = re.compile(r"\$2b\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}")
# Unlike AWS: the bcrypt hashes in a seed may have a cost of 14, where those of CreateUserImportJob have 12 at most.
_MOST = {"BCRYPT": {"cost": 14}}


def problem(text: str) -> str | None:
    """What is wrong with a hash, which is not quoted; None if it is valid."""
    if text.startswith(OURS):
        return None if _OURS.fullmatch(text.removeprefix(OURS)) else "it is no hash of an export"
    algorithm = imported_passwords.algorithm_of(text)
    if algorithm is None:
        return "it is no hash: a bcrypt hash begins with $2a$, $2b$ or $2y$ and has 60 characters"
    found = imported_passwords.problem(algorithm, text, _MOST)
    return f"it {found}" if found else None


def stored(text: str) -> str:
    """The form of a hash in the database. `problem` has accepted the hash."""
    return text.removeprefix(OURS) if text.startswith(OURS) else passwords.imported(text)


def shown(kept: str) -> str:
    """The form in a seed of a hash in the database."""
    if passwords.is_imported(kept):
        return kept.removeprefix(imported_passwords.MARK)
    return OURS + kept
