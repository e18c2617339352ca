"""The operations to measure, each a row of the table; the connection of a caller, and the server it calls."""

from __future__ import annotations

import http.client
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench import oauth, srp
from bench.oauth import PASSWORD, Refused

CREDENTIAL = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
PREFIX = {"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService"}


class Caller:
    """A persistent HTTP connection."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def ask(self, operation: str, body: dict[str, Any], service: str = "cognito-idp") -> dict[str, Any]:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{PREFIX[service]}.{operation}",
            "Authorization": CREDENTIAL.format(service),
        }
        return self.send("POST", "/", json.dumps(body), headers)

    def send(self, method: str, path: str, body: str | None = None, headers: Any = ()) -> dict[str, Any]:
        self.connection.request(method, path, body, dict(headers))
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Refused(f"{answer.status} {text[:100].decode(errors='replace')}")
        return dict(json.loads(text or b"{}"))


@dataclass
class Site:
    """A server to measure, and what `prepare` created there."""

    url: str
    users: int = 1
    pool: str = ""
    client: str = ""
    access: str = ""
    refresh: str = ""
    identity_token: str = ""
    provider: str = ""
    identity_pool: str = ""
    spare_pools: Sequence[str] = ()
    web: str = ""
    service: str = ""
    session: str = ""
    oauth_access: str = ""
    oauth_refresh: str = ""

    def prepare(self) -> None:
        """Create a pool with one user who is signed in, and an identity pool."""
        caller = Caller(self.url)
        self.pool = caller.ask("CreateUserPool", {"PoolName": "bench"})["UserPool"]["Id"]
        spare = (caller.ask("CreateUserPool", {"PoolName": "spare"}) for _ in range(20))
        self.spare_pools = [created["UserPool"]["Id"] for created in spare]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = {"UserPoolId": self.pool, "ClientName": "bench", "ExplicitAuthFlows": flows}
        self.client = caller.ask("CreateUserPoolClient", client)["UserPoolClient"]["ClientId"]
        admin_create_user(caller, self, "0")
        password = {"UserPoolId": self.pool, "Username": "user0", "Password": PASSWORD, "Permanent": True}
        caller.ask("AdminSetUserPassword", password)
        tokens = initiate_auth(caller, self, "")["AuthenticationResult"]
        self.access, self.refresh, self.identity_token = (
            tokens[f"{name}Token"] for name in ("Access", "Refresh", "Id")
        )
        self.provider = f"cognito-idp.us-east-1.amazonaws.com/{self.pool}"
        try:
            self.identity_pool = self._identity_pool(caller)
        except Refused as refusal:
            print(f"no identity pool at {self.url}: {refusal}", file=sys.stderr)
        try:
            oauth.prepare(caller, self)
        except Refused as refusal:
            print(f"no OAuth at {self.url}: {refusal}", file=sys.stderr)

    def _identity_pool(self, caller: Caller) -> str:
        body = {
            "IdentityPoolName": "bench",
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [{"ProviderName": self.provider, "ClientId": self.client}],
        }
        made = str(caller.ask("CreateIdentityPool", body, "cognito-identity")["IdentityPoolId"])
        roles = {"authenticated": "arn:aws:iam::000000000000:role/bench"}
        caller.ask("SetIdentityPoolRoles", {"IdentityPoolId": made, "Roles": roles}, "cognito-identity")
        return made


# Each operation takes a caller, a site, and a text that is unique to the call.


def admin_get_user(caller: Caller, site: Site, _unique: str) -> None:
    caller.ask("AdminGetUser", {"UserPoolId": site.pool, "Username": f"user{random.randrange(site.users)}"})


def get_user(caller: Caller, site: Site, _unique: str) -> None:
    caller.ask("GetUser", {"AccessToken": site.access})


def list_users_by_email(caller: Caller, site: Site, _unique: str) -> None:
    email = f"user{random.randrange(site.users)}@example.com"
    found = caller.ask("ListUsers", {"UserPoolId": site.pool, "Filter": f'email = "{email}"'})["Users"]
    if len(found) != 1:
        raise Refused(f"{len(found)} users have the address {email}")


def admin_create_user(caller: Caller, site: Site, unique: str) -> None:
    email = {"Name": "email", "Value": f"user{unique}@example.com"}
    body = {"UserPoolId": site.pool, "Username": f"user{unique}", "UserAttributes": [email]}
    caller.ask("AdminCreateUser", body | {"MessageAction": "SUPPRESS"})


def sign_up(caller: Caller, site: Site, unique: str) -> None:
    email = {"Name": "email", "Value": f"up{unique}@example.com"}
    body = {"ClientId": site.client, "Username": f"up{unique}", "Password": PASSWORD, "UserAttributes": [email]}
    caller.ask("SignUp", body)


def initiate_auth(caller: Caller, site: Site, _unique: str, user: str = "user0") -> dict[str, Any]:
    answers = {"USERNAME": user, "PASSWORD": PASSWORD}
    body = {"ClientId": site.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": answers}
    return caller.ask("InitiateAuth", body)


def srp_sign_in(caller: Caller, site: Site, _unique: str) -> None:
    """InitiateAuth and RespondToAuthChallenge, and the modular powers of the client between them."""
    answers = {"USERNAME": "user0", "SRP_A": srp.SRP_A}
    begun = {"ClientId": site.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": answers}
    challenge = caller.ask("InitiateAuth", begun)
    proof = srp.responses(challenge["ChallengeParameters"], site.pool, PASSWORD)
    body = {"ClientId": site.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": proof}
    caller.ask("RespondToAuthChallenge", body)


def refresh(caller: Caller, site: Site, _unique: str) -> None:
    answers = {"REFRESH_TOKEN": site.refresh}
    caller.ask("InitiateAuth", {"ClientId": site.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": answers})


def create_user_pool(caller: Caller, _site: Site, unique: str) -> None:
    caller.ask("CreateUserPool", {"PoolName": f"bench-{unique}"})


def create_user_pool_client(caller: Caller, site: Site, unique: str) -> None:
    """In one of several pools, since a pool allows 1 000 clients."""
    pool = random.choice(site.spare_pools)
    caller.ask("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": f"bench-{unique}"})


def credentials(caller: Caller, site: Site, _unique: str) -> None:
    logins = {site.provider: site.identity_token}
    identity = caller.ask("GetId", {"IdentityPoolId": site.identity_pool, "Logins": logins}, "cognito-identity")
    body = {"IdentityId": identity["IdentityId"], "Logins": logins}
    caller.ask("GetCredentialsForIdentity", body, "cognito-identity")


def jwks(caller: Caller, site: Site, _unique: str) -> None:
    caller.send("GET", f"/{site.pool}/.well-known/jwks.json")


@dataclass(frozen=True)
class Row:
    """A row of the table. `limit` names the unavoidable costs of a call; `pause` lets the reserve of keys fill up."""

    name: str
    run: Callable[[Caller, Site, str], object]
    limit: Sequence[str] = ()
    pause: float = 0.0


ROWS = [
    Row("AdminGetUser", admin_get_user),
    Row("GetUser", get_user),
    Row("ListUsers by email", list_users_by_email),
    Row("AdminCreateUser", admin_create_user, ["bcrypt", "commit"]),
    Row("SignUp", sign_up, ["bcrypt", "commit"]),
    Row("InitiateAuth USER_PASSWORD_AUTH", initiate_auth, ["bcrypt", "RSA", "RSA", "commit"]),
    Row("SRP sign-in, client's 2 powers too", srp_sign_in, ["power"] * 5 + ["RSA", "RSA", "commit", "commit"]),
    Row("InitiateAuth REFRESH_TOKEN_AUTH", refresh, ["RSA", "RSA"]),
    Row("CreateUserPool, one in 0.2 s", create_user_pool, ["commit"], pause=0.2),
    Row("CreateUserPoolClient", create_user_pool_client, ["commit"]),
    Row("JWKS", jwks),
    Row("GetId + GetCredentialsForIdentity", credentials),
    Row("/oauth2/authorize with a session", oauth.authorize, ["commit"]),
    Row("authorize, code exchanged", oauth.exchange, ["RSA", "RSA", "commit", "commit"]),
    Row("/oauth2/token refresh_token", oauth.refresh, ["RSA", "RSA"]),
    Row("/oauth2/token client_credentials", oauth.client_credentials, ["RSA"]),
    Row("/oauth2/userInfo", oauth.user_info),
    Row("whole code sign-in, 4 requests", oauth.sign_in, ["bcrypt", "RSA", "RSA", "commit", "commit"]),
]
BY_USERS = [ROWS[n] for n in (0, 1, 2, 3, 5)]
