"""Authentication factors of users beside passwords: software tokens, devices, passkeys."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class SoftwareToken(Struct, frozen=True):
    """A user's TOTP generator.

    `sealed` is the verified secret, `pending` the secret that VerifySoftwareToken has yet to verify, both encrypted.
    `last_step` is the newest time step whose code was accepted, so that no code is accepted twice.
    """

    user_id: int
    sealed: bytes | None
    pending: bytes | None
    name: str | None
    last_step: int = 0


class Device(Struct, frozen=True):
    """A confirmed device. `verifier` is the SRP salt and verifier, encrypted; `settings` has name and last IP.

    `key` and `group_key` are AWS's DeviceKey and DeviceGroupKey. `remembered` says that the user had the device
    remembered; `authenticated` is the time of its last sign-in.
    """

    key: str
    user_id: int
    group_key: str
    verifier: bytes
    remembered: bool
    settings: dict[str, Any]
    created: float
    modified: float
    authenticated: float


class Passkey(Struct, frozen=True):
    """A WebAuthn credential. `id` is base64url; `settings` has the other members of ListWebAuthnCredentials.

    `public_key` is COSE, `sign_count` the authenticator's newest signature counter.
    """

    pool_id: str
    id: str
    user_id: int
    public_key: bytes
    sign_count: int
    settings: dict[str, Any]
    created: float
