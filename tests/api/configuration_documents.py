"""What a file of somebody's infrastructure may say of a pool and of what belongs to it."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
SES = "arn:aws:ses:us-east-1:000000000000:identity/app@example.com"
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
GOOGLE: Document = {"client_id": "web", "client_secret": "secret", "authorize_scopes": "openid email"}
OIDC: Document = {
    "client_id": "web",
    "client_secret": "secret",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "oidc_issuer": "http://127.0.0.1:9",
    "authorize_url": "http://127.0.0.1:9/authorize",
    "token_url": "http://127.0.0.1:9/token",
    "attributes_url": "http://127.0.0.1:9/me",
    "jwks_uri": "http://127.0.0.1:9/jwks",
}
CLIENT: Document = {
    "ClientName": "web",
    "RefreshTokenValidity": 7,
    "AccessTokenValidity": 20,
    "TokenValidityUnits": {"AccessToken": "minutes", "RefreshToken": "days"},
    "ReadAttributes": ["email", "name"],
    "WriteAttributes": ["email"],
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["http://localhost:3000/", "https://app.example.com/cb"],
    "LogoutURLs": ["https://app.example.com/bye"],
    "DefaultRedirectURI": "https://app.example.com/cb",
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["email", "openid"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": False,
    "AuthSessionValidity": 5,
}
POOL: Document = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": False,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "PasswordHistorySize": 2,
            "TemporaryPasswordValidityDays": 3,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {"PreSignUp": FUNCTION},
    "AutoVerifiedAttributes": ["email"],
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailMessage": "{####}",
        "EmailSubject": "Hello",
        "SmsMessage": "{####}",
    },
    "SmsAuthenticationMessage": "Code {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "MfaConfiguration": "OFF",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SES, "From": "App <app@example.com>"},
    "SmsConfiguration": SMS,
    "UserPoolTags": {"team": "red"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {
            "SMSMessage": "{username} {####}",
            "EmailMessage": "{username} {####}",
            "EmailSubject": "Welcome",
        },
    },
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    "UserPoolTier": "PLUS",
}
RISK: Document = {
    "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"], "Actions": {"EventAction": "BLOCK"}},
    "AccountTakeoverRiskConfiguration": {
        "Actions": {
            "LowAction": {"Notify": False, "EventAction": "NO_ACTION"},
            "HighAction": {"Notify": True, "EventAction": "BLOCK"},
        },
        "NotifyConfiguration": {
            "From": "app@example.com",
            "ReplyTo": "app@example.com",
            "SourceArn": SES,
            "BlockEmail": {"Subject": "Blocked", "HtmlBody": "<p>Blocked</p>", "TextBody": "Blocked"},
        },
    },
    "RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"], "SkippedIPRangeList": ["198.51.100.1/32"]},
}
MFA: Document = {
    "MfaConfiguration": "OPTIONAL",
    "SoftwareTokenMfaConfiguration": {"Enabled": True},
    "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": SMS},
    "WebAuthnConfiguration": {
        "RelyingPartyId": "localhost",
        "UserVerification": "required",
        "FactorConfiguration": "SINGLE_FACTOR",
    },
}
LINKS: Document = {"cognito:default": "https://example.com/terms"}
