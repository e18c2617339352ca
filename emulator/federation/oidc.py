"""The connector for OpenID Connect providers, whose steps the social providers' connectors share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.federated.identity import Identity
from emulator.federation import code_exchange, fetching, id_tokens, registration, urls, user_info
from emulator.federation.connector import Attempt, Departure
from emulator.federation.errors import ProviderError
from emulator.federation.registration import Registration
from storage.records.providers import IdentityProvider

_ERRORS = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
"""The errors of authorization responses (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6)."""


_OF_SIGN_INS = frozenset({"acr", "amr", "auth_time"})
"""Claims about the sign-in, which ID tokens have (OpenID Connect Core 1.0, section 2): userInfo is about the user, who
may have written it there.
"""


class OidcConnector:
    """Speaks to a provider by the authorization code flow. The social providers' connectors override what differs."""

    takes_hints = True
    """Whether `login_hint` is passed on."""
    issues_id_tokens = True
    """Whether there are ID tokens at all."""
    identifies_by_id_token = False
    """Whether there has to be an ID token whatever the scopes are, since there is no userInfo."""

    def start(self, context: Context, provider: IdentityProvider, attempt: Attempt) -> Departure:
        """The authorization request. `authorize_url` may have a query of its own, which stays."""
        at = self._registration(context, provider)
        parameters = {
            "client_id": at.client_id,
            "redirect_uri": attempt.redirect_uri,
            "response_type": "code",
            "scope": at.scopes,
            "state": attempt.state,
            **({"nonce": attempt.nonce} if self.issues_id_tokens else {}),
            **self._further(provider, at, attempt),
        }
        return Departure(urls.with_parameters(at.endpoints.authorize, parameters))

    def identify(
        self, context: Context, provider: IdentityProvider, attempt: Attempt, answer: Mapping[str, str]
    ) -> Identity:
        """Exchange the code, verify the ID token, ask userInfo, and put the claims together."""
        at = self._registration(context, provider)
        _check_answer(at, answer)
        responses: dict[str, Any] = {}
        with context.unit.released(acts=True):
            tokens = responses["tokenResponse"] = code_exchange.exchange(
                context, at, answer["code"], attempt.redirect_uri
            )
            if self._has_id_token(at, tokens):
                responses["idToken"] = id_tokens.verified(context, at, tokens.get("id_token"), attempt.nonce)
            if info := self._user_info(context, at, tokens["access_token"]):
                responses["userInfo"] = info
        return Identity(self._claims(responses, answer), responses=responses)

    def _registration(self, context: Context, provider: IdentityProvider) -> Registration:
        return registration.read(context, provider)

    def _further(self, provider: IdentityProvider, at: Registration, attempt: Attempt) -> dict[str, str]:
        """Parameters of the authorization request beside those of OAuth 2.0."""
        # AWS unknown: whether GET /oauth2/authorize passes `prompt` on to social providers. Here it does, to all.
        parameters = {}
        if prompts := [value for value in attempt.prompt if value != "none"]:
            parameters["prompt"] = " ".join(prompts)
        # Unlike AWS: a sign-in with a social provider passes login_hint on to this server's stand-in, which signs the
        # user in without a page. Cognito does not pass it on to social providers.
        if attempt.login_hint and (self.takes_hints or at.endpoints.are_stand_ins):
            parameters["login_hint"] = attempt.login_hint
        mapped = provider.settings.get("AcrMapping", {})
        if names := [mapped[f"Level{level}"] for level in attempt.levels if f"Level{level}" in mapped]:
            parameters["acr_values"] = " ".join(names)
        return parameters

    def _has_id_token(self, at: Registration, tokens: Mapping[str, Any]) -> bool:
        """Whether a token response has an ID token, or else is refused."""
        # AWS unknown: whether sign-in at an OIDC provider that returns no ID token is refused. Here it is, if the
        # provider was asked for one by the scope openid; otherwise userInfo alone identifies the user.
        is_due = self.identifies_by_id_token or "openid" in at.scopes.split()
        return self.issues_id_tokens and (is_due or "id_token" in tokens)

    def _user_info(self, context: Context, at: Registration, access_token: str) -> dict[str, Any] | None:
        """The claims of userInfo; None if there is no such endpoint."""
        url = at.endpoints.user_info
        if url is None:
            return None
        return user_info.fetched(
            context, at, user_info.with_names(url, at.names) if at.adds_names else url, access_token
        )

    def _claims(self, responses: Mapping[str, Any], _answer: Mapping[str, str]) -> dict[str, Any]:
        """The claims of the ID token and of userInfo. Both must be about one user (OpenID Connect Core, 5.3.2)."""
        token = responses.get("idToken", {})
        info = {name: value for name, value in responses.get("userInfo", {}).items() if name not in _OF_SIGN_INS}
        if token and info.get("sub", token["sub"]) != token["sub"]:
            raise ProviderError("Bad userInfo subject", "the sub of userInfo is not that of the ID token")
        # AWS unknown: which claim of an OIDC provider counts if the ID token and userInfo have different values of it.
        # Here that of userInfo does.
        return {**token, **info}


def _check_answer(at: Registration, answer: Mapping[str, str]) -> None:
    """Raise ProviderError unless the provider has returned a code."""
    if error := answer.get("error"):
        # AWS unknown: how a provider's refusal (`error=access_denied`) is told to the application's callback. Here an
        # error of OAuth 2.0 or OpenID Connect is passed on, and any other becomes the description of invalid_request.
        known = error in _ERRORS
        described = answer.get("error_description") or error
        text = described if known or described == error else f"{error} {described}"
        raise ProviderError(fetching.cut(text), error=error if known else "invalid_request")
    if message := answer.get("error_message") or answer.get("error_code"):  # Facebook's, without `error`
        raise ProviderError(fetching.cut(message))
    if "iss" in answer and at.endpoints.issuer and not id_tokens.is_issuer(at, answer["iss"]):
        # AWS unknown: whether GET /oauth2/idpresponse looks at the `iss` of an authorization response (RFC 9207). Here
        # it does.
        raise ProviderError(f"Bad issuer {fetching.cut(answer['iss'])}")
    if not answer.get("code"):
        # AWS unknown: the error_description of GET /oauth2/idpresponse with neither a code nor an error.
        raise ProviderError("Required String parameter 'code' is not present")


OIDC = OidcConnector()
