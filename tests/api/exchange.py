"""What the tests about clients' own and derived tokens share: who gets them, and the calls that give them."""

from __future__ import annotations

from typing import Any

from tests.builders import Api, a_client

EXCHANGE = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]
ADMIN = "aws.cognito.signin.user.admin"

Service = tuple[str, str]
"""A client that gets tokens for itself: its id and its secret."""


def a_service(api: Api, pool: str, **members: Any) -> Service:
    """A client whose only flow is ALLOW_CLIENT_TOKEN_AUTH."""
    made = api.idp(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="service",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        **members,
    )["UserPoolClient"]
    return made["ClientId"], made["ClientSecret"]


def an_exchanger(api: Api, pool: str, **members: Any) -> str:
    """A client that may exchange tokens in both ways."""
    return a_client(api, pool, ExplicitAuthFlows=EXCHANGE, **members)


def own_token(api: Api, service: Service) -> str:
    """GetClientToken: an access token."""
    answer = api.idp("GetClientToken", ClientId=service[0], Secret=service[1])
    return str(answer["ClientAuthenticationResult"]["AccessToken"])


def derive(api: Api, client: str, token: str, kind: str = "ACCESS_TOKEN", **more: Any) -> dict[str, Any]:
    """GetDerivedToken."""
    return api.idp("GetDerivedToken", ClientId=client, SubjectToken=token, SubjectTokenType=kind, **more)


def acting(token: str, kind: str = "ACCESS_TOKEN") -> dict[str, str]:
    """The members of GetDerivedToken that say who acts."""
    return {"ActorToken": token, "ActorTokenType": kind}
