"""The connector for Sign in with Apple: OpenID Connect by form_post, without userInfo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.providers import providers
from emulator.federation import fetching, registration
from emulator.federation.connector import Attempt
from emulator.federation.endpoints import endpoints
from emulator.federation.errors import ProviderError
from emulator.federation.oidc import OidcConnector
from emulator.federation.registration import Registration
from keys import client_assertions
from storage.records.providers import IdentityProvider

_AUDIENCE = "https://appleid.apple.com"
_SECONDS = 300
_LONGEST = 4096


class AppleConnector(OidcConnector):
    """Apple's client secret is a JWT that the client signs. The user's name comes once, in the form."""

    takes_hints = False
    identifies_by_id_token = True

    def _registration(self, context: Context, provider: IdentityProvider) -> Registration:
        details = provider.settings["ProviderDetails"]
        claims = {
            "iss": details["team_id"],
            "iat": int(context.now),
            "exp": int(context.now) + _SECONDS,
            "aud": _AUDIENCE,
            "sub": details["client_id"],
        }
        key = providers.secrets_of(context, provider)["private_key"]
        try:
            secret = client_assertions.sign(key, details["key_id"], claims)
        except ValueError as problem:
            if not endpoints(context, provider).are_stand_ins:
                # AWS unknown: the error_description of Sign in with Apple with a private_key that is none. Here it
                # comes before the browser is sent to Apple.
                raise ProviderError("Invalid private_key for SignInWithApple", str(problem)) from None
            # The stand-in cannot tell whose key it was: a placeholder will do there.
            secret = client_assertions.sign(client_assertions.new_key(), details["key_id"], claims)
        return registration.read(context, provider, secret)

    def _further(self, provider: IdentityProvider, at: Registration, attempt: Attempt) -> dict[str, str]:
        return {**super()._further(provider, at, attempt), "response_mode": "form_post"}

    def _claims(self, responses: Mapping[str, Any], answer: Mapping[str, str]) -> dict[str, Any]:
        return {**_names(answer.get("user", "")), **super()._claims(responses, answer)}


def _names(user: str) -> dict[str, str]:
    """The claims `firstName`, `lastName` and `name` in the form's `user`, which Apple sends at the first sign-in only.

    Nothing else is taken from it, since nobody has signed it.
    """
    try:
        held = json.loads(user) if len(user) <= _LONGEST else None
    except (ValueError, RecursionError):
        return {}
    name = held.get("name") if isinstance(held, dict) else None
    if not isinstance(name, dict) or not fetching.is_storable(name):
        return {}
    parts = {part: name[part] for part in ("firstName", "lastName") if isinstance(name.get(part), str) and name[part]}
    return {**parts, "name": " ".join(parts.values())} if parts else {}


APPLE = AppleConnector()
