"""Devices as their user and administrators have them: shown, remembered, forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.device_client import A_KEY, NONE, OPT_IN, a_device, a_place, administer, attributes, track
from tests.api.signing_in import refusal
from tests.api.srp_client import SrpClient
from tests.builders import Api, a_user
from tests.conftest import NOON

UNTRACKED = "InvalidUserPoolConfigurationException: Device tracking is not enabled for the user pool."
NOT_NEW = "InvalidParameterException: Invalid device key given."
OF_USER = ("GetDevice", "ForgetDevice", "UpdateDeviceStatus")
OF_ADMIN = ("AdminGetDevice", "AdminForgetDevice", "AdminUpdateDeviceStatus")


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool that remembers every confirmed device, with Ana and Bob."""
    return a_place(api)


class TestADeviceIsShown:
    def test_to_its_user_as_exactly_this(self, web: SrpClient) -> None:
        device = a_device(web, DeviceName="Ana's 📱")
        shown = {
            "DeviceKey": device.key,
            "DeviceAttributes": [
                {"Name": "device_status", "Value": "valid"},
                {"Name": "device_name", "Value": "Ana's 📱"},
                {"Name": "last_ip_used", "Value": "127.0.0.1"},
            ],
            "DeviceCreateDate": NOON,
            "DeviceLastModifiedDate": NOON,
            "DeviceLastAuthenticatedDate": NOON,
        }
        assert device.call("GetDevice") == {"Device": shown}
        assert web.api.idp("ListDevices", AccessToken=device.tokens["AccessToken"]) == {"Devices": [shown]}

    def test_to_an_administrator_with_what_is_theirs_to_know(self, web: SrpClient) -> None:
        device = a_device(web)
        shown = administer(web, "AdminGetDevice", DeviceKey=device.key)["Device"]
        assert attributes(shown) == {
            "device_status": "valid",
            "dev:device_arn": f"arn:aws:cognito-idp:us-east-1:000000000000:owner/ana.{web.pool}/device/{device.key}",
            "dev:device_owner": f"ana.{web.pool}",
            "dev:device_remembered_status": "remembered",
            "last_ip_used": "127.0.0.1",
        }
        assert administer(web, "AdminListDevices") == {"Devices": [shown]}

    def test_with_the_moment_of_its_last_sign_in(self, web: SrpClient) -> None:
        device = a_device(web)
        web.api.world.clock.advance(seconds=90.75)
        device.sign_in()
        web.api.world.clock.advance(seconds=30)
        device.remember("not_remembered")
        shown = device.call("GetDevice")["Device"]
        dates = [shown[f"Device{name}Date"] for name in ("Create", "LastAuthenticated", "LastModified")]
        assert dates == [NOON, NOON + 90, NOON + 120.75]

    def test_to_its_user_in_the_list_while_it_is_remembered(self, api: Api) -> None:
        web = a_place(api, OPT_IN)
        device = a_device(web)

        def listed() -> list[dict[str, Any]]:
            return list(web.api.idp("ListDevices", AccessToken=device.tokens["AccessToken"])["Devices"])

        assert listed() == []
        device.remember()
        assert [shown["DeviceKey"] for shown in listed()] == [device.key]
        device.remember("not_remembered")
        assert listed() == []
        assert device.call("GetDevice")["Device"]["DeviceKey"] == device.key
        assert [shown["DeviceKey"] for shown in administer(web, "AdminListDevices")["Devices"]] == [device.key]

    @pytest.mark.parametrize("admin", [False, True])
    def test_page_by_page(self, web: SrpClient, admin: bool) -> None:
        devices = [a_device(web) for _ in range(5)]
        a_device(web, "bob")

        def page(**members: Any) -> dict[str, Any]:
            if admin:
                return administer(web, "AdminListDevices", **members)
            return web.api.idp("ListDevices", AccessToken=devices[0].tokens["AccessToken"], **members)

        seen, told = [], page(Limit=2)
        while "PaginationToken" in told:
            seen += told["Devices"]
            told = page(Limit=2, PaginationToken=told["PaginationToken"])
        seen += told["Devices"]
        assert [shown["DeviceKey"] for shown in seen] == sorted(device.key for device in devices)
        assert page()["Devices"] == page(Limit=0)["Devices"] == seen
        forged = refusal(lambda: page(PaginationToken="forged"))
        assert forged == "InvalidParameterException: Invalid pagination token given."

    def test_not_by_the_page_of_another(self, web: SrpClient) -> None:
        for _ in range(2):
            a_device(web)
            device = a_device(web, "bob")
        token = administer(web, "AdminListDevices", Limit=1)["PaginationToken"]
        forged = "InvalidParameterException: Invalid pagination token given."
        assert refusal(lambda: administer(web, "AdminListDevices", "bob", PaginationToken=token)) == forged
        access_token = device.tokens["AccessToken"]
        assert refusal(lambda: web.api.idp("ListDevices", AccessToken=access_token, PaginationToken=token)) == forged


class TestADeviceIsUsed:
    @pytest.mark.parametrize("operation", OF_USER)
    def test_by_its_user_alone(self, web: SrpClient, operation: str) -> None:
        device, foreign = a_device(web), a_device(web, "bob")
        device.key = foreign.key
        assert refusal(lambda: device.call(operation)) == NONE
        assert foreign.call("GetDevice")["Device"]["DeviceKey"] == foreign.key

    @pytest.mark.parametrize("operation", OF_ADMIN)
    def test_by_an_administrator_under_its_users_name(self, web: SrpClient, operation: str) -> None:
        device = a_device(web)
        assert refusal(lambda: administer(web, operation, "bob", DeviceKey=device.key)) == NONE
        assert refusal(lambda: administer(web, operation, DeviceKey=A_KEY)) == NONE
        administer(
            web,
            operation,
            device.web.api.idp("GetUser", AccessToken=device.tokens["AccessToken"])["Username"],
            DeviceKey=device.key,
        )

    @pytest.mark.parametrize(
        ("operation", "expected"),
        [
            ("AdminGetDevice", "ResourceNotFoundException: User does not exist."),
            ("AdminListDevices", "ResourceNotFoundException: User does not exist."),
            ("AdminForgetDevice", "UserNotFoundException: User does not exist."),
            ("AdminUpdateDeviceStatus", "UserNotFoundException: User does not exist."),
        ],
    )
    def test_by_nobody_who_does_not_exist(self, web: SrpClient, operation: str, expected: str) -> None:
        members = {} if operation == "AdminListDevices" else {"DeviceKey": A_KEY}
        assert refusal(lambda: administer(web, operation, "nobody", **members)) == expected

    @pytest.mark.parametrize("operation", ["GetDevice", "ForgetDevice"])
    def test_with_an_access_token_where_the_model_requires_none(self, web: SrpClient, operation: str) -> None:
        device = a_device(web)
        told = refusal(lambda: web.api.idp(operation, DeviceKey=device.key))
        assert told == "NotAuthorizedException: Invalid Access Token"
        told = refusal(lambda: web.api.idp(operation, DeviceKey=device.key, AccessToken="x"))
        assert told == "NotAuthorizedException: Invalid Access Token"

    @pytest.mark.parametrize("operation", [*OF_USER, "ConfirmDevice", "ListDevices", *OF_ADMIN, "AdminListDevices"])
    def test_in_no_pool_that_tracks_none(self, web: SrpClient, operation: str) -> None:
        device = a_device(web)
        track(web.api, web.pool, None)
        members = {} if "List" in operation else {"DeviceKey": device.key}
        if operation.startswith("Admin"):
            assert refusal(lambda: administer(web, operation, **members)) == UNTRACKED
        else:
            access_token = device.tokens["AccessToken"]
            assert refusal(lambda: web.api.idp(operation, AccessToken=access_token, **members)) == UNTRACKED


class TestForgetDevice:
    @pytest.mark.parametrize("operation", ["ForgetDevice", "AdminForgetDevice"])
    def test_forgets_it_for_good(self, web: SrpClient, operation: str) -> None:
        device, other = a_device(web), a_device(web)
        if operation == "ForgetDevice":
            assert device.call(operation) == {}
        else:
            assert administer(web, operation, DeviceKey=device.key) == {}
        assert refusal(lambda: device.call("GetDevice")) == NONE
        assert refusal(lambda: device.call("ForgetDevice")) == NONE
        assert refusal(device.confirm) == NOT_NEW
        assert [shown["DeviceKey"] for shown in administer(web, "AdminListDevices")["Devices"]] == [other.key]

    def test_leaves_nothing_of_a_deleted_user(self, web: SrpClient) -> None:
        device = a_device(web)
        administer(web, "AdminDeleteUser")
        a_user(web.api, web.pool)
        assert refusal(lambda: administer(web, "AdminGetDevice", DeviceKey=device.key)) == NONE


class TestUpdateDeviceStatus:
    @pytest.mark.parametrize("admin", [False, True])
    def test_remembers_or_does_not(self, web: SrpClient, admin: bool) -> None:
        device = a_device(web)
        for status in ("not_remembered", "remembered", "remembered"):
            if admin:
                members = {"DeviceKey": device.key, "DeviceRememberedStatus": status}
                assert administer(web, "AdminUpdateDeviceStatus", **members) == {}
            else:
                assert device.call("UpdateDeviceStatus", DeviceRememberedStatus=status) == {}
            shown = administer(web, "AdminGetDevice", DeviceKey=device.key)["Device"]
            assert attributes(shown)["dev:device_remembered_status"] == status

    def test_changes_nothing_without_a_status(self, web: SrpClient) -> None:
        device = a_device(web)
        before = administer(web, "AdminGetDevice", DeviceKey=device.key)
        web.api.world.clock.advance(seconds=5)
        assert device.call("UpdateDeviceStatus") == {}
        assert administer(web, "AdminGetDevice", DeviceKey=device.key) == before
