"""Compromised credentials: passwords that others know (AWS: "Working with compromised-credentials detection").

Unlike AWS: compromised credentials are a list of a few passwords that everybody tries first, and those that the setting
`compromised-passwords` names; AWS looks in collections of its own, for a username and its password together.
"""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.threats import risk_settings
from emulator.faults import InvalidPasswordException
from storage.records.pools import Client, Pool

_BUILT_IN = frozenset(
    {
        "123456",
        "12345678",
        "123456789",
        "1234567890",
        "password",
        "password1",
        "password123",
        "qwerty",
        "qwerty123",
        "Password1",
        "Password1!",
        "Password123",
        "Password123!",
        "Password@123",
        "P@ssw0rd",
        "P@ssw0rd1",
        "P@ssw0rd123",
        "Passw0rd!",
        "Admin123!",
        "Admin@123",
        "Welcome1!",
        "Welcome123!",
        "Welcome@123",
        "Qwerty123!",
        "Abcd1234!",
        "Abcd@1234",
    }
)


def is_known(context: Context, password: str | None) -> bool:
    """Whether others know a password."""
    return password is not None and (
        password in _BUILT_IN or password in (context.settings.compromised_passwords or ())
    )


def detected(context: Context, pool: Pool, client: Client, password: str | None, event: str) -> bool:
    """Whether a password in an event that is looked at (SIGN_IN, SIGN_UP or PASSWORD_CHANGE) is known to others."""
    action = risk_settings.compromised_action(risk_settings.effective(pool, client), event)
    return action is not None and is_known(context, password)


def blocks(pool: Pool, client: Client, event: str) -> bool:
    """Whether such a password is refused. CUSTOM_AUTH never brings one, so that the mode is that of all other flows."""
    action = risk_settings.compromised_action(risk_settings.effective(pool, client), event)
    return action == "BLOCK" and risk_settings.mode(pool, "") == "ENFORCED"


def refuse(context: Context, pool: Pool, client: Client, password: str | None, event: str) -> None:
    """Refuse a new password that others know, where the pool wants that.

    AWS unknown: whether the policy, or what else is wrong with a call, is told first; this is, here.
    """
    if blocks(pool, client, event) and detected(context, pool, client, password, event):
        raise InvalidPasswordException("Provided password cannot be used for security reasons.", "others know it")
