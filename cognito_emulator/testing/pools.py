"""User pools with an app client, and users who are signed in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cognito_emulator.testing.control import Messages
from cognito_emulator.testing.errors import CognitoEmulatorError
from cognito_emulator.testing.shortcuts import AuthenticatorApp, Tokens
from cognito_emulator.testing.wire import Wire

FLOWS = (
    "ALLOW_USER_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
"""The ExplicitAuthFlows of a client, unless it is given others."""
USERNAME, EMAIL, PHONE, PASSWORD = "ada", "ada@example.com", "+15555550100", "Correct-horse-7"


@dataclass(frozen=True, slots=True)
class User:
    """A confirmed user, and the tokens of a sign-in."""

    username: str
    password: str
    sub: str
    id_token: str
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool with an app client."""

    id: str
    arn: str
    client_id: str
    client_secret: str | None = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    """What CreateUserPool answered about the pool."""
    flows: Sequence[str] = field(repr=False)
    """The ExplicitAuthFlows of the client."""
    wire: Wire = field(repr=False, compare=False)

    @property
    def issuer(self) -> str:
        """The `iss` of the pool's tokens, from its discovery document."""
        return str(self.wire.get(f"/{self.id}/.well-known/openid-configuration")["issuer"])

    @property
    def jwks(self) -> dict[str, Any]:
        """The pool's public keys, for verifiers that take a key set."""
        return self.wire.get(f"/{self.id}/.well-known/jwks.json")

    @property
    def messages(self) -> Messages:
        """The messages of this pool."""
        return Messages(self.wire, self.id)

    def secret_hash(self, username: str) -> dict[str, str]:
        """The parameter SECRET_HASH for this username; nothing if the client has no secret."""
        if self.client_secret is None:
            return {}
        digest = hmac.digest(self.client_secret.encode(), f"{username}{self.client_id}".encode(), hashlib.sha256)
        return {"SECRET_HASH": base64.b64encode(digest).decode()}

    def create_user(
        self,
        username: str | None = None,
        password: str = PASSWORD,
        *,
        groups: Sequence[str] = (),
        **attributes: str,
    ) -> User:
        """A user who is confirmed and signed in. Groups that the pool lacks are created.

        The username is `ada`, or an address where usernames are addresses. The attributes are a verified e-mail
        address, and those that are given; underscores stand for the hyphen in `custom:`, as in `custom_tenant="a"`.
        """
        name = username or self._usual_name()
        given = {_attribute(key): value for key, value in attributes.items()}
        members = [{"Name": key, "Value": value} for key, value in (self._usual_attributes(name) | given).items()]
        self.wire.call(
            "AdminCreateUser", UserPoolId=self.id, Username=name, UserAttributes=members, MessageAction="SUPPRESS"
        )
        self.wire.call("AdminSetUserPassword", UserPoolId=self.id, Username=name, Password=password, Permanent=True)
        for group in groups:
            self._add_to_group(name, group)
        return self.sign_in(name, password)

    def sign_in(self, username: str, password: str = PASSWORD) -> User:
        """Sign a user in with a password. Raises `CognitoEmulatorError` if that takes more than a password."""
        parameters = {"USERNAME": username, "PASSWORD": password, **self.secret_hash(username)}
        request = {"ClientId": self.client_id, "AuthParameters": parameters}
        if "ALLOW_ADMIN_USER_PASSWORD_AUTH" in self.flows:
            answer = self.wire.call(
                "AdminInitiateAuth", UserPoolId=self.id, AuthFlow="ADMIN_USER_PASSWORD_AUTH", **request
            )
        else:
            answer = self.wire.call("InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", **request)
        if "AuthenticationResult" not in answer:
            raise CognitoEmulatorError(
                f"{username} cannot be signed in with a password alone: Cognito answers {answer.get('ChallengeName')}"
            )
        tokens = answer["AuthenticationResult"]
        claims = _claims(tokens["IdToken"])
        return User(
            username=claims["cognito:username"],
            password=password,
            sub=claims["sub"],
            id_token=tokens["IdToken"],
            access_token=tokens["AccessToken"],
            refresh_token=tokens["RefreshToken"],
        )

    def tokens(self, username: str, scopes: Sequence[str] | None = None) -> Tokens:
        """Tokens of a user without a sign-in. `scopes` replace those of the access token."""
        body: dict[str, Any] = {"pool": self.id, "client": self.client_id, "user": username}
        minted = self.wire.control("POST", "tokens", body | ({} if scopes is None else {"scopes": list(scopes)}))
        return Tokens(**minted)

    def authenticator_app(self, username: str, secret: str | None = None) -> AuthenticatorApp:
        """The authenticator app of a user, with its present code. It is enrolled now if the user has none.

        `secret` replaces the secret.
        """
        body = {"pool": self.id, "user": username, **({} if secret is None else {"secret": secret})}
        return AuthenticatorApp(**self.wire.control("POST", "totp", body))

    def add_claims(
        self,
        username: str,
        *,
        id: Mapping[str, Any] | None = None,
        access: Mapping[str, Any] | None = None,
        times: int = 1,
    ) -> None:
        """Add claims to the next ID token and access token of a user, those of `times` sign-ins or refreshes."""
        claims = {"id": dict(id or {}), "access": dict(access or {})}
        self.wire.control("POST", "claims", {"pool": self.id, "user": username, "times": times, **claims})

    def reset(self) -> None:
        """Delete the users, groups and messages of this pool, and nothing else."""
        self.wire.control("POST", "reset", query={"pool": self.id})

    def delete(self) -> None:
        """Delete the pool."""
        self.wire.call("DeleteUserPool", UserPoolId=self.id)

    def _usual_name(self) -> str:
        kinds = self.settings.get("UsernameAttributes") or ()
        return EMAIL if "email" in kinds else PHONE if "phone_number" in kinds else USERNAME

    def _usual_attributes(self, name: str) -> dict[str, str]:
        """Attributes of a user with this name: unique, since e-mail addresses may be aliases."""
        if name.startswith("+"):
            return {"phone_number": name, "phone_number_verified": "true"}
        return {"email": name if "@" in name else f"{name}@example.com", "email_verified": "true"}

    def _add_to_group(self, username: str, group: str) -> None:
        groups = self.wire.call("ListGroups", UserPoolId=self.id, Limit=60)["Groups"]
        if group not in [each["GroupName"] for each in groups]:
            self.wire.call("CreateGroup", UserPoolId=self.id, GroupName=group)
        self.wire.call("AdminAddUserToGroup", UserPoolId=self.id, Username=username, GroupName=group)


def create(wire: Wire, name: str, client: Mapping[str, Any] | None, members: Mapping[str, Any]) -> Pool:
    """Create a pool and its app client."""
    pool = wire.call("CreateUserPool", **{"PoolName": name, **members})["UserPool"]
    asked = {"ClientName": "test", "ExplicitAuthFlows": list(FLOWS), **(client or {})}
    made = wire.call("CreateUserPoolClient", UserPoolId=pool["Id"], **asked)["UserPoolClient"]
    return Pool(
        id=pool["Id"],
        arn=pool["Arn"],
        client_id=made["ClientId"],
        client_secret=made.get("ClientSecret"),
        settings=pool,
        flows=made.get("ExplicitAuthFlows", []),
        wire=wire,
    )


def _claims(token: str) -> dict[str, Any]:
    """The claims of a token that the server has just made, without verification."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _attribute(keyword: str) -> str:
    """The name of an attribute in a keyword: `custom_tenant` is `custom:tenant`."""
    return f"custom:{keyword.removeprefix('custom_')}" if keyword.startswith("custom_") else keyword
