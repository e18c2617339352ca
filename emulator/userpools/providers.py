"""Identity providers of user pools, and identities of users at providers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.providers import linked_identities, providers
from emulator.registry import operation
from storage.records.providers import IdentityProvider

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateIdentityProvider")
def create_identity_provider(call: Call[shapes.CreateIdentityProviderRequestTypeDef]) -> dict[str, Any]:
    """Create an identity provider of a pool, which clients may then support."""
    return {"IdentityProvider": providers.shown(call, providers.create(call, call.pool, call.request))}


@operation("DescribeIdentityProvider", reads=True, is_short=True)
def describe_identity_provider(call: Call[shapes.DescribeIdentityProviderRequestTypeDef]) -> dict[str, Any]:
    """Describe a provider, without private keys."""
    found = providers.named(call, call.pool, call.request["ProviderName"])
    return {"IdentityProvider": providers.shown(call, found)}


@operation("GetIdentityProviderByIdentifier", reads=True)
def get_identity_provider_by_identifier(
    call: Call[shapes.GetIdentityProviderByIdentifierRequestTypeDef],
) -> dict[str, Any]:
    """Describe the provider that has an identifier."""
    found = providers.identified(call, call.pool, call.request["IdpIdentifier"])
    return {"IdentityProvider": providers.shown(call, found)}


@operation("UpdateIdentityProvider")
def update_identity_provider(call: Call[shapes.UpdateIdentityProviderRequestTypeDef]) -> dict[str, Any]:
    """Change a provider. Members that the request leaves out stay as they are."""
    return {"IdentityProvider": providers.shown(call, providers.change(call, call.pool, call.request))}


@operation("DeleteIdentityProvider")
def delete_identity_provider(call: Call[shapes.DeleteIdentityProviderRequestTypeDef]) -> None:
    """Delete a provider. Users can no longer sign in through it."""
    providers.delete(call, call.pool, call.request["ProviderName"])


@operation("ListIdentityProviders", reads=True, is_short=True)
def list_identity_providers(call: Call[shapes.ListIdentityProvidersRequestTypeDef]) -> dict[str, Any]:
    """List the providers of a pool."""
    page = call.page(partial(call.unit.providers.page, call.pool.id), "MaxResults", "NextToken")
    return {"Providers": page.of(_listed), "NextToken": page.token}


@operation("AdminLinkProviderForUser")
def admin_link_provider_for_user(call: Call[shapes.AdminLinkProviderForUserRequestTypeDef]) -> dict[str, Any]:
    """Link an identity at a provider to a user, who may then sign in with it."""
    linked_identities.link(call, call.pool, call.request["DestinationUser"], call.request["SourceUser"])
    return {}


@operation("AdminDisableProviderForUser")
def admin_disable_provider_for_user(call: Call[shapes.AdminDisableProviderForUserRequestTypeDef]) -> dict[str, Any]:
    """Unlink an identity at a provider from a user, or remove the user's password."""
    linked_identities.unlink(call, call.pool, call.request["User"])
    return {}


def _listed(provider: IdentityProvider) -> dict[str, Any]:
    """ProviderDescription."""
    return {
        "ProviderName": provider.name,
        "ProviderType": provider.settings["ProviderType"],
        "LastModifiedDate": provider.modified,
        "CreationDate": provider.created,
    }
