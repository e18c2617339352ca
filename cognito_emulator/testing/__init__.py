"""A server for tests: `with CognitoEmulator() as cognito:`, in unittest, in scripts, and in the pytest plugin.

The server is another process of the same interpreter, so this package imports the standard library only (boto3 if
`CognitoEmulator.client` is called).
"""

from cognito_emulator.testing.cognito import CognitoEmulator
from cognito_emulator.testing.errors import CallRefused, CognitoEmulatorError
from cognito_emulator.testing.pools import Pool, User
from cognito_emulator.testing.shortcuts import AuthenticatorApp, Fault, Tokens

__all__ = [
    "AuthenticatorApp",
    "CallRefused",
    "CognitoEmulator",
    "CognitoEmulatorError",
    "Fault",
    "Pool",
    "Tokens",
    "User",
]
