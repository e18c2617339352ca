"""AWSCognitoIdentityProviderService: the operations of user pools, one module for each chapter of the AWS guide.

An operation passes the members of its request to the rules in emulator.domain, and makes its answer from their results.
What OAuth endpoints and pages need too is decided there. Each operation is a function of one `Call`, whose request is
valid by the service model. It returns the members of its answer, None for an empty body, and raises AWS's exceptions.
"""

MODULES = {
    "attributes": "AdminUpdateUserAttributes UpdateUserAttributes AdminDeleteUserAttributes DeleteUserAttributes "
    "GetUserAttributeVerificationCode VerifyUserAttribute",
    "branding": "CreateManagedLoginBranding DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient "
    "UpdateManagedLoginBranding DeleteManagedLoginBranding SetUICustomization GetUICustomization",
    "cimd": "CreateCIMDPolicy DescribeCIMDPolicy UpdateCIMDPolicy DeleteCIMDPolicy ListCIMDPolicies "
    "ListClientMetadataURLs UpdateClientMetadataURLState",
    "client_secrets": "AddUserPoolClientSecret ListUserPoolClientSecrets DeleteUserPoolClientSecret",
    "clients": "CreateUserPoolClient DescribeUserPoolClient UpdateUserPoolClient DeleteUserPoolClient "
    "ListUserPoolClients",
    "devices": "ConfirmDevice GetDevice AdminGetDevice ListDevices AdminListDevices UpdateDeviceStatus "
    "AdminUpdateDeviceStatus ForgetDevice AdminForgetDevice",
    "domains": "CreateUserPoolDomain DescribeUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain",
    "groups": "CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups ListUsersInGroup AdminAddUserToGroup "
    "AdminRemoveUserFromGroup AdminListGroupsForUser",
    "imports": "GetCSVHeader CreateUserImportJob StartUserImportJob StopUserImportJob DescribeUserImportJob "
    "ListUserImportJobs",
    "mfa": "AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken SetUserMFAPreference "
    "AdminSetUserMFAPreference SetUserSettings AdminSetUserSettings GetUserAuthFactors AdminGetUserAuthFactors",
    "passkeys": "StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials "
    "DeleteWebAuthnCredential",
    "passwords": "ForgotPassword ConfirmForgotPassword ChangePassword AdminSetUserPassword AdminResetUserPassword",
    "pools": "CreateUserPool DescribeUserPool GetSigningCertificate UpdateUserPool DeleteUserPool ListUserPools "
    "SetUserPoolMfaConfig GetUserPoolMfaConfig AddCustomAttributes",
    "providers": "CreateIdentityProvider DescribeIdentityProvider GetIdentityProviderByIdentifier "
    "UpdateIdentityProvider DeleteIdentityProvider ListIdentityProviders AdminLinkProviderForUser "
    "AdminDisableProviderForUser",
    "provisioned_limits": "GetProvisionedLimit UpdateProvisionedLimit",
    "recovery": "InitiatePointInTimeRecovery DescribePointInTimeRecovery StartPointInTimeRecovery "
    "CancelPointInTimeRecovery ListPointInTimeRecoveries",
    "replicas": "CreateUserPoolReplica UpdateUserPoolReplica DeleteUserPoolReplica ListUserPoolReplicas",
    "resource_servers": "CreateResourceServer DescribeResourceServer UpdateResourceServer DeleteResourceServer "
    "ListResourceServers",
    "sessions": "SetUserPoolSessionConfiguration GetUserPoolSessionConfiguration "
    "SetUserPoolClientSessionConfiguration GetUserPoolClientSessionConfiguration ListUserSessions "
    "AdminListUserSessions RevokeUserSession AdminRevokeUserSession",
    "signin": "InitiateAuth AdminInitiateAuth RespondToAuthChallenge AdminRespondToAuthChallenge",
    "signup": "SignUp ConfirmSignUp AdminConfirmSignUp ResendConfirmationCode",
    "tags": "TagResource UntagResource ListTagsForResource",
    "terms": "CreateTerms DescribeTerms DescribeTermsByClient UpdateTerms DeleteTerms ListTerms",
    "threat_protection": "SetRiskConfiguration DescribeRiskConfiguration AdminListUserAuthEvents "
    "AdminUpdateAuthEventFeedback UpdateAuthEventFeedback SetLogDeliveryConfiguration GetLogDeliveryConfiguration",
    "tokens": "GlobalSignOut AdminUserGlobalSignOut GetTokensFromRefreshToken GetClientToken GetDerivedToken "
    "RevokeToken",
    "users": "AdminCreateUser AdminGetUser GetUser ListUsers AdminDeleteUser DeleteUser AdminEnableUser "
    "AdminDisableUser",
}
"""Each module with its operations: it is imported for the first call of one of them."""
