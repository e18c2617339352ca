"""What the tests about second factors share: pools that have them, users who use them, and the answers to both."""

from __future__ import annotations

from typing import Any

from keys import totp
from tests.api.signing_in import enter
from tests.builders import Api, a_client, a_pool, a_user, sign_in

Answer = dict[str, Any]

SNS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
SMS: dict[str, Any] = {"SmsMfaConfiguration": {"SmsConfiguration": SNS}}
TOTP: dict[str, Any] = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
EMAIL: dict[str, Any] = {"EmailMfaConfiguration": {"Message": "Code: {####}", "Subject": "Hello"}}
OWN_SENDER: dict[str, Any] = {
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/me@example.com",
    }
}
MAIL, PHONE = "ana@example.com", "+15555559934"

MISMATCH = "CodeMismatchException: Invalid code or auth state for the user."
WRONG_TOTP = "CodeMismatchException: Invalid code received for user"
USED = "ExpiredCodeException: Your software token has already been used once."
FAILED = "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA"
ONCE = "NotAuthorizedException: Invalid session for the user, session can only be used once."
INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
NOT_VERIFIED = "InvalidParameterException: User has not verified software token mfa"


def a_place(api: Api, mode: str = "OPTIONAL", *methods: dict[str, Any], **pool: Any) -> tuple[str, str]:
    """A pool with these second factors (all where none is named), and a client of it."""
    made = a_pool(api, **OWN_SENDER, **pool)
    configure(api, made, mode, *(methods or (SMS, TOTP, EMAIL)))
    return made, a_client(api, made)


def configure(api: Api, pool: str, mode: str, *methods: dict[str, Any]) -> Answer:
    """SetUserPoolMfaConfig."""
    members = {name: value for method in methods for name, value in method.items()}
    return api.idp("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration=mode, **members)


def ana(api: Api, pool: str, *names: str) -> None:
    """Ana, confirmed, with these of her addresses, unverified."""
    addresses = {"email": MAIL, "phone_number": PHONE}
    a_user(api, pool, **{name: addresses[name] for name in names})


def prefer(api: Api, pool: str, username: str = "ana", **settings: str) -> None:
    """AdminSetUserMFAPreference: `SMS="on"`, `"best"` or `"off"`, and so on for SoftwareToken, Email and WebAuthn."""
    values = {"on": {"Enabled": True}, "best": {"Enabled": True, "PreferredMfa": True}, "off": {"Enabled": False}}
    members = {f"{name}MfaSettings": values[value] for name, value in settings.items()}
    api.idp("AdminSetUserMFAPreference", UserPoolId=pool, Username=username, **members)


def enrol(api: Api, token: str) -> str:
    """Set a software token up with an access token; answers the secret. The code of this time step is used up."""
    secret = str(api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"])
    api.idp("VerifySoftwareToken", AccessToken=token, UserCode=code_of(api, secret))
    return secret


def an_enrolled(api: Api, pool: str, client: str, *names: str) -> str:
    """Ana with a software token that she activated, whose next code is fresh; answers its secret."""
    ana(api, pool, *names)
    secret = enrol(api, sign_in(api, client)["AccessToken"])
    prefer(api, pool, SoftwareToken="on")
    api.world.clock.advance(seconds=30)
    return secret


def code_of(api: Api, secret: str, steps: int = 0) -> str:
    """What an authenticator shows now, or some time steps from now."""
    return totp.code(secret, totp.step(api.world.clock.now()) + steps)


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def answer(api: Api, client: str, name: str, session: str, username: str = "ana", **responses: str) -> Answer:
    """RespondToAuthChallenge."""
    return api.idp(
        "RespondToAuthChallenge",
        ClientId=client,
        ChallengeName=name,
        Session=session,
        ChallengeResponses={"USERNAME": username, **responses},
    )


def challenged(api: Api, client: str, name: str, username: str = "ana") -> Answer:
    """Sign in with the password, which is to lead to a challenge."""
    challenge = enter(api, client, username)
    assert challenge["ChallengeName"] == name
    return challenge
