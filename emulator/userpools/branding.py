"""Branding of a pool's pages: styles of managed login, and the customization of the classic hosted UI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.branding import brandings, ui_customization
from emulator.faults import InvalidParameterException
from emulator.registry import operation
from storage.records.brandings import Branding

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("CreateManagedLoginBranding")
def create_managed_login_branding(call: Call[shapes.CreateManagedLoginBrandingRequestTypeDef]) -> dict[str, Any]:
    """Create the managed login style of an app client."""
    _check(call, call.named_client)
    return _shown(call, brandings.create(call, call.named_client, call.request, call.pins.get("Id")))


@operation("DescribeManagedLoginBranding", reads=True)
def describe_managed_login_branding(call: Call[shapes.DescribeManagedLoginBrandingRequestTypeDef]) -> dict[str, Any]:
    """Describe a style by its id."""
    return _shown(call, _named(call))


@operation("DescribeManagedLoginBrandingByClient", reads=True)
def describe_managed_login_branding_by_client(
    call: Call[shapes.DescribeManagedLoginBrandingByClientRequestTypeDef],
) -> dict[str, Any]:
    """Describe the style of an app client."""
    return _shown(call, brandings.of_client(call, call.pool, call.named_client))


@operation("UpdateManagedLoginBranding")
def update_managed_login_branding(call: Call[shapes.UpdateManagedLoginBrandingRequestTypeDef]) -> dict[str, Any]:
    """Change a style. Settings and images that the request leaves out stay."""
    # AWS unknown: how UpdateManagedLoginBranding refuses a request without UserPoolId or ManagedLoginBrandingId, which
    # the service model does not require.
    for name in ("UserPoolId", "ManagedLoginBrandingId"):
        if call.given(name) is None:
            raise InvalidParameterException(f"{name} is required.")
    _check(call, _named(call))
    return _shown(call, brandings.change(call, _named(call), call.request))


@operation("DeleteManagedLoginBranding")
def delete_managed_login_branding(call: Call[shapes.DeleteManagedLoginBrandingRequestTypeDef]) -> None:
    """Delete a style."""
    call.unit.brandings.delete(_named(call))


@operation("SetUICustomization")
def set_ui_customization(call: Call[shapes.SetUICustomizationRequestTypeDef]) -> dict[str, Any]:
    """Set CSS and logo of the classic hosted UI, for one app client, or for all clients without their own."""
    client = ui_customization.client_of(call, call.pool, call.given("ClientId"))
    ui_customization.check(call, call.pool, call.given("CSS"), call.given("ImageFile"))
    client = ui_customization.client_of(call, call.pool, call.given("ClientId"))
    kept = ui_customization.keep(call, call.pool, client, call.given("CSS"), call.given("ImageFile"))
    return {"UICustomization": ui_customization.shown(call, call.pool, kept)}


@operation("GetUICustomization", reads=True)
def get_ui_customization(call: Call[shapes.GetUICustomizationRequestTypeDef]) -> dict[str, Any]:
    """CSS and logo of the classic hosted UI for an app client: its own, or those of all clients."""
    client = ui_customization.client_of(call, call.pool, call.given("ClientId"))
    found = ui_customization.effective(call, call.pool, client)
    return {"UICustomization": ui_customization.shown(call, call.pool, found) if found else {}}


def _check(call: Call[Any], _target: object) -> None:
    """Check the settings of a style with the connection released, once the client or style is known to exist."""
    with call.unit.released():
        brandings.check(call.request)


def _named(call: Call[Any]) -> Branding:
    return brandings.named(call, call.pool, call.given("ManagedLoginBrandingId"))


def _shown(call: Call[Any], branding: Branding) -> dict[str, Any]:
    whole = bool(call.given("ReturnMergedResources"))
    return {"ManagedLoginBranding": brandings.shown(call, branding, whole=whole)}
