"""Which operation calls which trigger, under which source, and what it passes on of ClientMetadata and ValidationData.

AWS: "Connecting API actions to Lambda triggers", and the sources and parameters of each trigger. Every call of a
trigger takes its source from this table; `docs/lambda.md` shows the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

MESSAGE = "CustomMessage"
SENDERS = {"EMAIL": "CustomEmailSender", "SMS": "CustomSMSSender"}
"""Medium → the trigger that sends the message instead of Cognito."""
SIGN_UP_CODE = "CustomMessage_SignUp"
SIGN_UP_CODE_AGAIN = "CustomMessage_ResendCode"
SIGN_IN_CODE = "CustomMessage_Authentication"
FORGOTTEN_PASSWORD = "CustomMessage_ForgotPassword"  # noqa: S105 - a source, no password
INVITATION = "CustomMessage_AdminCreateUser"
SIGNED_IN = "TokenGeneration_Authentication"
SIGNED_IN_WITH_NEW_PASSWORD = "TokenGeneration_NewPasswordChallenge"  # noqa: S105 - a source, no password
SIGNED_IN_WITH_DEVICE = "TokenGeneration_AuthenticateDevice"
REFRESHED = "TokenGeneration_RefreshTokens"
HOSTED = "TokenGeneration_HostedAuth"
OF_CLIENT = "TokenGeneration_ClientCredentials"
# AWS unknown: the triggerSource with which GetDerivedToken calls PreTokenGeneration.
EXCHANGED = "TokenGeneration_TokenExchange"
RISK_NOTICE = "CustomEmailSender_AccountTakeOverNotification"

CONFIRM_USER_PAGE = "GET /confirmUser"
"""The pseudo-operation of the page to which the link of a verification e-mail leads."""

AUTHORIZE, TOKEN = "GET /oauth2/authorize", "POST /oauth2/token"
"""The pseudo-operations of the OAuth endpoints."""
LOGIN = "POST /login"
"""The pseudo-operation of every page of a sign-in. The other login pages run as the operation whose flow they run."""
MINTED = "POST /_emulator/tokens"
"""The pseudo-operation of tokens that are minted for a test, without a sign-in."""
IDP_RESPONSE = "POST /oauth2/idpresponse"
"""The pseudo-operation of a sign-in at an identity provider, also where it ends at `/saml2/idpresponse`."""

_METADATA, _VALIDATION, EMPTY = "ClientMetadata", "ValidationData", "empty"
_TELLS_VALIDATION = frozenset({"PreSignUp", "PreAuthentication", "UserMigration"})
"""The triggers whose events always have `validationData`, if only null."""


class Row(Struct, frozen=True):
    """The `operations` that call a trigger with a triggerSource.

    `metadata` says whether the event has the call's ClientMetadata as `clientMetadata`. `validation` is the member of
    the request that the event has as `validationData`, or EMPTY where the event has an empty object. `when` describes
    the condition of the call, for the documents.
    """

    operations: tuple[str, ...]
    trigger: str
    source: str
    metadata: bool = False
    validation: str | None = None
    when: str = ""

    def passed_on(
        self, metadata: Mapping[str, str] | None, validation: Mapping[str, str | None] | None = None
    ) -> dict[str, Any]:
        """The members of an event's request that pass on what the call has: `clientMetadata` and `validationData`.

        `metadata` is the call's ClientMetadata, `validation` its ValidationData by name. `clientMetadata` is left out
        if it is empty or not passed on; `validationData` is null then, and left out for triggers that never have it.
        Where the row has EMPTY, `validationData` is an empty object.
        """
        members: dict[str, Any] = {"clientMetadata": dict(metadata)} if metadata and self.metadata else {}
        if self.trigger in _TELLS_VALIDATION:
            given = metadata if self.validation == _METADATA else validation
            members["validationData"] = dict(given) if given and self.validation else None
            if self.validation == EMPTY:
                members["validationData"] = {}
        return members


_BEGIN = ("InitiateAuth", "AdminInitiateAuth")
_ANSWER = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_DEFINE, _CREATE, _VERIFY = "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"
_MIGRATED = "UserMigration made the user"
_NEW, _KNOWN = "the user is new", "the user is known"

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
    # AWS unknown: whether `validationData` is an empty object in the event of UserMigration at POST /login too. Here it
    # is, as in that of PreAuthentication.
    Row((LOGIN,), "UserMigration", "UserMigration_Authentication", validation=EMPTY),
    Row((LOGIN,), "PreAuthentication", "PreAuthentication_Authentication", validation=EMPTY),
    Row((LOGIN,), "CustomMessage", SIGN_IN_CODE),
    Row((LOGIN,), "CustomMessage", INVITATION, when=_MIGRATED),
    Row((LOGIN,), "PostAuthentication", "PostAuthentication_Authentication"),
    Row((IDP_RESPONSE,), "InboundFederation", "InboundFederation_ExternalProvider"),
    Row((IDP_RESPONSE,), "PreSignUp", "PreSignUp_ExternalProvider", validation=EMPTY, when=_NEW),
    Row((IDP_RESPONSE,), "PostConfirmation", "PostConfirmation_ConfirmSignUp", when=_NEW),
    Row((IDP_RESPONSE,), "PreAuthentication", "PreAuthentication_Authentication", validation=EMPTY, when=_KNOWN),
    Row((IDP_RESPONSE,), "PostAuthentication", "PostAuthentication_Authentication", when=_KNOWN),
    Row((MINTED,), "PreTokenGeneration", SIGNED_IN),
    Row(("GetTokensFromRefreshToken",), "PreTokenGeneration", REFRESHED, True),
    Row(("GetDerivedToken",), "PreTokenGeneration", EXCHANGED),
    Row(("GetClientToken",), "PreTokenGeneration", OF_CLIENT, True, when="the version is V3_0"),
    # AWS unknown: whether a sign-in at the pages calls PreTokenGeneration when it ends, or when POST /oauth2/token
    # exchanges the code, as here. In the implicit grant the tokens are in the redirect, and so is the call.
    Row((AUTHORIZE, LOGIN, IDP_RESPONSE), "PreTokenGeneration", HOSTED, when="the response type is token"),
    Row((TOKEN,), "PreTokenGeneration", HOSTED, when="the grant type is authorization_code"),
    Row((TOKEN,), "PreTokenGeneration", REFRESHED, when="the grant type is refresh_token"),
    Row(
        (TOKEN,),
        "PreTokenGeneration",
        OF_CLIENT,
        True,
        when="the grant type is client_credentials and the version is V3_0",
    ),
)


def _sent(row: Row) -> tuple[Row, ...]:
    """The rows of the custom senders for a row of CustomMessage: both get ClientMetadata alike."""
    return tuple(
        replace(row, trigger=trigger, source=row.source.replace(MESSAGE, trigger)) for trigger in SENDERS.values()
    )


TABLE = (
    *_CALLS,
    *(sent for row in _CALLS if row.trigger == MESSAGE for sent in _sent(row)),
    Row((*_BEGIN, *_ANSWER, LOGIN), SENDERS["EMAIL"], RISK_NOTICE, when="a risky sign-in is to be told of"),
)
"""Every call of a trigger. Of several sources with which an operation calls one trigger, the usual one comes first."""


def row(operation: str, trigger: str, source: str | None = None) -> Row:
    """The row of an operation and a trigger: with that source, or the usual one. Raises LookupError without a row."""
    for each in TABLE:
        if operation in each.operations and each.trigger == trigger and source in (None, each.source):
            return each
    raise LookupError(f"{operation} does not call {trigger}" + (f" as {source}" if source else ""))
