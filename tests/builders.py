"""Callers and what they call about: what a test does not say is defaulted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import jwt
import pytest
from flask.testing import FlaskClient

from emulator.outside.mailbox import Message
from emulator.outside.world import World
from emulator.wire import model

PASSWORD = "Correct-Horse-1"
IDP = "AWSCognitoIdentityProviderService"
IDENTITY = "AWSCognitoIdentityService"


class Refused(Exception):
    """A call was refused."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass
class Api:
    """The server as a caller meets it. Every call checks the envelope that all answers share."""

    http: FlaskClient
    world: World
    region: str = "us-east-1"
    headers: dict[str, str] = field(default_factory=dict)

    def idp(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call a user pool operation."""
        return self.json(IDP, operation, members)

    def identity(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an identity pool operation."""
        return self.json(IDENTITY, operation, members)

    def json(self, target: str, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        """Call an operation of a JSON service; an empty body is `{}`. Raises `Refused`."""
        headers = {
            "X-Amz-Target": f"{target}.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": signature("AKIAQAAAAAAAAAAAAAAA", self.region),
        }
        response = self.http.post("/", data=json.dumps(members), headers=headers | self.headers)
        assert response.content_type == "application/x-amz-json-1.1"
        assert response.headers["x-amzn-RequestId"]
        body: dict[str, Any] = json.loads(response.data or b"{}")
        if response.status_code == 200:
            return body
        code = body["__type"]
        assert response.headers["x-amzn-ErrorType"] == f"{code}:"
        assert code in declared(target, operation), f"{operation} does not declare {code}"
        raise Refused(code, body.get("message", body.get("Message", "")), response.status_code)

    def sts(
        self, action: str, access_key: str = "AKIAQAAAAAAAAAAAAAAA", session_token: str = "", **members: str
    ) -> dict[str, str]:
        """Call an STS action; answers the leaves of its result by name. Raises `Refused`."""
        headers = {"Authorization": signature(access_key, self.region, "sts")}
        if session_token:
            headers["X-Amz-Security-Token"] = session_token
        form = {"Action": action, "Version": "2011-06-15", **members}
        response = self.http.post("/", data=form, headers=headers)
        root = ElementTree.fromstring(response.data)
        leaves = {leaf.tag.split("}")[1]: leaf.text or "" for leaf in root.iter() if not len(leaf)}
        if response.status_code == 200:
            return leaves
        raise Refused(leaves["Code"], leaves["Message"], response.status_code)

    def message(self, **wanted: str) -> Message:
        """The newest message that fits `pool`, `user` and `to`."""
        return self.world.mailbox.messages(**wanted)[-1]  # type: ignore[arg-type]

    def code(self, **wanted: str) -> str:
        """The code in the newest message that fits."""
        return self.message(**wanted).code or ""


FRAMEWORK = frozenset(
    {
        "MissingAuthenticationTokenException",
        "NotImplementedException",
        "SerializationException",
        "UnknownOperationException",
        "ValidationException",
    }
)
"""What AWS's framework says before an operation is asked, and what we say where one is not built."""


def refusal(api: Api, operation: str, **members: Any) -> tuple[str, str]:
    """The code and the words with which a user pool operation is refused."""
    with pytest.raises(Refused) as refused:
        api.idp(operation, **members)
    return refused.value.code, refused.value.message


def declared(target: str, operation: str) -> frozenset[str]:
    """The exceptions that a caller of an operation may meet. Constraints are InvalidParameterException everywhere."""
    service = model.load("cognito-idp" if target == IDP else "cognito-identity")
    known = service.operations.get(operation)
    return (known.errors if known else frozenset()) | FRAMEWORK | {"InvalidParameterException"}


def signature(access_key: str, region: str, service: str = "cognito-idp") -> str:
    """A well-formed SigV4 header; nobody checks its signature."""
    scope = f"{access_key}/20270115/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"


def a_pool(api: Api, **members: Any) -> str:
    """A user pool; answers its id."""
    created = api.idp("CreateUserPool", **{"PoolName": "pool", **members})
    return str(created["UserPool"]["Id"])


FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def a_client(api: Api, pool: str, **members: Any) -> str:
    """An app client that allows password sign-in and refresh; answers its id."""
    members = {"ClientName": "client", "ExplicitAuthFlows": FLOWS, **members}
    return str(api.idp("CreateUserPoolClient", UserPoolId=pool, **members)["UserPoolClient"]["ClientId"])


def a_user(api: Api, pool: str, username: str = "ana", password: str = PASSWORD, **attributes: str) -> dict[str, Any]:
    """A confirmed user with a password; answers UserType."""
    created = api.idp(
        "AdminCreateUser",
        UserPoolId=pool,
        Username=username,
        MessageAction="SUPPRESS",
        UserAttributes=pairs(attributes),
    )
    name = created["User"]["Username"]
    api.idp("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=password, Permanent=True)
    return dict(created["User"])


def sign_in(api: Api, client: str, username: str = "ana", password: str = PASSWORD) -> dict[str, Any]:
    """Sign in with a password; answers AuthenticationResult."""
    answer = api.idp(
        "InitiateAuth",
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return dict(answer["AuthenticationResult"])


def pairs(attributes: dict[str, str]) -> list[dict[str, str]]:
    """Attributes as the API takes them."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def unpaired(attributes: list[dict[str, str]]) -> dict[str, str]:
    """Attributes as the API gives them, by name."""
    return {pair["Name"]: pair["Value"] for pair in attributes}


def claims(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    return jwt.decode(token, options={"verify_signature": False})
