"""The connector for Facebook and Login with Amazon: OAuth 2.0, with the user's attributes from an API."""

from __future__ import annotations

from emulator.federation.oidc import OidcConnector


class PlainConnector(OidcConnector):
    """A provider that issues no ID tokens. Its API tells who the user is.

    Facebook's token request is a GET, as ProviderDetails says (`token_request_method`).
    """

    takes_hints = False
    issues_id_tokens = False


PLAIN = PlainConnector()
