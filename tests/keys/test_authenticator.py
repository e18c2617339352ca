"""The authenticator of tests: what it answers passes the verification of passkeys."""

from __future__ import annotations

from typing import Any

import pytest

from keys import authenticator, passkeys
from keys.authenticator import Key, Unanswerable
from keys.entropy import SeededEntropy

CHALLENGE = bytes(range(32))
OPTIONS = passkeys.creation_options(CHALLENGE, "shop.example", b"user", "ana", [], "required")


def create(**changes: Any) -> tuple[Key, dict[str, Any]]:
    return authenticator.create(OPTIONS | changes, SeededEntropy(7))


def registered(credential: dict[str, Any]) -> passkeys.Registered:
    return passkeys.verify_registration(
        credential, challenge=CHALLENGE, rp_id="shop.example", require_user_verification=True
    )


@pytest.mark.parametrize("attestation", [None, "none", "indirect", "direct", "enterprise"])
def test_a_new_credential_is_verified(attestation: str | None) -> None:
    key, credential = create(**({"attestation": attestation} if attestation else {}))
    made = registered(credential)
    assert (made.id, made.sign_count, made.attachment, made.transports) == (key.id, 0, "platform", ["internal"])
    assert made.user_verified


def test_only_an_attestation_that_is_asked_for_is_signed() -> None:
    from webauthn.helpers import parse_attestation_object

    formats = {
        asked: parse_attestation_object(
            passkeys.decode(create(attestation=asked)[1]["response"]["attestationObject"])
        ).fmt
        for asked in ("none", "direct")
    }
    assert formats == {"none": "none", "direct": "packed"}


def test_proofs_are_verified_and_counted() -> None:
    key, credential = create()
    made, count = registered(credential), 0
    for _ in range(3):
        options = passkeys.request_options(CHALLENGE, "shop.example", [(key.id, ["internal"])], "required")
        request = authenticator.read_request(options)
        assert request.allowed == [key.id]
        key, proof = authenticator.prove(request, key)
        asserted = passkeys.verify_assertion(
            proof,
            challenge=CHALLENGE,
            rp_id="shop.example",
            public_key=made.public_key,
            sign_count=count,
            require_user_verification=True,
        )
        assert (asserted.sign_count, asserted.user_handle) == (count + 1, b"user")
        count = asserted.sign_count


def test_a_challenge_with_padding_is_answered_as_browsers_do() -> None:
    credential = create(challenge=OPTIONS["challenge"] + "=")[1]
    assert passkeys.challenge_of(credential) == CHALLENGE
    registered(credential)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"challenge": None}, "challenge is missing, or not a string"),
        ({"challenge": "!"}, "challenge is not base64url"),
        ({"rp": "shop.example"}, "rp.id is missing, or not a string"),
        ({"user": {}}, "user.id is missing, or not a string"),
        ({"pubKeyCredParams": [{"alg": -257}]}, "pubKeyCredParams does not offer ES256"),
        ({"pubKeyCredParams": {"alg": -7}}, "pubKeyCredParams does not offer ES256"),
    ],
)
def test_options_that_no_device_could_answer_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Unanswerable, match=f"^{words}"):
        create(**changes)
