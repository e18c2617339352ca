"""An application that signs people up. It knows nothing of the emulator: its SDK finds it by the environment."""

from __future__ import annotations

from typing import Any

import boto3


class Accounts:
    """The accounts of a user pool, for the app client with this id."""

    def __init__(self, client_id: str) -> None:
        self._cognito = boto3.client("cognito-idp")
        self._client_id = client_id

    def sign_up(self, username: str, email: str, password: str) -> None:
        """Create an account. Cognito sends a code to its address."""
        self._cognito.sign_up(
            ClientId=self._client_id,
            Username=username,
            Password=password,
            UserAttributes=[{"Name": "email", "Value": email}],
        )

    def confirm(self, username: str, code: str) -> bool:
        """Confirm an account with the code. False if it is wrong or has expired."""
        refusals = self._cognito.exceptions
        try:
            self._cognito.confirm_sign_up(ClientId=self._client_id, Username=username, ConfirmationCode=code)
        except (refusals.CodeMismatchException, refusals.ExpiredCodeException):
            return False
        return True

    def attributes(self, access_token: str) -> dict[str, str]:
        """The attributes of whoever has this access token."""
        user: dict[str, Any] = self._cognito.get_user(AccessToken=access_token)
        return {each["Name"]: each["Value"] for each in user["UserAttributes"]}
