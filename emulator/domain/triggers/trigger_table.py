"""Which operation calls which trigger, under which source, and what it passes on of ClientMetadata and ValidationData.

AWS: "Connecting API actions to Lambda triggers", and the sources and parameters of each trigger. Whoever calls a
trigger looks its source up here; `docs/lambda.md` shows the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

MESSAGE = "CustomMessage"
SENDERS = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
"""What sends in Cognito's place, by medium."""
SIGN_UP_CODE = "CustomMessage_SignUp"
SIGN_UP_CODE_AGAIN = "CustomMessage_ResendCode"
SIGN_IN_CODE = "CustomMessage_Authentication"
FORGOTTEN_PASSWORD = "CustomMessage_ForgotPassword"  # noqa: S105 - a source, no password
INVITATION = "CustomMessage_AdminCreateUser"
SIGNED_IN = "TokenGeneration_Authentication"
SIGNED_IN_WITH_NEW_PASSWORD = "TokenGeneration_NewPasswordChallenge"  # noqa: S105 - a source, no password
SIGNED_IN_WITH_DEVICE = "TokenGeneration_AuthenticateDevice"
REFRESHED = "TokenGeneration_RefreshTokens"
EXCHANGED = "TokenGeneration_TokenExchange"
"""AWS unknown: under which source PreTokenGeneration is called for a derived token."""
RISK_NOTICE = "CustomEmailSender_AccountTakeOverNotification"

CONFIRM_USER_PAGE = "GET /confirmUser"
"""Where the link of a verification e-mail leads, which is no operation."""

_METADATA, _VALIDATION = "ClientMetadata", "ValidationData"
_TELLS_VALIDATION = frozenset({"PreSignUp", "PreAuthentication", "UserMigration"})
"""The triggers whose events have `validationData`, null where there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """What `operations` call a trigger for.

    `metadata` says whether the function gets ClientMetadata as `clientMetadata`, `validation` which member of the
    request it gets as `validationData`, and `when` what has to be so for it to be called.
    """

    operations: tuple[str, ...]
    trigger: str
    source: str
    metadata: bool = False
    validation: str | None = None
    when: str = ""

    def told(
        self, metadata: Mapping[str, str] | None, validation: Mapping[str, str | None] | None = None
    ) -> dict[str, Any]:
        """What an event's request has of a call's ClientMetadata, which is left out where empty, and ValidationData."""
        told: dict[str, Any] = {"clientMetadata": dict(metadata)} if metadata and self.metadata else {}
        if self.trigger in _TELLS_VALIDATION:
            given = metadata if self.validation == _METADATA else validation
            told["validationData"] = dict(given) if given and self.validation else None
        return told


_BEGIN = ("InitiateAuth", "AdminInitiateAuth")
_ANSWER = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_DEFINE, _CREATE, _VERIFY = "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"
_MIGRATED = "UserMigration made the user"

_CALLS = (
    Row(("SignUp",), "PreSignUp", "PreSignUp_SignUp", True, _VALIDATION),
    Row(("SignUp",), "PostConfirmation", "PostConfirmation_ConfirmSignUp", True, when="PreSignUp confirmed the user"),
    Row(("SignUp",), "CustomMessage", SIGN_UP_CODE, True),
    Row(("AdminCreateUser",), "PreSignUp", "PreSignUp_AdminCreateUser", True, _VALIDATION),
    Row(("AdminCreateUser",), "CustomMessage", INVITATION, True),
    Row(("ConfirmSignUp", "AdminConfirmSignUp"), "PostConfirmation", "PostConfirmation_ConfirmSignUp", True),
    Row((CONFIRM_USER_PAGE,), "PostConfirmation", "PostConfirmation_ConfirmSignUp"),
    Row(("ResendConfirmationCode",), "CustomMessage", SIGN_UP_CODE_AGAIN, True),
    Row(("ForgotPassword",), "UserMigration", "UserMigration_ForgotPassword", True),
    Row(("ForgotPassword", "AdminResetUserPassword"), "CustomMessage", FORGOTTEN_PASSWORD, True),
    Row(("ForgotPassword",), "CustomMessage", INVITATION, True, when=_MIGRATED),
    Row(("ConfirmForgotPassword",), "PostConfirmation", "PostConfirmation_ConfirmForgotPassword", True),
    Row(
        ("UpdateUserAttributes", "AdminUpdateUserAttributes"),
        "CustomMessage",
        "CustomMessage_UpdateUserAttribute",
        True,
    ),
    Row(("GetUserAttributeVerificationCode",), "CustomMessage", "CustomMessage_VerifyUserAttribute", True),
    Row(_BEGIN, "UserMigration", "UserMigration_Authentication", validation=_METADATA),
    Row(_BEGIN, "PreAuthentication", "PreAuthentication_Authentication", validation=_METADATA),
    Row(_BEGIN, _DEFINE, "DefineAuthChallenge_Authentication"),
    Row(_BEGIN, _CREATE, "CreateAuthChallenge_Authentication"),
    Row(_BEGIN, "CustomMessage", SIGN_IN_CODE),
    Row(_BEGIN, "CustomMessage", INVITATION, when=_MIGRATED),
    Row(_BEGIN, "PostAuthentication", "PostAuthentication_Authentication"),
    Row(_BEGIN, "PreTokenGeneration", SIGNED_IN),
    Row(_BEGIN, "PreTokenGeneration", REFRESHED, when="the flow is REFRESH_TOKEN_AUTH"),
    Row(_ANSWER, "UserMigration", "UserMigration_Authentication", True),
    Row(_ANSWER, _VERIFY, "VerifyAuthChallengeResponse_Authentication", True),
    Row(_ANSWER, _DEFINE, "DefineAuthChallenge_Authentication", True),
    Row(_ANSWER, _CREATE, "CreateAuthChallenge_Authentication", True),
    Row(_ANSWER, "CustomMessage", SIGN_IN_CODE, True),
    Row(_ANSWER, "CustomMessage", INVITATION, True, when=_MIGRATED),
    Row(_ANSWER, "PostAuthentication", "PostAuthentication_Authentication", True),
    Row(_ANSWER, "PreTokenGeneration", SIGNED_IN, True),
    Row(_ANSWER, "PreTokenGeneration", SIGNED_IN_WITH_NEW_PASSWORD, True, when="NEW_PASSWORD_REQUIRED was answered"),
    Row(_ANSWER, "PreTokenGeneration", SIGNED_IN_WITH_DEVICE, True, when="a remembered device proved itself"),
    Row(("GetTokensFromRefreshToken",), "PreTokenGeneration", REFRESHED, True),
    Row(("GetDerivedToken",), "PreTokenGeneration", EXCHANGED),
    Row(
        ("GetClientToken",), "PreTokenGeneration", "TokenGeneration_ClientCredentials", True, when="the version is V3_0"
    ),
)


def _sent(row: Row) -> tuple[Row, ...]:
    """The rows of a message's senders: they get what CustomMessage would be asked about, and ClientMetadata alike."""
    return tuple(
        replace(row, trigger=trigger, source=row.source.replace(MESSAGE, trigger)) for trigger in SENDERS.values()
    )


TABLE = (
    *_CALLS,
    *(sent for row in _CALLS if row.trigger == MESSAGE for sent in _sent(row)),
    Row((*_BEGIN, *_ANSWER), SENDERS["EMAIL"], RISK_NOTICE, when="a risky sign-in is to be told of"),
)
"""Every way to a trigger. Where an operation calls one under several sources, the usual one comes first."""


def row(operation: str, trigger: str, source: str | None = None) -> Row:
    """How an operation calls a trigger: under that source, or as it usually does. Raises LookupError if it does not."""
    for each in TABLE:
        if operation in each.operations and each.trigger == trigger and source in (None, each.source):
            return each
    raise LookupError(f"{operation} does not call {trigger}" + (f" as {source}" if source else ""))
