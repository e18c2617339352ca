"""How strongly a user authenticated: `acr` and `amr` (AWS: "Authentication levels with ACR and AMR claims").

Methods are the values of `amr`. Levels are 1 to 4, and 0 if the methods satisfy no level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from storage.records.pools import Pool

PASSWORD, SOFTWARE_TOKEN, SMS, EMAIL = "pwd", "otp", "sms", "email_otp"
SOFTWARE_KEY, HARDWARE_KEY = "swk", "hwk"
_SEVERAL = "mfa"
_OF_FACTORS = {
    "PASSWORD": PASSWORD,
    "PASSWORD_SRP": PASSWORD,
    "EMAIL_OTP": EMAIL,
    "SMS_OTP": SMS,
    "SMS_MFA": SMS,
    "SOFTWARE_TOKEN_MFA": SOFTWARE_TOKEN,
}
_COMBINATIONS = (
    (4, {PASSWORD, SOFTWARE_TOKEN}),
    (3, {SOFTWARE_KEY}),
    (3, {HARDWARE_KEY}),
    (3, {PASSWORD, SMS}),
    (3, {PASSWORD, EMAIL}),
    (2, {SMS}),
    (2, {EMAIL}),
    (1, {PASSWORD}),
)
"""(level, methods that together satisfy it), highest level first."""
METHODS = frozenset().union(*(methods for _, methods in _COMBINATIONS))
"""All methods that AWS knows."""


def level(methods: Collection[str]) -> int:
    """The highest level, 1 to 4, that methods satisfy; 0 if they satisfy none."""
    return next((level for level, needed in _COMBINATIONS if needed <= set(methods)), 0)


def methods(state: Mapping[str, Any]) -> list[str]:
    """The methods of a sign-in so far: those taken over from a token, and the sign-in's own factors.

    `state` is `SignIn.state`.
    """
    # AWS unknown: which methods a custom challenge and a remembered device add to `amr` in the tokens of
    # RespondToAuthChallenge. Here they add none.
    passed = [state.get("passkey"), _OF_FACTORS.get(state.get("first", "")), _OF_FACTORS.get(state.get("second", ""))]
    return list(dict.fromkeys([*state.get("credited", []), *filter(None, passed)]))


def names(pool: Pool) -> dict[str, int]:
    """The pool's names for the levels (AcrValue) → level."""
    configured = pool.settings["AcrConfiguration"]
    return {configured[f"Level{number}"]["AcrValue"]: number for number in range(1, 5)}


def details(pool: Pool, state: Mapping[str, Any]) -> dict[str, Any]:
    """`Acr` and `Amr` of a sign-in with that `SignIn.state`, as `Family.details` has them; empty without methods."""
    passed = methods(state)
    if not passed:
        return {}
    name = pool.settings["AcrConfiguration"].get(f"Level{level(passed)}")
    named = {"Acr": name["AcrValue"]} if name else {}
    return named | {"Amr": [*passed, _SEVERAL] if len(passed) > 1 else passed}


def federated(pool: Pool, settings: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """`Acr` and `Amr`, as `Family.details` has them, for a user who authenticated at an identity provider.

    `settings` are the provider's, `said` its claims. Methods that AWS does not know are left out of `Amr`, which is
    `fed` where none is left. Without an AcrMapping or an `acr` there is no `Acr`; an `acr` that the mapping lacks
    becomes the lowest level.
    """
    amr, acr = said.get("amr"), said.get("acr")
    passed = {"Amr": (credited(amr) if isinstance(amr, list) else []) or ["fed"]}
    mapping = settings.get("AcrMapping")
    if not mapping or acr is None:
        return passed
    number = next((name for name, value in mapping.items() if value == acr), "Level1")
    return passed | {"Acr": pool.settings["AcrConfiguration"][number]["AcrValue"]}


def claims(details: Mapping[str, Any]) -> dict[str, Any]:
    """The claims `acr` and `amr` of a family's tokens: `Acr` and `Amr` of `Family.details`, as far as they are there.

    They are stored at the sign-in, so neither a refresh nor a change of the pool changes them.
    """
    # Unlike AWS: the tokens of InitiateAuth and RespondToAuthChallenge have `acr` and `amr` in every pool. AWS
    # introduces them pool by pool.
    # AWS unknown: whether tokens in a pool of the LITE tier have `acr` and `amr`. Here they do.
    return {name.lower(): details[name] for name in ("Acr", "Amr") if name in details}


def credited(amr: Iterable[Any]) -> list[str]:
    """The methods in a token's `amr` that AWS knows; everything else is left out."""
    return [method for method in amr if isinstance(method, str) and method in METHODS]
