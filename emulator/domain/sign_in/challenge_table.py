"""The table of challenges, by name."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.domain.sign_in.challenges import (
    admin_no_srp_auth,
    custom_challenge,
    device_password_verifier,
    device_srp_auth,
    email_otp,
    mfa_setup,
    new_password,
    password_choice,
    password_srp,
    password_verifier,
    select_challenge,
    select_mfa_type,
    sms_mfa,
    sms_otp,
    software_token_mfa,
    web_authn,
)
from emulator.domain.sign_in.progress import Challenge

_MODULES: tuple[Challenge, ...] = (
    admin_no_srp_auth,
    custom_challenge,
    device_password_verifier,
    device_srp_auth,
    email_otp,
    mfa_setup,
    new_password,
    password_choice,
    password_srp,
    password_verifier,
    select_challenge,
    select_mfa_type,
    sms_mfa,
    sms_otp,
    software_token_mfa,
    web_authn,
)
CHALLENGES: Mapping[str, Challenge] = {module.NAME: module for module in _MODULES}
"""ChallengeName → the module that offers the challenge and checks its answers."""
