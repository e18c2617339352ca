"""Quotas on request rates: the categories of operations and their limits (AWS: "Quotas in Amazon Cognito")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.faults import (
    InvalidParameterException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    TooManyRequestsException,
)
from storage.records.pools import ProvisionedLimit

# AWS unknown: the highest limit of a category that Service Quotas lets UpdateProvisionedLimit set. Here it is 10,000.
_MOST = 10_000
_ANSWERS = frozenset({"RespondToAuthChallenge", "AdminRespondToAuthChallenge"})
"""Operations with a rate of their own: three times the limit of their category."""


class Category(Struct, frozen=True):
    """Operations that share a quota: their names, separated by blanks, and `free`, the limit that costs nothing.

    Limits are in calls a second.
    """

    free: int
    operations: str = ""


# AWS unknown: the categories of the operations that are newer than AWS's list of them.
CATEGORIES: Mapping[str, Category] = {
    "UserAuthentication": Category(
        120, "InitiateAuth AdminInitiateAuth RespondToAuthChallenge AdminRespondToAuthChallenge"
    ),
    "UserCreation": Category(50, "SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
    "UserFederation": Category(25),
    "UserAccountRecovery": Category(30, "ForgotPassword ConfirmForgotPassword ChangePassword"),
    "UserRead": Category(120, "AdminGetUser GetUser AdminGetUserAuthFactors GetUserAuthFactors"),
    "UserUpdate": Category(
        25,
        """
        AdminUpdateUserAttributes AdminDeleteUserAttributes UpdateUserAttributes DeleteUserAttributes
        VerifyUserAttribute AdminDeleteUser DeleteUser AdminEnableUser AdminDisableUser AdminResetUserPassword
        AdminSetUserPassword AdminLinkProviderForUser AdminDisableProviderForUser AdminUserGlobalSignOut
        GlobalSignOut
        """,
    ),
    "UserToken": Category(120, "RevokeToken GetTokensFromRefreshToken GetDerivedToken"),
    "UserResourceRead": Category(
        50,
        """
        AdminGetDevice AdminListDevices GetDevice ListDevices AdminListGroupsForUser AdminListUserAuthEvents
        GetUserAttributeVerificationCode ListWebAuthnCredentials AdminListUserSessions ListUserSessions
        """,
    ),
    "UserResourceUpdate": Category(
        25,
        """
        AdminAddUserToGroup AdminRemoveUserFromGroup AdminForgetDevice ForgetDevice AdminUpdateDeviceStatus
        UpdateDeviceStatus ConfirmDevice AdminUpdateAuthEventFeedback UpdateAuthEventFeedback VerifySoftwareToken
        AdminDeleteSoftwareToken StartWebAuthnRegistration CompleteWebAuthnRegistration DeleteWebAuthnCredential
        AdminRevokeUserSession RevokeUserSession ResendConfirmationCode
        """,
    ),
    "UserList": Category(30, "ListUsers ListUsersInGroup"),
    "UserPoolRead": Category(15, "DescribeUserPool ListUserPools"),
    "UserPoolUpdate": Category(15, "CreateUserPool UpdateUserPool DeleteUserPool"),
    "UserPoolResourceRead": Category(
        20,
        """
        DescribeIdentityProvider DescribeResourceServer DescribeUserImportJob GetCSVHeader GetGroup
        GetIdentityProviderByIdentifier GetUICustomization GetUserPoolMfaConfig ListGroups ListIdentityProviders
        ListResourceServers ListTagsForResource ListUserImportJobs DescribeRiskConfiguration
        GetLogDeliveryConfiguration DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeTerms
        DescribeTermsByClient ListTerms ListUserPoolReplicas GetUserPoolSessionConfiguration
        GetUserPoolClientSessionConfiguration DescribeCIMDPolicy ListCIMDPolicies ListClientMetadataURLs
        """,
    ),
    "UserPoolResourceUpdate": Category(
        15,
        """
        AddCustomAttributes CreateGroup CreateIdentityProvider CreateResourceServer CreateUserImportJob DeleteGroup
        DeleteIdentityProvider DeleteResourceServer SetUICustomization SetUserPoolMfaConfig StartUserImportJob
        StopUserImportJob UpdateGroup UpdateIdentityProvider UpdateResourceServer UpdateUserPoolDomain
        SetRiskConfiguration SetLogDeliveryConfiguration TagResource UntagResource CreateManagedLoginBranding
        UpdateManagedLoginBranding DeleteManagedLoginBranding CreateTerms UpdateTerms DeleteTerms
        CreateUserPoolReplica UpdateUserPoolReplica DeleteUserPoolReplica SetUserPoolSessionConfiguration
        SetUserPoolClientSessionConfiguration CreateCIMDPolicy UpdateCIMDPolicy DeleteCIMDPolicy
        UpdateClientMetadataURLState
        """,
    ),
    "UserPoolClientRead": Category(15, "DescribeUserPoolClient ListUserPoolClients ListUserPoolClientSecrets"),
    "UserPoolClientUpdate": Category(
        15,
        """
        CreateUserPoolClient UpdateUserPoolClient DeleteUserPoolClient AddUserPoolClientSecret
        DeleteUserPoolClientSecret
        """,
    ),
    "ClientAuthentication": Category(150, "GetClientToken"),
}
"""Operations that do not declare TooManyRequestsException are in no category."""

CATEGORY_OF = {operation: name for name, each in CATEGORIES.items() for operation in each.operations.split()}
"""Operation → the category that it counts in. GetProvisionedLimit and UpdateProvisionedLimit count in none."""


def category(definition: Mapping[str, Any]) -> str:
    """The category that a LimitDefinition names.

    Raises InvalidParameterException if its attributes are not one `Category`, ResourceNotFoundException for an unknown
    one.
    """
    # AWS unknown: the errors of GetProvisionedLimit and UpdateProvisionedLimit when a LimitDefinition names no
    # category.
    attributes = definition["Attributes"]
    if attributes.keys() != {"Category"}:
        raise InvalidParameterException("The attributes of the class API_CATEGORY are: Category.")
    name = str(attributes["Category"])
    if name not in CATEGORIES:
        raise ResourceNotFoundException(f"The API category {name} does not exist.")
    return name


def limit(context: Context, name: str) -> int:
    """The limit of a category in the caller's region, in calls a second."""
    found = context.unit.provisioned_limits.get(context.region, name)
    return found.value if found else CATEGORIES[name].free


def provision(context: Context, name: str, value: int) -> None:
    """Store the limit of a category in the caller's region, and enforce it once the transaction is committed.

    `value` is in calls a second. Raises InvalidParameterException below the free limit, ServiceQuotaExceededException
    above the highest one.
    """
    # AWS unknown: the messages of UpdateProvisionedLimit when the value is lower than the free limit or too high.
    free = CATEGORIES[name].free
    if value < free:
        raise InvalidParameterException(f"The limit of {name} cannot be less than {free}.")
    if value > _MOST:
        raise ServiceQuotaExceededException(f"The limit of {name} cannot be more than {_MOST}.")
    region = context.region
    context.unit.provisioned_limits.put(ProvisionedLimit(region, name, value))
    context.unit.server_state.announce()
    context.afterwards.append(lambda: context.world.rates.provisioned({(region, name): value}))


def enforce(context: Context) -> None:
    """Enforce the stored limits of all regions. Called when a server starts, which has no limits in memory yet."""
    set_before = context.unit.provisioned_limits.all()
    context.world.rates.limit({(each.region, each.category): each.value for each in set_before})


def check(context: Context, operation: str, region: str) -> None:
    """Count a call in a region against the limit of its category. Raises TooManyRequestsException above the limit.

    An operation without a category, or a category without a limit, is never refused.
    """
    # Unlike AWS: no category has a limit until UpdateProvisionedLimit sets one. AWS enforces its defaults.
    name = CATEGORY_OF.get(operation)
    if name is None:
        return
    kind, times = ("answers", 3) if operation in _ANSWERS else ("", 1)
    if not context.world.rates.take((region, name), context.now, kind=kind, times=times, unit=context.unit):
        raise TooManyRequestsException("Rate exceeded", f"more {name} calls in {region} than its limit allows")
