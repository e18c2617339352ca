"""A pool with threat protection, who signs in to it from where, and what is said of that afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, pairs

Json = dict[str, Any]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
HOME, WORK, BEACH = "192.0.2.1", "198.51.100.7", "2001:db8::7"
BLOCKED_ADDRESS = "NotAuthorizedException: Request not allowed due to security reasons."
BLOCKED = "NotAuthorizedException: Unable to login because of security reasons."
UNUSABLE = "InvalidPasswordException: Provided password cannot be used for security reasons."
TO_RESET = "PasswordResetRequiredException: Password reset required for user due to security reasons"
BREACHED = "Password123!"
ARN = "arn:aws:ses:us-east-1:123456789012:identity/me@example.com"
NOTIFY: Json = {"SourceArn": ARN}
MAIL = "ana@example.com"


def takeover(notify: Json | None = None, **actions: str) -> Json:
    """AccountTakeoverRiskConfiguration: `Low="BLOCK"` and so on, with mails where `notify` is given."""
    by_level = {
        f"{level}Action": {"Notify": notify is not None, "EventAction": action} for level, action in actions.items()
    }
    return {"Actions": by_level} | ({"NotifyConfiguration": notify} if notify is not None else {})


def compromised(action: str = "BLOCK", *events: str) -> Json:
    """CompromisedCredentialsRiskConfiguration."""
    return {"Actions": {"EventAction": action}} | ({"EventFilter": list(events)} if events else {})


@dataclass
class Guarded:
    """A pool with threat protection, and a client of it."""

    api: Api
    pool: str
    client: str

    def configure(self, client: str | None = None, **parts: Any) -> Json:
        """SetRiskConfiguration, by the first word of its parts: `Compromised`, `Takeover`, `Exceptions`."""
        names = {
            "Compromised": "CompromisedCredentialsRiskConfiguration",
            "Takeover": "AccountTakeoverRiskConfiguration",
            "Exceptions": "RiskExceptionConfiguration",
        }
        members = {names[name]: value for name, value in parts.items()} | ({"ClientId": client} if client else {})
        answer = self.api.idp("SetRiskConfiguration", UserPoolId=self.pool, **members)
        return dict(answer["RiskConfiguration"])

    def described(self, **members: str) -> Json:
        """DescribeRiskConfiguration."""
        return dict(self.api.idp("DescribeRiskConfiguration", UserPoolId=self.pool, **members)["RiskConfiguration"])

    def enter(
        self, address: str = HOME, agent: str = FIREFOX, username: str = "ana", password: str = PASSWORD, **more: Any
    ) -> Json:
        """Sign in by way of an application's server, which tells of its user."""
        headers = [{"headerName": "User-Agent", "headerValue": agent}]
        context = {"IpAddress": address, "ServerName": "app", "ServerPath": "/", "HttpHeaders": headers}
        return self.api.idp(
            "AdminInitiateAuth",
            UserPoolId=self.pool,
            ClientId=more.pop("ClientId", self.client),
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
            ContextData={**context, **more},
        )

    def events(self, username: str = "ana", **members: Any) -> list[Json]:
        """AdminListUserAuthEvents."""
        answer = self.api.idp("AdminListUserAuthEvents", UserPoolId=self.pool, Username=username, **members)
        return list(answer["AuthEvents"])

    def risks(self, username: str = "ana") -> list[tuple[str, str | None]]:
        """What was decided, and at which level, the oldest first."""
        found = [event["EventRisk"] for event in reversed(self.events(username))]
        return [(risk["RiskDecision"], risk.get("RiskLevel")) for risk in found]

    def responses(self, username: str = "ana") -> list[tuple[str, str]]:
        """Types and responses, the oldest first."""
        return [(event["EventType"], event["EventResponse"]) for event in reversed(self.events(username))]

    def sign_up(self, username: str = "bob", password: str = PASSWORD, **more: Any) -> Json:
        """SignUp, with an address."""
        address = pairs({"email": f"{username}@example.com"})
        members = {"ClientId": self.client, "Username": username, "Password": password, "UserAttributes": address}
        return self.api.idp("SignUp", **members, **more)


def a_guarded(api: Api, mode: str = "ENFORCED", custom: str = "", **members: Any) -> Guarded:
    """A place with Ana, who has a verified address."""
    further = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": custom}} if custom else {}
    add_ons = {"AdvancedSecurityMode": mode, **further}
    pool = a_pool(api, UserPoolAddOns=add_ons, AutoVerifiedAttributes=["email"], **members)
    a_user(api, pool, email=MAIL, email_verified="true")
    return Guarded(api, pool, a_client(api, pool))
