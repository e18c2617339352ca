"""ConfirmDevice: a new device, and the verifier that it is known by from then on."""

from __future__ import annotations

import hashlib
import re
import threading
from functools import partial
from typing import Any

import pytest

from keys import srp
from storage.store import Store
from tests.api.device_client import (
    A_KEY,
    ALWAYS,
    NONE,
    OPT_IN,
    SALT,
    Device,
    a_device,
    a_new_device,
    a_place,
    administer,
    attributes,
    text,
)
from tests.api.signing_in import refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, sign_in

NOT_NEW = "InvalidParameterException: Invalid device key given."
EXISTS = "DeviceKeyExistsException: Device already exists."
BAD_SECRET = "InvalidParameterException: Invalid device secret verifier given."


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool that remembers every confirmed device, with Ana and Bob."""
    return a_place(api)


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
            assert refusal(partial(device.confirm, DeviceKey=key)) == NOT_NEW
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
