"""WebAuthn ceremonies: what honest authenticators send is taken, all else is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import passkeys
from keys.passkeys import (
    Asserted,
    Malformed,
    NotSupported,
    OriginNotAllowed,
    Refused,
    Registered,
    RelyingPartyMismatch,
    decode,
    encode,
)
from tests.keys.authenticator import Authenticator

CHALLENGE = bytes(range(32))
Change = Callable[[dict[str, Any]], object]


def creation(rp_id: str = "localhost") -> dict[str, Any]:
    return passkeys.creation_options(CHALLENGE, rp_id, b"the user", "ana", ["AAEC"], "preferred")


def register(credential: Any, rp_id: str = "localhost", **more: Any) -> Registered:
    wanted = {"challenge": CHALLENGE, "require_user_verification": False, **more}
    return passkeys.verify_registration(credential, rp_id=rp_id, **wanted)


def request(registered: Registered) -> dict[str, Any]:
    return passkeys.request_options(CHALLENGE, "localhost", [(registered.id, registered.transports)], "preferred")


def asserted(registered: Registered, credential: Any, **more: Any) -> Asserted:
    wanted = {"challenge": CHALLENGE, "sign_count": registered.sign_count, "require_user_verification": False, **more}
    return passkeys.verify_assertion(credential, rp_id="localhost", public_key=registered.public_key, **wanted)


def test_creation_options_are_the_document_that_aws_shows() -> None:
    assert creation() == {
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": "preferred",
        },
        "challenge": encode(CHALLENGE),
        "excludeCredentials": [{"id": "AAEC", "type": "public-key"}],
        "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
        "rp": {"id": "localhost", "name": "localhost"},
        "timeout": 60000,
        "user": {"displayName": "ana", "id": encode(b"the user"), "name": "ana"},
    }


def test_request_options_are_the_document_that_aws_shows() -> None:
    options = passkeys.request_options(CHALLENGE, "localhost", [("AAEC", ["internal"])], "required")
    assert options == {
        "challenge": encode(CHALLENGE),
        "timeout": 180000,
        "rpId": "localhost",
        "allowCredentials": [{"type": "public-key", "id": "AAEC", "transports": ["internal"]}],
        "userVerification": "required",
    }


@pytest.mark.parametrize(("algorithm", "fmt"), [(-7, "none"), (-257, "none"), (-7, "packed"), (-257, "packed")])
def test_a_passkey_that_is_registered_signs_in(algorithm: int, fmt: str) -> None:
    authenticator = Authenticator(algorithm=algorithm, fmt=fmt)
    registered = register(authenticator.create(creation()))
    assert (registered.attachment, registered.transports) == ("platform", ["internal", "hybrid"])
    assert (registered.sign_count, registered.user_verified) == (1, True)
    assert registered.aaguid == "00000000-0000-0000-0000-000000000000"
    proof = asserted(registered, authenticator.get(request(registered)))
    assert proof == Asserted(sign_count=2, user_verified=True, user_handle=b"the user")


def test_an_authenticator_that_does_not_count_is_taken() -> None:
    authenticator = Authenticator(counts=False)
    registered = register(authenticator.create(creation()))
    assert asserted(registered, authenticator.get(request(registered))).sign_count == 0


def test_a_counter_that_does_not_grow_is_refused() -> None:
    authenticator = Authenticator()
    registered = register(authenticator.create(creation()))
    credential = authenticator.get(request(registered))
    with pytest.raises(Refused, match="sign count of 2 was not greater than current count of 2"):
        asserted(registered, credential, sign_count=2)


def test_user_verification_is_required_where_it_is() -> None:
    authenticator = Authenticator(verifies_user=False)
    credential = authenticator.create(creation())
    with pytest.raises(Refused, match="User verification is required"):
        register(credential, require_user_verification=True)
    registered = register(credential)
    assert not registered.user_verified
    proof = authenticator.get(request(registered))
    with pytest.raises(Refused, match="User verification is required"):
        asserted(registered, proof, require_user_verification=True)
    assert not asserted(registered, proof).user_verified


def test_another_relying_party_is_a_mismatch() -> None:
    with pytest.raises(RelyingPartyMismatch):
        register(Authenticator(rp_id="example.com").create(creation()))
    authenticator = Authenticator()
    registered = register(authenticator.create(creation()))
    authenticator.rp_id = "example.com"
    with pytest.raises(RelyingPartyMismatch):
        asserted(registered, authenticator.get(request(registered)))


def test_an_algorithm_that_was_not_offered_is_not_supported() -> None:
    with pytest.raises(NotSupported):
        register(Authenticator(algorithm=-35).create(creation()))


def test_a_frame_of_another_site_is_not_allowed() -> None:
    authenticator = Authenticator()
    credential = authenticator.create(creation())
    data = json.loads(decode(credential["response"]["clientDataJSON"])) | {"crossOrigin": True}
    credential["response"]["clientDataJSON"] = encode(json.dumps(data).encode())
    with pytest.raises(OriginNotAllowed):
        register(credential)


def test_another_origin_is_not_allowed() -> None:
    with pytest.raises(OriginNotAllowed):
        register(Authenticator(origin="https://example.com").create(creation()))


def test_another_challenge_is_refused() -> None:
    authenticator = Authenticator()
    credential = authenticator.create(creation())
    with pytest.raises(Refused, match="challenge"):
        register(credential, challenge=bytes(32))
    registered = register(credential)
    with pytest.raises(Refused, match="challenge"):
        asserted(registered, authenticator.get(request(registered)), challenge=bytes(32))


def test_another_key_does_not_sign_for_this_one() -> None:
    mine, yours = Authenticator(), Authenticator()
    registered = register(mine.create(creation()))
    yours.create(creation())
    with pytest.raises(Refused, match="signature"):
        asserted(registered, yours.get(request(registered), next(iter(yours.credentials))), sign_count=0)


def test_a_registration_is_no_assertion_and_the_other_way_round() -> None:
    authenticator = Authenticator()
    credential = authenticator.create(creation())
    registered = register(credential)
    with pytest.raises(Refused):
        asserted(registered, credential)
    with pytest.raises(Refused):
        register(authenticator.get(request(registered)))


def _without(*path: str) -> Change:
    def change(credential: dict[str, Any]) -> None:
        for step in path[:-1]:
            credential = credential[step]
        del credential[path[-1]]

    return change


def _with(value: object, *path: str) -> Change:
    def change(credential: dict[str, Any]) -> None:
        for step in path[:-1]:
            credential = credential[step]
        credential[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _without("id"),
        _without("rawId"),
        _without("type"),
        _without("response"),
        _without("response", "clientDataJSON"),
        _without("response", "attestationObject"),
        _with("other", "id"),
        _with("password", "type"),
        _with([], "response"),
        _with(7, "response", "clientDataJSON"),
        _with("%%%", "response", "clientDataJSON"),
        _with(encode(b"[]"), "response", "clientDataJSON"),
        _with(encode(b"[" * 60_000), "response", "clientDataJSON"),
        _with(encode(b"{}"), "response", "clientDataJSON"),
        _with("", "response", "attestationObject"),
        _with(encode(b"\xa1" * 50_000), "response", "attestationObject"),
        _with(encode(b"\xff"), "response", "attestationObject"),
    ],
)
def test_a_broken_registration_is_refused(change: Change) -> None:
    credential = Authenticator().create(creation())
    change(credential)
    with pytest.raises(Refused):
        register(credential)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = ("id", "rawId", "type", "response", "authenticatorAttachment")
_WITHIN = ("clientDataJSON", "attestationObject", "transports", "authenticatorData", "signature", "userHandle")


@given(member=st.sampled_from(_MEMBERS), within=st.sampled_from(_WITHIN), value=_JSON, deep=st.booleans())
def test_whatever_stands_anywhere_it_is_taken_or_refused(member: str, within: str, value: Any, deep: bool) -> None:
    authenticator = Authenticator()
    credential = authenticator.create(creation())
    registered = register(credential)
    proof = authenticator.get(request(registered))
    for each in (credential, proof):
        if deep:
            each["response"][within] = value
        else:
            each[member] = value
    for check in (lambda: register(credential), lambda: asserted(registered, proof), lambda: register(value)):
        try:
            found = check()
        except Refused:
            continue
        assert isinstance(found, Registered | Asserted)


@pytest.mark.parametrize("text", ["not base64!", "A", "é", "====", "AA=A"])
def test_what_is_not_base64url_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        decode(text)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"response": None}, {"response": {"clientDataJSON": "e30"}}])
def test_an_answer_without_a_challenge_has_none(value: Any) -> None:
    assert passkeys.challenge_of(value) is None


def test_the_challenge_of_an_answer_is_what_it_says() -> None:
    assert passkeys.challenge_of(Authenticator().create(creation())) == CHALLENGE
    odd = {"response": {"clientDataJSON": encode(json.dumps({"challenge": "%"}).encode())}}
    assert passkeys.challenge_of(odd) is None
