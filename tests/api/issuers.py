"""OpenID Connect providers elsewhere, as tests have them: they publish a key set, and sign ID tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.outside.http import CannedHttp
from keys import jwks
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import App
from tests.conftest import NOON


@dataclass
class Issuer:
    """A provider with one key, whose documents are on the web."""

    pages: CannedHttp
    key: SigningKey
    url: str = "https://login.corp.example/realm"

    @property
    def name(self) -> str:
        """The key of its logins: the URL without scheme."""
        return self.url.partition("://")[2].removesuffix("/")

    @property
    def arn(self) -> str:
        """Its ARN in IAM."""
        return f"arn:aws:iam::000000000000:oidc-provider/{self.name}"

    @property
    def discovery_url(self) -> str:
        """Where its discovery document is."""
        return f"{self.url.removesuffix('/')}/.well-known/openid-configuration"

    def publish(self) -> Issuer:
        """Put the discovery document and the key set on the web."""
        self.pages.put(self.discovery_url, {"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        self.pages.put(f"{self.url}/keys", jwks.jwk_set([self.key]))
        return self

    def token(self, sub: str = "42", **claims: Any) -> str:
        """An ID token; a claim of None is left out."""
        told = {"iss": self.url, "aud": "app", "sub": sub, "exp": NOON + 600, "iat": NOON, **claims}
        return KeyRing().sign(self.key, {name: value for name, value in told.items() if value is not None})

    def logins(self, sub: str = "42", **claims: Any) -> dict[str, str]:
        """`Logins` with such a token."""
        return {self.name: self.token(sub, **claims)}


def accepting(app: App, *issuers: Issuer, **members: Any) -> App:
    """The application, whose identity pool takes the users of these providers too."""
    app.update(OpenIdConnectProviderARNs=[issuer.arn for issuer in issuers], **members)
    return app
