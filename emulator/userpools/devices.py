"""Devices: confirm, list, remember and forget, for the user or an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.access import bearers
from emulator.domain.factors import devices
from emulator.faults import NotAuthorizedException, ResourceNotFoundException
from emulator.registry import operation
from storage.records.factors import Device
from storage.records.pools import Pool
from storage.records.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes


@operation("ConfirmDevice")
def confirm_device(call: Call[shapes.ConfirmDeviceRequestTypeDef]) -> dict[str, Any]:
    """Confirm the new device of the sign-in that issued the access token."""
    bearer = call.bearer
    devices.require_tracking(bearer.pool)
    secret = call.given("DeviceSecretVerifierConfig")
    devices.confirm(call, bearer, call.request["DeviceKey"], call.given("DeviceName"), secret)
    return {"UserConfirmationNecessary": devices.asks_user(bearer.pool)}


@operation("GetDevice", "AdminGetDevice", reads=True)
def get_device(
    call: Call[shapes.GetDeviceRequestTypeDef] | Call[shapes.AdminGetDeviceRequestTypeDef],
) -> dict[str, Any]:
    """Describe a confirmed device of a user, remembered or not."""
    user = _owner(call)
    return {"Device": _shown(call, user, devices.find(call, user, call.request["DeviceKey"]))}


@operation("ListDevices", "AdminListDevices", reads=True)
def list_devices(
    call: Call[shapes.ListDevicesRequestTypeDef] | Call[shapes.AdminListDevicesRequestTypeDef],
) -> dict[str, Any]:
    """List the devices of a user: all of them for an administrator, the remembered ones for the user.

    AWS's own clients document that ListDevices leaves out the others.
    """
    user, repository = _owner(call), call.unit.devices
    only = not _is_admin(call)
    page = call.page(
        lambda limit, token: repository.page(user.id, limit, token, remembered_only=only), "Limit", "PaginationToken"
    )
    return {"Devices": page.of(lambda device: _shown(call, user, device)), "PaginationToken": page.token}


@operation("UpdateDeviceStatus", "AdminUpdateDeviceStatus")
def update_device_status(
    call: Call[shapes.UpdateDeviceStatusRequestTypeDef] | Call[shapes.AdminUpdateDeviceStatusRequestTypeDef],
) -> dict[str, Any]:
    """Set whether a device is remembered; nothing without DeviceRememberedStatus."""
    device = devices.find(call, _owner(call), call.request["DeviceKey"])
    status = call.given("DeviceRememberedStatus")
    # AWS unknown: UpdateDeviceStatus and AdminUpdateDeviceStatus without DeviceRememberedStatus; they change nothing
    # here.
    if status is not None:
        call.unit.devices.change(device, remembered=status == "remembered", modified=call.now)
    return {}


@operation("ForgetDevice", "AdminForgetDevice")
def forget_device(call: Call[shapes.ForgetDeviceRequestTypeDef] | Call[shapes.AdminForgetDeviceRequestTypeDef]) -> None:
    """Delete a device of a user. Sign-ins with it can no longer refresh their tokens."""
    devices.forget(call, devices.find(call, _owner(call), call.request["DeviceKey"]))


def _is_admin(call: Call[Any]) -> bool:
    return call.given("Username") is not None


def _owner(call: Call[Any]) -> User:
    """The user whose devices the request is about. Raises where the pool does not track devices."""
    # AWS unknown: how ForgetDevice refuses a request without an access token, which the service model does not require.
    if not _is_admin(call) and call.given("AccessToken") is None:
        raise NotAuthorizedException(bearers.INVALID, "there is none")
    devices.require_tracking(call.pool)
    # AWS unknown: how AdminGetDevice and AdminListDevices refuse an unknown user, since they do not declare
    # UserNotFoundException.
    undeclared = "UserNotFoundException" not in call.operation.errors
    if undeclared and _is_admin(call) and call.claimed_user is None:
        raise ResourceNotFoundException(refusals.UNKNOWN_USER)
    return call.user


def _shown(call: Call[Any], user: User, device: Device) -> dict[str, Any]:
    """DeviceType. Attributes that begin with `dev:` are for administrators only, like such user attributes."""
    named = {"device_status": "valid", "device_name": device.settings.get("Name")}
    if _is_admin(call):
        # Unlike AWS: AdminGetDevice and AdminListDevices leave out `dev:device_sdk`, the SDK that AWS recognizes the
        # device's calls by.
        named |= _administrative(call.settings.account_id, call.pool, user, device)
    named["last_ip_used"] = device.settings.get("LastIp")
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in named.items() if value],
        "DeviceCreateDate": device.created,
        "DeviceLastModifiedDate": device.modified,
        "DeviceLastAuthenticatedDate": float(int(device.authenticated)),
    }


def _administrative(account: str, pool: Pool, user: User, device: Device) -> dict[str, str | None]:
    owner = f"{user.username}.{pool.id}"
    return {
        "dev:device_arn": f"arn:aws:cognito-idp:{pool.region}:{account}:owner/{owner}/device/{device.key}",
        "dev:device_owner": owner,
        "dev:device_remembered_status": "remembered" if device.remembered else "not_remembered",
    }
