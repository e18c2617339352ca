"""AWSCognitoIdentityService: the operations of identity pools.

The rules (validation of logins, identities, roles, tokens) are in emulator.domain.identities.
"""

MODULES = {
    "credentials": "GetCredentialsForIdentity GetOpenIdToken",
    "developer_identities": "GetOpenIdTokenForDeveloperIdentity LookupDeveloperIdentity MergeDeveloperIdentities "
    "UnlinkDeveloperIdentity",
    "identities": "GetId UnlinkIdentity DeleteIdentities DescribeIdentity ListIdentities",
    "pools": "CreateIdentityPool DescribeIdentityPool UpdateIdentityPool DeleteIdentityPool ListIdentityPools "
    "SetIdentityPoolRoles GetIdentityPoolRoles",
    "principal_tags": "GetPrincipalTagAttributeMap SetPrincipalTagAttributeMap",
    "tags": "TagResource UntagResource ListTagsForResource",
}
"""Each module with its operations: it is imported for the first call of one of them."""
