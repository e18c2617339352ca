"""Detection of compromised passwords (AWS: "Working with compromised-credentials detection")."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.pools.apps import App
from emulator.domain.threats import risk_settings
from emulator.faults import InvalidPasswordException

# Unlike AWS: threat protection detects the passwords of a short built-in list and of the setting
# `compromised-passwords` as compromised; AWS looks up the username together with the password in its own collections of
# leaked credentials.
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


def is_compromised(context: Context, password: str | None) -> bool:
    """Whether a password is in the built-in list or the setting `compromised-passwords`."""
    return password is not None and (
        password in _BUILT_IN or password in (context.settings.compromised_passwords or ())
    )


def detected(context: Context, app: App, password: str | None, event: str) -> bool:
    """Whether a password is compromised and the app's risk configuration looks for such passwords in the event.

    The events are those of EventFilter: SIGN_IN, SIGN_UP or PASSWORD_CHANGE.
    """
    action = risk_settings.compromised_action(risk_settings.effective(app.pool, app.client), event)
    return action is not None and is_compromised(context, password)


def blocks(app: App, event: str) -> bool:
    """Whether compromised passwords are to be refused in an event of EventFilter.

    The EventAction must be BLOCK and the pool's mode ENFORCED. The mode of CUSTOM_AUTH does not count, since that flow
    sends no password.
    """
    action = risk_settings.compromised_action(risk_settings.effective(app.pool, app.client), event)
    return action == "BLOCK" and risk_settings.mode(app.pool, "") == "ENFORCED"


def refuse(context: Context, app: App, password: str | None, event: str) -> None:
    """Raise InvalidPasswordException for a compromised new password, where `blocks` says so for the event."""
    # AWS unknown: whether SignUp, ConfirmForgotPassword and ChangePassword refuse a compromised password before or
    # after they check the password policy and the other members of the request; here before.
    if blocks(app, event) and detected(context, app, password, event):
        raise InvalidPasswordException("Provided password cannot be used for security reasons.", "others know it")
