"""What an identity provider said of a user who has just signed in there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field


class Identity(Struct, frozen=True):
    """A user at an identity provider, as verified by the provider's connector.

    `claims` are what an AttributeMapping refers to: name → value as the provider sent it. They are those of the ID
    token and of userInfo together, or the attributes of a SAML assertion by their Name, as a list where one has several
    values. `subject` is the NameID of a SAML assertion; None where a claim identifies the user. `responses` are the
    same claims by where the provider sent them, as the event of the trigger InboundFederation has them: `tokenResponse`
    (with the tokens), `idToken` and `userInfo`, or `samlResponse`. `session` is what single log-out at the provider
    needs later.
    """

    claims: Mapping[str, Any]
    subject: str | None = None
    responses: Mapping[str, Any] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)
