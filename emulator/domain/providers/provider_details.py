"""ProviderDetails by type of identity provider: required keys, optional keys, and the keys that Cognito adds.

Source: the service model's documentation of CreateIdentityProvider. Every value is a string.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from emulator.domain.pools.urls import check_web_address
from emulator.faults import InvalidParameterException

SECRETS = ("client_secret", "private_key")
"""Keys whose values are encrypted in the database."""
SHOWN_SECRETS = ("client_secret",)
"""Those that DescribeIdentityProvider returns."""
ENDPOINTS = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "attributes_url": "userinfo_endpoint",
    "jwks_uri": "jwks_uri",
}
"""Endpoints that an OIDC provider may leave to discovery, with their names in the discovery document."""

_CHOICES = {
    "attributes_request_method": ("GET", "POST"),
    "token_request_method": ("GET", "POST"),
    "attributes_url_add_attributes": ("true", "false"),
    "IDPSignout": ("true", "false"),
    "IDPInit": ("true", "false"),
    "EncryptedResponses": ("true", "false"),
    "RequestSigningAlgorithm": ("rsa-sha256",),
}
_URLS = frozenset({*ENDPOINTS, "oidc_issuer", "MetadataURL"})

Details = Mapping[str, str]


class Kind(Struct, frozen=True):
    """A ProviderType: its `required` and `optional` keys, and the keys that are `added`, with their default values.

    `subject` is the claim that identifies a user at the provider, unless another claim is mapped to `username`.
    """

    required: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    added: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = "sub"


_APP = ("client_id", "client_secret", "authorize_scopes")
KINDS = {
    "Google": Kind(
        _APP,
        added={
            "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
            "oidc_issuer": "https://accounts.google.com",
            "token_request_method": "POST",
            "token_url": "https://www.googleapis.com/oauth2/v4/token",
        },
    ),
    "Facebook": Kind(
        _APP,
        added={
            "api_version": "v17.0",
            "attributes_url": "https://graph.facebook.com/{api_version}/me?fields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": "https://www.facebook.com/{api_version}/dialog/oauth",
            "token_request_method": "GET",
            "token_url": "https://graph.facebook.com/{api_version}/oauth/access_token",
        },
        subject="id",
    ),
    "LoginWithAmazon": Kind(
        _APP,
        added={
            "attributes_url": "https://api.amazon.com/user/profile",
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://www.amazon.com/ap/oa",
            "token_request_method": "POST",
            "token_url": "https://api.amazon.com/auth/o2/token",
        },
        subject="user_id",
    ),
    "SignInWithApple": Kind(
        ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
        added={
            "attributes_url_add_attributes": "false",
            "authorize_url": "https://appleid.apple.com/auth/authorize",
            "oidc_issuer": "https://appleid.apple.com",
            "token_request_method": "POST",
            "token_url": "https://appleid.apple.com/auth/token",
        },
    ),
    "OIDC": Kind(
        ("client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"),
        frozenset({"client_secret", *ENDPOINTS}),
        added={"attributes_url_add_attributes": "false"},
    ),
    "SAML": Kind(
        (),
        frozenset(
            {
                "MetadataURL",
                "MetadataFile",
                "IDPSignout",
                "IDPInit",
                "EncryptedResponses",
                "RequestSigningAlgorithm",
                "SSORedirectBindingURI",
                "SLORedirectBindingURI",
            }
        ),
        subject=None,
    ),
}
"""Each ProviderType."""

SOCIAL = frozenset(KINDS) - {"OIDC", "SAML"}
"""The types whose providers are named after the type, so that a pool has at most one provider of each."""


def checked(provider_type: str, given: Details) -> dict[str, str]:
    """Validate ProviderDetails, and return them with the defaults that Cognito adds. Raises InvalidParameterException.

    A given value wins over a default, so that the answer of DescribeIdentityProvider can be sent back.
    """
    kind = KINDS[provider_type]
    for key, value in given.items():
        if key not in {*kind.required, *kind.optional, *kind.added}:
            raise InvalidParameterException(f"{key} is not a valid key for {provider_type} identity provider details.")
        _check(key, value)
    if not all(given.get(key) for key in kind.required):
        # AWS unknown: the message of CreateIdentityProvider where ProviderDetails of an OIDC provider or of Sign in
        # with Apple lack a key. Here it has the form that Google's and Facebook's have.
        raise InvalidParameterException(f"{_listed(kind.required)} are all required idp details")
    if provider_type == "SAML" and not (given.get("MetadataURL") or given.get("MetadataFile")):
        raise InvalidParameterException("At least one of the MetadataURL or MetadataFile should be provided.")
    version = {"api_version": given.get("api_version") or kind.added.get("api_version", "")}
    return {name: value.format(**version) for name, value in kind.added.items()} | dict(given)


def _check(key: str, value: str) -> None:
    # Unlike AWS: CreateIdentityProvider also takes http URLs for identity providers, and any port. AWS refuses http and
    # ports other than 80 and 443; while developing, a provider often runs on the same machine.
    if key in _URLS:
        check_web_address(value, key)
    # AWS unknown: the messages of CreateIdentityProvider for a URL or an enumerated value in ProviderDetails that is
    # not valid.
    if key in _CHOICES and value not in _CHOICES[key]:
        raise InvalidParameterException(f"{key} must be one of {', '.join(_CHOICES[key])}.")


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
