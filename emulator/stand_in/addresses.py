"""The addresses of the stand-in provider, by the provider type that it stands in for."""

from __future__ import annotations

from msgspec import Struct

PREFIX = "/_emulator/idp"
"""Where the stand-in provider is on this server."""
FACEBOOK_VERSION = "v17.0"


class Endpoints(Struct, frozen=True):
    """Where a stand-in answers. Endpoints that its protocol does not have are None.

    `userinfo` of Facebook ends in `?fields=`, as Cognito's attributes_url does: names are to be appended.
    """

    issuer: str
    """The `iss` of its ID tokens; for SAML its entity ID."""
    authorize: str | None = None
    token: str | None = None
    userinfo: str | None = None
    keys: str | None = None
    """The JWK Set."""
    discovery: str | None = None
    end_session: str | None = None
    metadata: str | None = None
    """SAML metadata."""
    sso: str | None = None
    """SAML single sign-on, by redirect and POST binding."""
    slo: str | None = None
    """SAML single log-out, by redirect and POST binding."""
    initiate: str | None = None
    """SAML sign-in that starts at the provider."""


def addresses(provider_type: str, base: str, version: str = FACEBOOK_VERSION) -> Endpoints:
    """The endpoints of the stand-in for a provider type of Cognito, below the base URL of this server.

    `version` is the version of Facebook's API in the paths. Raises KeyError for an unknown type.
    """
    return {
        "OIDC": _oidc,
        "Google": _google,
        "Facebook": lambda root: _facebook(root, version),
        "LoginWithAmazon": _amazon,
        "SignInWithApple": _apple,
        "SAML": _saml,
    }[provider_type](base.rstrip("/") + PREFIX)


def _oidc(root: str) -> Endpoints:
    issuer = f"{root}/oidc"
    return Endpoints(
        issuer=issuer,
        authorize=f"{issuer}/authorize",
        token=f"{issuer}/token",
        userinfo=f"{issuer}/userinfo",
        keys=f"{issuer}/jwks",
        discovery=f"{issuer}/.well-known/openid-configuration",
        end_session=f"{issuer}/end_session",
    )


def _google(root: str) -> Endpoints:
    issuer = f"{root}/google"
    return Endpoints(
        issuer=issuer,
        authorize=f"{issuer}/o/oauth2/v2/auth",
        token=f"{issuer}/oauth2/v4/token",
        userinfo=f"{issuer}/v1/userinfo",
        keys=f"{issuer}/oauth2/v3/certs",
        discovery=f"{issuer}/.well-known/openid-configuration",
    )


def _facebook(root: str, version: str) -> Endpoints:
    issuer = f"{root}/facebook"
    return Endpoints(
        issuer=issuer,
        authorize=f"{issuer}/{version}/dialog/oauth",
        token=f"{issuer}/{version}/oauth/access_token",
        userinfo=f"{issuer}/{version}/me?fields=",
    )


def _amazon(root: str) -> Endpoints:
    issuer = f"{root}/amazon"
    return Endpoints(
        issuer=issuer,
        authorize=f"{issuer}/ap/oa",
        token=f"{issuer}/auth/o2/token",
        userinfo=f"{issuer}/user/profile",
    )


def _apple(root: str) -> Endpoints:
    issuer = f"{root}/apple"
    return Endpoints(
        issuer=issuer,
        authorize=f"{issuer}/auth/authorize",
        token=f"{issuer}/auth/token",
        keys=f"{issuer}/auth/keys",
        discovery=f"{issuer}/.well-known/openid-configuration",
    )


def _saml(root: str) -> Endpoints:
    saml = f"{root}/saml"
    return Endpoints(
        issuer=f"{saml}/metadata",
        metadata=f"{saml}/metadata",
        sso=f"{saml}/sso",
        slo=f"{saml}/slo",
        initiate=f"{saml}/initiate",
        end_session=f"{saml}/logout",
    )
