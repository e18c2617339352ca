"""What a user pool refuses while a point-in-time recovery is open (AWS: InitiatePointInTimeRecovery).

Operations are refused by the tables here, before they do anything. Storage raises `Paused` for every other change of a
user, a group, a second factor or a passkey, such as that of a call which had begun before the recovery.
"""

from __future__ import annotations

from emulator.context import Context
from emulator.faults import Fault, InvalidParameterException, OperationNotEnabledException
from emulator.wire import model
from storage.records.pools import Pool

_REFUSAL = "The user pool doesn't accept write operations while a point-in-time recovery is in progress."

# AWS unknown: which operations a pool refuses while a recovery of InitiatePointInTimeRecovery is open. AWS names
# sign-up, the creation of users, updates of attributes and imports as examples. Refused here is all that changes users,
# groups, second factors or passkeys (also CreateIdentityProvider, which creates a group, and a sign-in with a code that
# would verify an address), ForgotPassword, which begins such a change, DeleteUserPool and AddCustomAttributes. Other
# changes of the pool's configuration work, those of devices, and ResendConfirmationCode and
# GetUserAttributeVerificationCode, which only send a code.
REFUSED = frozenset(
    {
        "AddCustomAttributes",
        "AdminAddUserToGroup",
        "AdminConfirmSignUp",
        "AdminCreateUser",
        "AdminDeleteSoftwareToken",
        "AdminDeleteUser",
        "AdminDeleteUserAttributes",
        "AdminDisableProviderForUser",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminLinkProviderForUser",
        "AdminRemoveUserFromGroup",
        "AdminResetUserPassword",
        "AdminSetUserMFAPreference",
        "AdminSetUserPassword",
        "AdminSetUserSettings",
        "AdminUpdateUserAttributes",
        "AssociateSoftwareToken",
        "ChangePassword",
        "CompleteWebAuthnRegistration",
        "ConfirmForgotPassword",
        "ConfirmSignUp",
        "CreateGroup",
        "CreateIdentityProvider",  # It creates a group.
        "CreateUserImportJob",
        "DeleteGroup",
        "DeleteUser",
        "DeleteUserAttributes",
        "DeleteUserPool",
        "DeleteWebAuthnCredential",
        "ForgotPassword",
        "SetUserMFAPreference",
        "SetUserSettings",
        "SignUp",
        "StartUserImportJob",
        "StartWebAuthnRegistration",
        "UpdateGroup",
        "UpdateUserAttributes",
        "VerifySoftwareToken",
        "VerifyUserAttribute",
    }
)
"""The operations that a paused pool refuses. All others work."""
CHALLENGES = frozenset({"MFA_SETUP", "NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA"})
"""The challenges whose answers a paused pool refuses. Their sessions stay valid."""


def is_paused(pool: Pool, now: float) -> bool:
    """Whether a recovery of the pool is open. It pauses the pool until it ends or expires."""
    return pool.paused_until is not None and now < pool.paused_until


def check_operation(context: Context, pool: Pool, operation_name: str) -> None:
    """Raise the fault of `refusal` if the pool is paused and refuses the operation meanwhile."""
    if operation_name in REFUSED:
        _check(context, pool)


def check_challenge(context: Context, pool: Pool, challenge: str) -> None:
    """Raise the fault of `refusal` if the pool is paused and refuses answers to the challenge meanwhile."""
    if challenge in CHALLENGES:
        _check(context, pool)


def check_new_user(context: Context, pool: Pool) -> None:
    """Raise the fault of `refusal` if the pool is paused. Called before a function is asked for a user to migrate."""
    _check(context, pool)


def refusal(operation_name: str) -> Fault:
    """The fault for a write to a paused pool: OperationNotEnabledException, if the operation declares it."""
    # AWS unknown: the exception and the message with which SignUp, AdminCreateUser and the other operations are refused
    # while a point-in-time recovery is open. Here it is OperationNotEnabledException, and InvalidParameterException for
    # CreateIdentityProvider, which does not declare that.
    operation = model.load("cognito-idp").operations.get(operation_name)
    declared = operation is None or "OperationNotEnabledException" in operation.errors
    return (OperationNotEnabledException if declared else InvalidParameterException)(_REFUSAL)


def _check(context: Context, pool: Pool) -> None:
    if is_paused(pool, context.now):
        raise refusal(context.operation_name)
