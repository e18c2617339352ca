"""How strongly somebody authenticated: `acr` and `amr` (AWS: "Authentication levels with ACR and AMR claims").

Methods are the values of `amr`; levels are 1 to 4, and 0 for what satisfies none.
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
"""Level → methods that satisfy it together; the highest come first."""
METHODS = frozenset().union(*(methods for _, methods in _COMBINATIONS))


def level(methods: Collection[str]) -> int:
    """The highest level that methods satisfy."""
    return next((level for level, needed in _COMBINATIONS if needed <= set(methods)), 0)


def methods(state: Mapping[str, Any]) -> list[str]:
    """The methods of a sign-in so far: those that a token was credited with, and its own factors.

    AWS unknown: which methods a custom challenge and a remembered device add to `amr`; none here.
    """
    passed = [state.get("passkey"), _OF_FACTORS.get(state.get("first", "")), _OF_FACTORS.get(state.get("second", ""))]
    return list(dict.fromkeys([*state.get("credited", []), *filter(None, passed)]))


def names(pool: Pool) -> dict[str, int]:
    """The levels of a pool by the names that it gave them."""
    configured = pool.settings["AcrConfiguration"]
    return {configured[f"Level{number}"]["AcrValue"]: number for number in range(1, 5)}


def details(pool: Pool, state: Mapping[str, Any]) -> dict[str, Any]:
    """What a family keeps of how its user signed in; empty where that is none of the methods."""
    passed = methods(state)
    if not passed:
        return {}
    name = pool.settings["AcrConfiguration"].get(f"Level{level(passed)}")
    named = {"Acr": name["AcrValue"]} if name else {}
    return named | {"Amr": [*passed, _SEVERAL] if len(passed) > 1 else passed}


def federated(pool: Pool, settings: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The same for somebody who authenticated at a provider with these settings, which said that of them.

    `fed` stands for methods that AWS does not know, and an `acr` that is not mapped is the lowest level.
    """
    amr, acr = said.get("amr"), said.get("acr")
    passed = {"Amr": (credited(amr) if isinstance(amr, list) else []) or ["fed"]}
    mapping = settings.get("AcrMapping")
    if not mapping or acr is None:
        return passed
    number = next((name for name, value in mapping.items() if value == acr), "Level1")
    return passed | {"Acr": pool.settings["AcrConfiguration"][number]["AcrValue"]}


def claims(details: Mapping[str, Any]) -> dict[str, Any]:
    """`acr` and `amr`, as the family was begun with them: a refresh does not change them, nor another configuration.

    Unlike AWS: the tokens of every pool have `acr` and `amr`; AWS brings them to one pool after the other.
    AWS unknown: whether the tokens of a pool of the LITE tier have `acr` and `amr`; they do here.
    """
    return {name.lower(): details[name] for name in ("Acr", "Amr") if name in details}


def credited(amr: Iterable[Any]) -> list[str]:
    """The methods that a token's `amr` names."""
    return [method for method in amr if isinstance(method, str) and method in METHODS]
