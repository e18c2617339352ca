"""An application that trades the ID tokens of a user pool for AWS credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from tests.builders import Api, Refused, a_client, a_pool, a_user, sign_in

USER = "arn:aws:iam::000000000000:role/service-role/user"
GUEST = "arn:aws:iam::000000000000:role/guest"
DEVELOPER = "login.example"
NO_MATCH = (
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)


@dataclass
class App:
    """A user pool with one client, and an identity pool that takes its users and guests."""

    api: Api
    user_pool: str
    client: str
    identity_pool: str

    @property
    def provider(self) -> str:
        """AWS's name of the user pool."""
        return f"cognito-idp.us-east-1.amazonaws.com/{self.user_pool}"

    def a_user(self, username: str = "ana") -> dict[str, str]:
        """A new user, signed in: their `Logins`."""
        a_user(self.api, self.user_pool, username)
        return self.logins(username)

    def logins(self, username: str = "ana", client: str | None = None) -> dict[str, str]:
        """The `Logins` of a user who signs in anew."""
        return {self.provider: sign_in(self.api, client or self.client, username)["IdToken"]}

    def get_id(self, logins: dict[str, str] | None = None) -> str:
        """GetId; a guest without logins."""
        members = {} if logins is None else {"Logins": logins}
        return str(self.api.identity("GetId", IdentityPoolId=self.identity_pool, **members)["IdentityId"])

    def credentials(self, identity: str, logins: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
        """GetCredentialsForIdentity."""
        members |= {} if logins is None else {"Logins": logins}
        return self.api.identity("GetCredentialsForIdentity", IdentityId=identity, **members)

    def update(self, **members: Any) -> None:
        """Configure the identity pool anew, its user pool and guests included unless said otherwise."""
        self.api.identity(
            "UpdateIdentityPool",
            **{
                "IdentityPoolId": self.identity_pool,
                "IdentityPoolName": "app",
                "AllowUnauthenticatedIdentities": True,
                "CognitoIdentityProviders": [{"ProviderName": self.provider, "ClientId": self.client}],
                **members,
            },
        )

    def also(self, user_pool: str, client: str) -> str:
        """Take the users of another user pool too; answers its provider name."""
        provider = f"cognito-idp.us-east-1.amazonaws.com/{user_pool}"
        entries = ((self.provider, self.client), (provider, client))
        self.update(CognitoIdentityProviders=[{"ProviderName": name, "ClientId": held} for name, held in entries])
        return provider

    def roles(self, **members: Any) -> None:
        """Configure the roles of the identity pool."""
        roles = {"authenticated": USER, "unauthenticated": GUEST}
        self.api.identity("SetIdentityPoolRoles", **{"IdentityPoolId": self.identity_pool, "Roles": roles, **members})

    def token(self, identity: str, logins: dict[str, str] | None = None) -> dict[str, Any]:
        """GetOpenIdToken."""
        members = {} if logins is None else {"Logins": logins}
        return self.api.identity("GetOpenIdToken", IdentityId=identity, **members)

    def vouch(self, user: str, identity: str | None = None, **members: Any) -> dict[str, Any]:
        """GetOpenIdTokenForDeveloperIdentity, for a user of the developer provider."""
        logins = {DEVELOPER: user, **members.pop("Logins", {})}
        members |= {} if identity is None else {"IdentityId": identity}
        pool = {"IdentityPoolId": self.identity_pool}
        return self.api.identity("GetOpenIdTokenForDeveloperIdentity", **pool, Logins=logins, **members)

    def of_developer(self, operation: str, **members: Any) -> dict[str, Any]:
        """An operation about users of the developer provider."""
        pool = {"IdentityPoolId": self.identity_pool, "DeveloperProviderName": DEVELOPER}
        return self.api.identity(operation, **{**pool, **members})

    def opened(self, token: str) -> dict[str, Any]:
        """The claims of a token of the identity pool, verified with the published key."""
        [key] = jwt.PyJWKSet.from_dict(self.api.http.get("/.well-known/jwks_uri").get_json()).keys
        return dict(
            jwt.decode(
                token,
                key.key,
                ["RS512"],
                audience=self.identity_pool,
                options={"verify_exp": False, "verify_iat": False},
            )
        )

    def described(self, identity: str) -> dict[str, Any]:
        """DescribeIdentity."""
        return self.api.identity("DescribeIdentity", IdentityId=identity)


def an_app(api: Api) -> App:
    """A whole application, with a role for users and one for guests."""
    user_pool = a_pool(api)
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True}
    identity_pool = api.identity("CreateIdentityPool", **settings)["IdentityPoolId"]
    app = App(api, user_pool, a_client(api, user_pool), identity_pool)
    app.update()
    app.roles()
    return app


def refused(call: Any, *args: Any, **members: Any) -> tuple[str, str]:
    """The code and message of a refusal, which is a 400."""
    with pytest.raises(Refused) as refusal:
        call(*args, **members)
    assert refusal.value.status == 400
    return refusal.value.code, refusal.value.message


def forbidden(identity: str) -> tuple[str, str]:
    """The code and message for an identity that the caller may not use."""
    return "NotAuthorizedException", f"Access to Identity '{identity}' is forbidden."


def logins_elsewhere(app: App) -> dict[str, str]:
    """The logins of Bob, a user of another user pool that the identity pool takes."""
    pool = a_pool(app.api)
    client = a_client(app.api, pool)
    a_user(app.api, pool, "bob")
    return {app.also(pool, client): sign_in(app.api, client, "bob")["IdToken"]}
