"""An identity pool for the users of a pool, and for guests, as each test of a real client needs it."""

from __future__ import annotations

from typing import Any

from tests.builders import PASSWORD
from tests.sdk.place import Place, asked

ROLES = {name: f"arn:aws:iam::000000000000:role/{name}" for name in ("authenticated", "unauthenticated")}
ASSUMED = "arn:aws:sts::000000000000:assumed-role"


class IdentityPool:
    """An identity pool that takes the users of a place, and guests."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.api = place.server.client("cognito-identity")
        self.provider = f"cognito-idp.us-east-1.amazonaws.com/{place.pool}"
        created = self.api.create_identity_pool(
            IdentityPoolName="app",
            AllowUnauthenticatedIdentities=True,
            CognitoIdentityProviders=[{"ProviderName": self.provider, "ClientId": place.client}],
        )
        self.id: str = created["IdentityPoolId"]
        self.api.set_identity_pool_roles(IdentityPoolId=self.id, Roles=ROLES)

    def logins(self) -> dict[str, str]:
        """The logins of Ana, who signs in."""
        parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
        signed_in = self.place.idp.initiate_auth(
            ClientId=self.place.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        return {self.provider: signed_in["AuthenticationResult"]["IdToken"]}

    def identities(self) -> dict[str, list[str]]:
        """The providers that each of the pool's identities has a login of."""
        found = self.api.list_identities(IdentityPoolId=self.id, MaxResults=60)["Identities"]
        return {each["IdentityId"]: each.get("Logins", []) for each in found}

    def whose(self, access_key: str) -> dict[str, Any]:
        """What the server tells gateways about an access key."""
        return dict(asked(f"{self.place.server.url}/_emulator/credentials?access_key_id={access_key}"))
