"""AWSSecurityTokenService: temporary credentials for roles, sessions and federated users, and who has which.

Whether a role may be assumed is decided in emulator.domain.trust, by the table of roles.
"""

MODULES = {
    "assumed_roles": "AssumeRole AssumeRoot",
    "federated_roles": "AssumeRoleWithWebIdentity AssumeRoleWithSAML",
    "identity": "GetCallerIdentity GetAccessKeyInfo DecodeAuthorizationMessage",
    "sessions": "GetSessionToken GetFederationToken GetScopedCredentials GetDelegatedAccessToken",
    "web_identity_tokens": "GetWebIdentityToken",
}
"""Each module with its operations: it is imported for the first call of one of them."""
