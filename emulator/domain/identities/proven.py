"""A login that was validated, whatever kind of provider it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal["user pool", "oidc", "social", "saml", "developer"]


class Proven(Struct, frozen=True):
    """A validated login: `subject` is the user at `provider` (its canonical name), `client_id` the token's audience."""

    provider: str
    client_id: str
    """The app client or app id. Of a login of the developer provider, the identity pool."""
    subject: str
    claims: Mapping[str, Any]
    kind: Kind = "user pool"
    arn: str | None = None
    """The ARN of an OIDC or SAML provider in IAM."""
    roles: Sequence[str] = ()
    """The roles that a SAML assertion names for its provider."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """The principal tags that the token of a developer-authenticated identity carries."""

    @property
    def mapping_key(self) -> str:
        """The key of a role mapping for this login, in canonical form."""
        if self.kind == "user pool":
            return f"{self.provider}:{self.client_id}"
        return self.arn or self.provider

    @property
    def methods(self) -> tuple[str, str]:
        """The two entries in `amr`: the provider, and the user there. Backends take the second one apart."""
        return self.provider, _USERS[self.kind].format(login=self)


_USERS: Mapping[Kind, str] = {
    "user pool": "{login.provider}:CognitoSignIn:{login.subject}",
    "oidc": "{login.arn}:OIDC:{login.subject}",
    "social": "{login.provider}:{login.client_id}:{login.subject}",
    # AWS unknown: the entry in `amr` of GetOpenIdToken for a user of a SAML provider. Here it is like that of an OIDC
    # provider.
    "saml": "{login.arn}:SAML:{login.subject}",
    "developer": "{login.provider}:{login.client_id}:{login.subject}",
}


def methods(proven: Sequence[Proven]) -> list[str]:
    """The `amr` claim: how an identity was authenticated."""
    if not proven:
        return ["unauthenticated"]
    return ["authenticated", *(entry for login in proven for entry in login.methods)]
