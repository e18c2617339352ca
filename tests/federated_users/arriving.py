"""A pool with identity providers, and users who arrive from them with identities that are verified already."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.domain.federated import sign_in as federated_sign_in
from emulator.domain.federated.identity import Identity
from emulator.domain.federated.sign_in import FederatedUser
from emulator.domain.pools.apps import AppById
from emulator.faults import Fault
from emulator.settings import Settings
from storage.records.providers import IdentityProvider
from storage.store import Store
from storage.unit import Unit
from tests.api.provider_calls import SOCIAL, a_provider
from tests.builders import FLOWS, Api, a_pool, unpaired
from tests.oauth.browser import OPEN_ID, Browser, an_oauth_client

Json = dict[str, Any]
ANA: Json = {"sub": "42", "mail": "ana@corp.example", "email_verified": True, "name": "Ana"}
SCOPES = [*OPEN_ID, "aws.cognito.signin.user.admin"]
MAPPING = {"email": "mail", "name": "name"}


@dataclass
class Town:
    """A pool with the providers Corp (OIDC) and Google, and a client that supports both and local users."""

    api: Api
    store: Store
    pool: str
    client: str
    providers: Json = field(default_factory=dict)

    @classmethod
    def of(cls, api: Api, store: Store, mapping: Json | None = None, **pool: Any) -> Town:
        """A town; Corp has that AttributeMapping."""
        made = a_pool(api, **pool)
        corp = a_provider(api, made, AttributeMapping=MAPPING if mapping is None else mapping)
        google = a_provider(api, made, "Google", "Google", SOCIAL, AttributeMapping={"email": "email"})
        names = ["COGNITO", "Corp", "Google"]
        flows = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"]}
        scopes = {"AllowedOAuthScopes": SCOPES}
        client = an_oauth_client(api, made, SupportedIdentityProviders=names, **flows, **scopes)
        return cls(api, store, made, client, {"Corp": corp, "Google": google})

    def arrive(
        self, provider: str = "Corp", client: str = "", known: IdentityProvider | None = None, **claims: Any
    ) -> FederatedUser:
        """Somebody signs in at a provider, Ana unless the claims say otherwise."""
        return self.sign_in(Identity({**ANA, **claims}), provider, client, known)

    def sign_in(
        self, identity: Identity, provider: str = "Corp", client: str = "", known: IdentityProvider | None = None
    ) -> FederatedUser:
        """An identity that is verified signs in, in a unit of work of its own. `known`: the provider as it was read."""

        def run(context: Context) -> FederatedUser:
            found = known or context.unit.providers.named(self.pool, provider)
            assert found
            app = AppById(context.unit, client or self.client)
            return federated_sign_in.sign_in(context, app, found, identity)

        arrived: FederatedUser = self.run(run)
        return arrived

    def run(self, function: Callable[[Context], Any]) -> Any:
        """Run something in a unit of work, as an endpoint does."""

        def begin(unit: Unit) -> Context:
            return Context(unit, self.api.world, Settings(ephemeral=True), RequestOrigin())

        return work.run(self.store, True, begin, function, configures=False)

    def refusal(self, provider: str = "Corp", **claims: Any) -> str:
        """The message with which somebody's sign-in is refused."""
        with pytest.raises(Fault) as refused:
            self.arrive(provider, **claims)
        return refused.value.message or ""

    def tokens(self, arrived: FederatedUser) -> Json:
        """The tokens that a sign-in at a provider leads to."""
        browser = Browser(self.api, self.store, self.pool, self.client)
        browser.sign_in(arrived.user.username, **arrived.details)
        return browser.tokens(scope=" ".join(SCOPES))

    def seen(self, username: str) -> Json:
        """AdminGetUser's answer."""
        return self.api.idp("AdminGetUser", UserPoolId=self.pool, Username=username)

    def attributes(self, username: str) -> dict[str, str]:
        """The attributes of a user but `sub` and `identities`."""
        found = unpaired(self.seen(username)["UserAttributes"])
        return {name: value for name, value in found.items() if name not in ("sub", "identities")}

    def identities(self, username: str) -> list[Json]:
        """The attribute `identities`."""
        found: list[Json] = json.loads(unpaired(self.seen(username)["UserAttributes"]).get("identities", "[]"))
        return found

    def usernames(self) -> list[str]:
        """The usernames of the pool."""
        return [user["Username"] for user in self.api.idp("ListUsers", UserPoolId=self.pool)["Users"]]

    def groups(self, username: str) -> list[str]:
        """The groups of a user."""
        answer = self.api.idp("AdminListGroupsForUser", UserPoolId=self.pool, Username=username)
        return [group["GroupName"] for group in answer["Groups"]]

    def link(self, to: str, value: str = "42", attribute: str = "Cognito_Subject", provider: str = "Corp") -> None:
        """AdminLinkProviderForUser, to a local user."""
        self.api.idp(
            "AdminLinkProviderForUser",
            UserPoolId=self.pool,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": to},
            SourceUser=source(value, attribute, provider),
        )

    def update(self, user: str, **attributes: str) -> None:
        """AdminUpdateUserAttributes."""
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        self.api.idp("AdminUpdateUserAttributes", UserPoolId=self.pool, Username=user, UserAttributes=given)


def source(value: str = "42", attribute: str = "Cognito_Subject", provider: str = "Corp") -> dict[str, str]:
    """An identity at a provider, as it is named when it is linked."""
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def required(name: str, **entry: Any) -> Json:
    """A standard attribute of a schema."""
    return {"Name": name, "AttributeDataType": "String", "Required": True, "Mutable": True, **entry}
