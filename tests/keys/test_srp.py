"""SRP-6a as Cognito computes it: published vectors, and a client that signs in with plain powers."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keys import srp
from keys.entropy import SeededEntropy
from keys.srp import Refused

USER = "Ab1Cd2Ef3" + "34c84488-e0e1-70ae-d2ee-991ad1a898c8"
DEVICE = "-v7w9UcY6" + "us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab"
DEVICE_PASSWORD = "ZGV2aWNlLXBhc3N3b3JkLWZvci10ZXN0cy1vbmx5ISE="
SALT = bytes.fromhex("f0e1d2c3b4a5968778695a4b3c2d1e0f")
BLOCK, MOMENT = b"emulator secret block", "Tue Jan 6 07:08:09 UTC 2026"


def repeated(text: bytes) -> int:
    """The exponents of the vectors."""
    return int(hashlib.sha256(text).hexdigest() * 4, 16) % srp.N


A_SECRET, B_SECRET = repeated(b"emulator-a"), repeated(b"emulator-b")
A = pow(srp.G, A_SECRET, srp.N)
SHARE = pow(srp.G, B_SECRET, srp.N).to_bytes(384, "big")
SECRET = B_SECRET.to_bytes(384, "big")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def padded(number: int) -> bytes:
    """PAD by its definition, on hex digits."""
    digits = f"{number:x}"
    digits = "0" + digits if len(digits) % 2 else digits
    return bytes.fromhex("00" + digits if digits[0] in "89abcdef" else digits)


def number(*parts: bytes) -> int:
    return int(hashlib.sha256(b"".join(parts)).hexdigest(), 16)


def client_key(identity: str, password: str, salt: int, a: int, public_b: int) -> bytes:
    """What a client computes: S = (B - k·g^x)^(a + u·x)."""
    u = number(padded(pow(srp.G, a, srp.N)), padded(public_b))
    x = number(padded(salt), hashlib.sha256(f"{identity}:{password}".encode()).digest())
    shared = pow((public_b - srp.K * pow(srp.G, x, srp.N)) % srp.N, a + u * x, srp.N)
    prk = hmac.digest(padded(u), padded(shared), hashlib.sha256)
    return hmac.digest(prk, b"Caldera Derived Key\x01", hashlib.sha256)[:16]


def test_the_constants_are_those_of_the_group() -> None:
    assert srp.N.bit_length() == 3072
    assert f"{srp.K:x}" == "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"


def test_the_vector_of_a_user_holds_line_by_line() -> None:
    x = number(padded(int.from_bytes(SALT, "big")), hashlib.sha256(f"{USER}:P2$Sword1".encode()).digest())
    assert f"{x:x}" == "66ee445fbaa80284ba3c34cfe979f005e4761dbefd8b161573e0e22e72126799"
    verifier = srp.verifier(USER, "P2$Sword1", SALT)
    assert int.from_bytes(verifier, "big") == pow(srp.G, x, srp.N)
    assert sha256(f"{int.from_bytes(verifier, 'big'):x}") == (
        "3175b28d87b911d137f1b59ca88b899d5788aab3a553caab9e4eec8e17be7c8c"
    )
    assert sha256(f"{A:x}") == "d2c37201ee57470aa13cb5f8096cbf27e7548ac91e639df4fdedcf290ed9967b"
    public = srp.public(verifier, SHARE)
    assert sha256(public) == "7688ebbbf92cf05dd20b7bc7d09019851d42cf305ae4aa9658bb7744745dfdfd"
    u = number(srp.pad(A), srp.pad(int(public, 16)))
    assert f"{u:x}" == "3dd89349596dd4153a4aaa66771b1fd121f554f0768572705ddfb2efee358de4"
    key = srp.session_key(A, SECRET, verifier, public)
    assert key.hex() == "3dc1fdffda2e6277978c77f99ecaaf21"
    assert srp.signature(key, USER, BLOCK, MOMENT) == "iLfyUeUJB+YwavpnFYJr109C+4DI4eGaUgsz3z+NKDo="


def test_the_vector_of_a_device_holds_line_by_line() -> None:
    x = number(padded(int.from_bytes(SALT, "big")), hashlib.sha256(f"{DEVICE}:{DEVICE_PASSWORD}".encode()).digest())
    assert f"{x:064x}" == "0485559d22bb8922ba3b5d5f3c2ab5d02052e740d63c17b6e6d1ef0ac51b7f3c"
    verifier = srp.verifier(DEVICE, DEVICE_PASSWORD, SALT)
    assert int.from_bytes(verifier, "big") == pow(srp.G, x, srp.N)
    sent = base64.b64encode(srp.pad(int.from_bytes(verifier, "big"))).decode()
    assert sha256(sent) == "10cf9e8900963b352eab2abbbc562e68c22fb430247daf125d1b03ca294f90f5"
    assert srp.read_device_verifier(sent) == verifier
    assert base64.b64encode(srp.pad(int.from_bytes(SALT, "big"))).decode() == "APDh0sO0pZaHeGlaSzwtHg8="
    salt = srp.read_salt("APDh0sO0pZaHeGlaSzwtHg8=")
    assert srp.verifier(DEVICE, DEVICE_PASSWORD, salt) == verifier
    public = srp.public(verifier, SHARE)
    assert sha256(public) == "478bf7e441e0786839107a65cc934c68e0d65af4240a24ed8ca7b8a03165c192"
    u = number(srp.pad(A), srp.pad(int(public, 16)))
    assert f"{u:x}" == "3485eab0a4f6315ad6a12beb7319665720125ea5d5460bca7672182ae861896b"
    key = srp.session_key(A, SECRET, verifier, public)
    assert key.hex() == "93912647d4da319d1d60b802b7af6142"
    assert srp.signature(key, DEVICE, BLOCK, MOMENT) == "QS2OvPIEwdqPhpgCz/zBONf8uaKH3HDqliuvkv98Jj4="


SALTS = [b"\x80" + bytes(15), bytes(15) + b"\x01", b"\x0f" + b"\xff" * 15, SALT, bytes(16)]


@pytest.mark.parametrize("salt", SALTS, ids=lambda salt: salt.hex())
@pytest.mark.parametrize(("identity", "password"), [(USER, "P2$Sword1"), ("Ab1Cd2Ef3ñandú", "contraseña 💥 P1!")])
def test_client_and_server_agree_whatever_salt_and_letters(identity: str, password: str, salt: bytes) -> None:
    secret, share = srp.ephemeral(SeededEntropy(7))
    verifier = srp.verifier(identity, password, salt)
    public = srp.public(verifier, share)
    sent_salt = int(srp.salt_hex(salt), 16)
    right = client_key(identity, password, sent_salt, A_SECRET, int(public, 16))
    assert srp.session_key(A, secret, verifier, public) == right
    assert client_key(identity, password + "x", sent_salt, A_SECRET, int(public, 16)) != right


def test_the_salt_is_told_without_leading_zeros() -> None:
    assert srp.salt_hex(bytes.fromhex("00ff")) == "ff"
    assert srp.salt_hex(bytes.fromhex("0f01")) == "f01"


@given(st.integers(min_value=0, max_value=2**3100))
@example(0)
@example(0x7F)
@example(0x80)
@example(0xFFF)
def test_pad_is_its_definition(value: int) -> None:
    assert srp.pad(value) == padded(value)


@given(
    base=st.integers(min_value=0, max_value=2**3072),
    exponent=st.integers(min_value=0, max_value=2**256) | st.integers(min_value=0, max_value=2**3072),
)
@example(base=srp.N - 1, exponent=3)
@example(base=1, exponent=3)
@example(base=0, exponent=3)
@example(base=2, exponent=0)
@example(base=2, exponent=1)
@example(base=2, exponent=srp.N)
def test_openssl_and_python_agree_on_powers(base: int, exponent: int) -> None:
    assert srp.power(base, exponent) == pow(base, exponent, srp.N)


@pytest.mark.parametrize("text", ["2", "ABCDEF", "abcdef", "0001", f"{srp.N - 1:x}", f"{srp.N + 1:X}"])
def test_a_number_is_read_in_either_case(text: str) -> None:
    assert srp.read_a(text) == int(text, 16)


@pytest.mark.parametrize(
    "text",
    ["", "0", "000", f"{srp.N:x}", f"{2 * srp.N:x}", "0x2", "-2", "+2", " 2", "2_0", "g", "é", "١", "f" * 771, "2\n"],
)
def test_what_is_no_number_of_the_group_or_would_fix_the_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        srp.read_a(text)


def encoded(value: int) -> str:
    return base64.b64encode(srp.pad(value)).decode()


@pytest.mark.parametrize("text", [encoded(0), encoded(1), encoded(srp.N), encoded(srp.N + 2), "", "%%%", "é", "AA=A"])
def test_a_device_verifier_that_is_no_number_of_the_group_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        srp.read_device_verifier(text)


@pytest.mark.parametrize("text", ["", "%%%", "A" * 100])
def test_a_salt_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        srp.read_salt(text)


def test_signatures_are_compared_whole() -> None:
    right = srp.signature(b"k" * 16, USER, BLOCK, MOMENT)
    assert srp.matches(right, right)
    for wrong in ("", right[:-1], right.swapcase(), "\ud800", right + "="):
        assert not srp.matches(wrong, right)


def test_each_sign_in_has_a_secret_of_its_own() -> None:
    entropy = SeededEntropy(7)
    first, second = srp.ephemeral(entropy), srp.ephemeral(entropy)
    assert first[0] != second[0]
    assert int.from_bytes(first[1], "big") == pow(srp.G, int.from_bytes(first[0], "big"), srp.N)
