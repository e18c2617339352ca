"""The nine operations of devices: confirmed, shown, remembered, forgotten."""

from __future__ import annotations

import hashlib
import re
import threading
from typing import Any

import pytest

from keys import srp
from storage.store import Store
from tests.api.device_client import ALWAYS, OPT_IN, SALT, Device, a_device, a_new_device, a_place, text, track
from tests.api.signing_in import refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

NONE = "ResourceNotFoundException: Device does not exist."
UNTRACKED = "InvalidUserPoolConfigurationException: Device tracking is not enabled for the user pool."
NOT_NEW = "InvalidParameterException: Invalid device key given."
EXISTS = "DeviceKeyExistsException: Device already exists."
BAD_SECRET = "InvalidParameterException: Invalid device secret verifier given."
A_KEY = "us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab"
OF_USER = ("GetDevice", "ForgetDevice", "UpdateDeviceStatus")
OF_ADMIN = ("AdminGetDevice", "AdminForgetDevice", "AdminUpdateDeviceStatus")


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool that remembers every confirmed device, with Ana and Bob."""
    return a_place(api)


def administer(web: SrpClient, operation: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    return web.api.idp(operation, UserPoolId=web.pool, Username=username, **members)


def attributes(device: dict[str, Any]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in device["DeviceAttributes"]}


class TestANewDevice:
    def test_is_met_by_every_sign_in_that_names_none(self, web: SrpClient) -> None:
        met = [web.sign_in()["AuthenticationResult"], sign_in(web.api, web.client)]
        keys = [tokens["NewDeviceMetadata"]["DeviceKey"] for tokens in met]
        assert len(set(keys)) == 2
        for tokens, key in zip(met, keys, strict=True):
            assert tokens["NewDeviceMetadata"].keys() == {"DeviceKey", "DeviceGroupKey"}
            assert re.fullmatch(r"us-east-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key)
            assert re.fullmatch(r"-[0-9A-Za-z]{8}", tokens["NewDeviceMetadata"]["DeviceGroupKey"])
            assert claims(tokens["AccessToken"])["device_key"] == key
            assert "device_key" not in claims(tokens["IdToken"])

    @pytest.mark.parametrize("configuration", [None, {}])
    def test_is_met_in_no_pool_that_tracks_none(self, api: Api, configuration: dict[str, bool] | None) -> None:
        members = {} if configuration is None else {"DeviceConfiguration": configuration}
        pool = a_pool(api, **members)
        client = a_client(api, pool)
        a_user(api, pool)
        tokens = sign_in(api, client)
        assert "NewDeviceMetadata" not in tokens
        assert "device_key" not in claims(tokens["AccessToken"])
        assert renew(api, client, tokens["RefreshToken"])["AuthenticationResult"]

    @pytest.mark.parametrize("name", list(ALWAYS))
    def test_is_met_where_the_pool_configures_anything(self, api: Api, name: str) -> None:
        assert "NewDeviceMetadata" in a_place(api, {name: False}).sign_in()["AuthenticationResult"]

    def test_is_no_device_until_it_is_confirmed(self, web: SrpClient) -> None:
        device = a_new_device(web)
        assert refusal(lambda: device.call("GetDevice")) == NONE
        assert administer(web, "AdminListDevices") == {"Devices": []}


class TestConfirmDevice:
    @pytest.mark.parametrize(("configuration", "prompts"), [(ALWAYS, False), (OPT_IN, True)])
    def test_remembers_a_device_or_has_the_user_asked(
        self, api: Api, configuration: dict[str, bool], prompts: bool
    ) -> None:
        device = a_new_device(a_place(api, configuration))
        assert device.confirm() == {"UserConfirmationNecessary": prompts}
        shown = administer(device.web, "AdminGetDevice", DeviceKey=device.key)["Device"]
        status = "not_remembered" if prompts else "remembered"
        assert attributes(shown)["dev:device_remembered_status"] == status

    def test_takes_what_the_published_client_sends(self) -> None:
        device = Device(SrpClient(None, "", ""), A_KEY, "-v7w9UcY6", {})  # type: ignore[arg-type]
        sent = device.verifier
        assert sent["Salt"] == "APDh0sO0pZaHeGlaSzwtHg8="
        digest = hashlib.sha256(sent["PasswordVerifier"].encode()).hexdigest()
        assert digest == "10cf9e8900963b352eab2abbbc562e68c22fb430247daf125d1b03ca294f90f5"
        number = srp.verifier(device.group_key + device.key, device.secret, SALT)
        assert srp.read_device_verifier(sent["PasswordVerifier"]) == number

    def test_is_refused_the_second_time(self, web: SrpClient) -> None:
        device = a_device(web)
        assert refusal(device.confirm) == EXISTS
        again = Device(web, device.key, device.group_key, device.sign_in())
        assert refusal(again.confirm) == EXISTS

    def test_takes_the_key_of_its_own_sign_in_alone(self, web: SrpClient) -> None:
        device, other = a_new_device(web), a_new_device(web)
        foreign = a_device(web, "bob")
        for key in (other.key, foreign.key, A_KEY, "us-east-1_0"):
            assert refusal(lambda key=key: device.confirm(DeviceKey=key)) == NOT_NEW
        assert administer(web, "AdminListDevices") == {"Devices": []}
        assert device.confirm() == {"UserConfirmationNecessary": False}

    @pytest.mark.parametrize("key", ["", "x", "us-east-1", "us-east-1_XYZ", "💥_0", "a" * 54 + "_0"])
    def test_refuses_what_is_no_key_by_the_model(self, web: SrpClient, key: str) -> None:
        device = a_new_device(web)
        with pytest.raises(Refused, match="'deviceKey' failed to satisfy constraint") as refused:
            device.confirm(DeviceKey=key)
        assert refused.value.code == "InvalidParameterException"

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            (None, "InvalidParameterException: Missing required parameter PasswordVerifier"),
            ({"PasswordVerifier": None}, "InvalidParameterException: Missing required parameter PasswordVerifier"),
            ({"Salt": ""}, "InvalidParameterException: Missing required parameter Salt"),
            ({"PasswordVerifier": text(0)}, BAD_SECRET),
            ({"PasswordVerifier": text(1)}, BAD_SECRET),
            ({"PasswordVerifier": text(srp.N)}, BAD_SECRET),
            ({"PasswordVerifier": text(srp.N + 2)}, BAD_SECRET),
            ({"PasswordVerifier": "no base64"}, BAD_SECRET),
            ({"PasswordVerifier": "💥"}, BAD_SECRET),
            ({"PasswordVerifier": "A" * 131_072}, BAD_SECRET),
            ({"PasswordVerifier": "//" + "8" * 131_068 + "=="}, BAD_SECRET),
            ({"Salt": "===="}, BAD_SECRET),
            ({"Salt": "\u0000"}, BAD_SECRET),
            ({"Salt": "A" * 131_072}, BAD_SECRET),
        ],
    )
    def test_refuses_a_verifier_that_is_none_and_keeps_nothing(
        self, web: SrpClient, changed: dict[str, Any] | None, expected: str
    ) -> None:
        device = a_new_device(web)
        given = {**device.verifier, **changed} if changed is not None else None
        assert refusal(lambda: device.confirm(DeviceSecretVerifierConfig=given)) == expected
        assert administer(web, "AdminListDevices") == {"Devices": []}
        device.confirm()

    def test_of_two_at_once_keeps_one(self, web: SrpClient) -> None:
        device = a_new_device(web)
        ready, ends = threading.Barrier(2), []

        def run() -> None:
            ready.wait()
            try:
                device.confirm()
                ends.append("")
            except Refused as refused:
                ends.append(str(refused))

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ends) == ["", EXISTS]

    def test_keeps_the_verifier_sealed(self, web: SrpClient, store: Store) -> None:
        device = a_device(web)
        with store.unit(writes=False) as unit:
            user = unit.users.named(web.pool, "ana")
            kept = unit.devices.get(user.id, device.key) if user else None
        assert kept is not None
        assert srp.read_device_verifier(device.verifier["PasswordVerifier"]) not in kept.verifier
        assert len(kept.verifier) > srp.VERIFIER_BYTES


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
        listed = lambda: web.api.idp("ListDevices", AccessToken=device.tokens["AccessToken"])["Devices"]  # noqa: E731
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
