"""Sealing of codes: a message of the AWS Encryption SDK, under a key of a KMS that is asked over a real connection."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from emulator.outside.http import HttpClient
from emulator.outside.kms import Kms
from emulator.outside.sealing import KmsSealer, NoSealer, SealingFailed, configured
from keys.sigv4 import Credentials
from tests import kms
from tests.kms import KEY, LocalKms

POOL = "eu-west-1_abc"


@pytest.fixture
def server() -> Iterator[LocalKms]:
    with kms.running() as running:
        yield running


def stamp() -> str:
    return "20150830T123600Z"


def sealer(server: LocalKms, seconds: float = 5) -> KmsSealer:
    return KmsSealer(Kms(server.url, stamp, Credentials("AKIDEXAMPLE", "secret"), seconds))


def test_a_secret_is_a_message_as_awss_are_bound_to_the_pool_and_signed(server: LocalKms) -> None:
    message = base64.b64decode(sealer(server).seal("123456", KEY, POOL), validate=True)
    assert message[:2] == b"\x01\x80"  # format 1, customer authenticated encrypted data
    assert message[2:4] == b"\x03\x78"  # AES-256-GCM, HKDF-SHA384, ECDSA P-384
    for told in (b"aws-crypto-public-key", b"userpool-id", POOL.encode(), b"aws-kms", KEY.encode()):
        assert told in message
    assert b"123456" not in message
    operation, request = server.asked[0]
    assert (operation, request["KeyId"], request["NumberOfBytes"]) == ("GenerateDataKey", KEY, 32)
    assert request["EncryptionContext"]["userpool-id"] == POOL
    assert "/20150830/eu-west-1/kms/aws4_request" in server.headers[0]["Authorization"]


def test_secrets_are_sealed_anew_each_time(server: LocalKms) -> None:
    assert sealer(server).seal("123456", KEY, POOL) != sealer(server).seal("123456", KEY, POOL)


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ((400, {"__type": "AccessDeniedException", "message": "No"}), "answered AccessDeniedException to .*: No$"),
        ((500, b"oops"), "answered HTTP 500"),
        ((200, b"oops"), "answered no data key"),
        ((200, b"[]"), "answered no data key"),
        ((200, {"KeyId": KEY, "Plaintext": "AAAA", "CiphertextBlob": "AAAA"}), "no data key of 32 bytes"),
        ((200, {"KeyId": KEY, "Plaintext": "?", "CiphertextBlob": "AAAA"}), "answered no data key"),
        ((200, {"KeyId": KEY, "Plaintext": None, "CiphertextBlob": 7}), "answered no data key"),
        ((200, {"KeyId": 7, "Plaintext": "A" * 43 + "=", "CiphertextBlob": "AAAA"}), "no data key of 32 bytes"),
        ((200, {"Plaintext": "A" * 43 + "=", "CiphertextBlob": "AAAA"}), "answered no data key"),
    ],
    ids=range(9),
)
def test_a_kms_that_gives_no_key_is_told_of(server: LocalKms, says: kms.Answer, why: str) -> None:
    server.says = says
    with pytest.raises(SealingFailed, match=why):
        sealer(server).seal("123456", KEY, POOL)


def test_a_key_that_is_not_there_is_told_of(server: LocalKms) -> None:
    with pytest.raises(SealingFailed, match="NotFoundException"):
        sealer(server).seal("123456", KEY.replace("1b1b", "0000"), POOL)


def test_a_kms_that_hangs_or_is_not_there_is_told_of(server: LocalKms) -> None:
    server.waits = threading.Event()
    with pytest.raises(SealingFailed, match="did not answer"):
        sealer(server, 0.2).seal("123456", KEY, POOL)
    with pytest.raises(SealingFailed, match="ConnectionRefusedError"):
        KmsSealer(Kms("http://127.0.0.1:9", stamp, Credentials("a", "b"))).seal("123456", KEY, POOL)


def test_without_an_endpoint_it_is_said_what_is_needed() -> None:
    sealer = configured(None, stamp, {}, HttpClient())
    assert isinstance(sealer, NoSealer)
    assert sealer.lacks() == ["a KMS (the setting kms-endpoint)"]
    with pytest.raises(SealingFailed):
        sealer.seal("123456", KEY, POOL)


def test_without_the_library_it_is_said_what_is_needed() -> None:
    program = """
import sys
sys.modules["aws_encryption_sdk"] = None
from emulator.outside.http import HttpClient
from emulator.outside.sealing import configured
for endpoint in (None, "http://localhost"):
    print(configured(endpoint, str, {}, HttpClient()).lacks())
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    extra = "the AWS Encryption SDK (in a checkout: pip install '.[senders]')"
    assert said.splitlines() == [str(["a KMS (the setting kms-endpoint)", extra]), str([extra])]


@pytest.mark.parametrize(
    ("environment", "key"), [({}, "local"), ({"AWS_ACCESS_KEY_ID": "AKIDX", "AWS_SECRET_ACCESS_KEY": "s"}, "AKIDX")]
)
def test_requests_are_signed_whether_there_are_credentials_or_not(
    server: LocalKms, environment: dict[str, str], key: str
) -> None:
    sealer = configured(server.url, stamp, environment, HttpClient())
    assert sealer.lacks() == []
    sealer.seal("🙂", KEY, POOL)
    assert f"Credential={key}/" in server.headers[0]["Authorization"]
