"""What users sign in with beside their password: software tokens, devices, passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SoftwareToken:
    """A user's TOTP generator.

    `sealed` holds the secret that is verified and `pending` the one that waits for its first code. `last_step` is
    the newest time step whose code was accepted: no code is good twice.
    """

    user_id: int
    sealed: bytes | None
    pending: bytes | None
    name: str | None
    last_step: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """A confirmed device. `verifier` holds the salt and verifier of its SRP, sealed; `settings` name, last IP."""

    key: str
    user_id: int
    group_key: str
    verifier: bytes
    remembered: bool
    settings: dict[str, Any]
    created: float
    modified: float
    authenticated: float


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential, by its id in base64url. `settings` is what ListWebAuthnCredentials shows beyond it."""

    pool_id: str
    id: str
    user_id: int
    public_key: bytes
    sign_count: int
    settings: dict[str, Any]
    created: float
