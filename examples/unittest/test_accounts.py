"""The emulator in unittest, without pytest: pip install cognito-emulator; python -m unittest."""

from __future__ import annotations

import unittest
from typing import ClassVar

from cognito_emulator.testing import CallRefused, CognitoEmulator


class AccountsTest(unittest.TestCase):
    """One server for the class; each test has a pool of its own."""

    cognito: ClassVar[CognitoEmulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.cognito = cls.enterClassContext(CognitoEmulator(code="123456"))

    def setUp(self) -> None:
        self.pool = self.cognito.create_pool()
        self.addCleanup(self.pool.delete)

    def test_a_user_gets_tokens(self) -> None:
        user = self.pool.create_user("ada", groups=["admins"])
        answer = self.cognito.call("GetUser", AccessToken=user.access_token)
        self.assertEqual(answer["Username"], "ada")

    def test_a_forgotten_password_is_replaced_with_the_code(self) -> None:
        user = self.pool.create_user("ada")
        self.cognito.call("ForgotPassword", ClientId=self.pool.client_id, Username="ada")
        self.assertEqual(self.pool.messages.last("ada")["code"], "123456")
        self.cognito.call(
            "ConfirmForgotPassword",
            ClientId=self.pool.client_id,
            Username="ada",
            ConfirmationCode="123456",
            Password="Another-horse-8",
        )
        with self.assertRaises(CallRefused) as refused:
            self.pool.sign_in("ada", user.password)
        self.assertEqual(refused.exception.exception, "NotAuthorizedException")


if __name__ == "__main__":
    unittest.main()
