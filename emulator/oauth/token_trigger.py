"""PreTokenGeneration at the OAuth endpoints."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.sign_in import sign_in_triggers
from emulator.domain.tokens.grants import Grant
from emulator.domain.tokens.token_overrides import Overrides
from emulator.oauth.errors import InvalidRequest
from emulator.refusals import TRIGGER_FAULTS


def call(context: Context, grant: Grant, source: str, metadata: Mapping[str, str] | None = None) -> Overrides | None:
    """Call PreTokenGeneration with a triggerSource, and return its changes of the tokens; None if it is not configured.

    Raises InvalidRequest if the function fails, and as `sign_in_triggers.before_tokens`.
    """
    # AWS unknown: how POST /oauth2/token tells that PreTokenGeneration failed; here with invalid_request and the
    # message of the API.
    try:
        return sign_in_triggers.before_tokens(context, grant, metadata or {}, source)
    except TRIGGER_FAULTS as failed:
        raise InvalidRequest(failed.message, failed.reason) from None
