"""What the tests about users share: refusals told exactly, sign-ups, and users as an administrator sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from keys import secret_hash
from tests.builders import PASSWORD, Api, Refused, pairs, unpaired

WRONG_CODE = ("CodeMismatchException", "Invalid verification code provided, please try again.")
NO_CODE = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
TOO_MANY = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
NOBODY = ("UserNotFoundException", "User does not exist.")
NOT_FOUND = ("UserNotFoundException", "Username/client id combination not found.")
UNWRITABLE = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
WRONG_PASSWORD = ("NotAuthorizedException", "Incorrect username or password.")
IN_USE = ("UsernameExistsException", "User already exists")


@contextmanager
def refused(code: str, message: str, status: int = 400) -> Iterator[None]:
    """The call inside is refused with exactly this exception, text and status."""
    with pytest.raises(Refused) as caught:
        yield
    assert (caught.value.code, caught.value.message, caught.value.status) == (code, message, status)


def runs_nowhere(trigger: str) -> tuple[str, str]:
    """The refusal of a call that needs a trigger's function, where nothing runs it."""
    words = f"{trigger} invocation failed due to error ResourceNotFoundException."
    return "UnexpectedLambdaException", words


def sign_up(
    api: Api, client: str, username: str = "ana", password: str = PASSWORD, secret: str = "", **attributes: str
) -> dict[str, Any]:
    """Sign up; with `secret`, with the secret hash that it makes."""
    hashed = {"SecretHash": secret_hash.secret_hash(username, client, secret)} if secret else {}
    return api.idp(
        "SignUp", ClientId=client, Username=username, Password=password, UserAttributes=pairs(attributes), **hashed
    )


def confirm(api: Api, client: str, code: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    """Answer the code of a sign-up."""
    return api.idp("ConfirmSignUp", ClientId=client, Username=username, ConfirmationCode=code, **members)


def seen(api: Api, pool: str, username: str = "ana") -> dict[str, Any]:
    """AdminGetUser's answer."""
    return api.idp("AdminGetUser", UserPoolId=pool, Username=username)


def attributes_of(api: Api, pool: str, username: str = "ana") -> dict[str, str]:
    """The attributes of a user by name, `sub` left out."""
    found = unpaired(seen(api, pool, username)["UserAttributes"])
    del found["sub"]
    return found


def status_of(api: Api, pool: str, username: str = "ana") -> str:
    """The status of a user."""
    return str(seen(api, pool, username)["UserStatus"])


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def sent(api: Api) -> int:
    """How many messages have been sent."""
    return len(api.world.mailbox.messages())
