"""MFA_SETUP: a user without a second factor sets one up, in a pool that requires MFA.

An authenticator app is set up by AssociateSoftwareToken and VerifySoftwareToken with the session. An e-mail address or
phone number is in the answer, and a code is sent there at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator import refusals
from emulator.domain.accounts import accounts, attributes
from emulator.domain.factors import mfa_methods, software_tokens
from emulator.domain.sign_in import mfa
from emulator.domain.sign_in.progress import Accept, Offer, Progress
from emulator.faults import InvalidParameterException

NAME = "MFA_SETUP"
_ADDRESSES = {"EMAIL": mfa_methods.EMAIL, "PHONE_NUMBER": mfa_methods.SMS}


def offer(progress: Progress) -> Offer:
    """Say which factors may be set up: MFAS_CAN_SETUP is JSON in a string."""
    methods = [method for method in _ORDER if method in mfa.can_set_up(progress)]
    parameters = {
        "MFAS_CAN_SETUP": json.dumps(methods, separators=(",", ":")),
        "USER_ID_FOR_SRP": progress.known.username,
    }
    return Offer(parameters)


def answer(progress: Progress, responses: Mapping[str, str]) -> Accept:
    """Check that an authenticator app was set up, or take the EMAIL or PHONE_NUMBER that sets a factor up.

    The app is the second factor, which is passed; the address is stored, unverified, and its code is asked for next.
    Raises InvalidParameterException if nothing was set up or the address is invalid, and what `check_open` raises.
    """
    if "set_up" in progress.state and software_tokens.verified(progress.context, progress.known):
        return _accept_software_token
    for name, method in _ADDRESSES.items():
        if responses.get(name) and method in mfa.can_set_up(progress):
            check_open(progress)
            # AWS unknown: whether RespondToAuthChallenge asks for the code of an address that MFA_SETUP brought at
            # once, as here, or at the next sign-in.
            return _address(progress, method, responses[name])
    # AWS unknown: the message of RespondToAuthChallenge where MFA_SETUP is answered and nothing was set up.
    raise InvalidParameterException(mfa_methods.UNVERIFIED_TOKEN)


def check_open(progress: Progress) -> None:
    """Raise NotAuthorizedException if the user has a second factor: the password alone may not replace it."""
    if mfa_methods.usable(progress.context, progress.principal):
        raise refusals.invalid_session("a second factor was set up in the meantime")


_ORDER = (mfa_methods.SOFTWARE_TOKEN, mfa_methods.SMS, mfa_methods.EMAIL)


def _accept_software_token(progress: Progress) -> None:
    progress.state["second"] = mfa_methods.SOFTWARE_TOKEN


def _address(progress: Progress, method: str, address: str) -> Accept:
    """Store an address that the user did not have. It stays unverified until its code is answered."""
    attribute, schema = mfa_methods.ADDRESSES[method], progress.pool.settings["SchemaAttributes"]
    attributes.check_change(schema, progress.known.attributes, {attribute: address})

    def accept(progress: Progress) -> None:
        principal = progress.principal
        changed = {**principal.user.attributes, attribute: address, f"{attribute}_verified": "false"}
        progress.user = accounts.change(progress.context, principal, changed)
        progress.state["mfa"] = method

    return accept
