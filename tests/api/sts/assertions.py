"""SAML responses for AssumeRoleWithSAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keys.signing import SigningKey
from tests import saml
from tests.api.sts.parties import ACCOUNT, arn

PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"
ROLE = arn("staff")
AWS = "https://signin.aws.amazon.com/saml"
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"


def assertion(
    key: SigningKey,
    *,
    change: Callable[[str], str] = str,
    name: str = "ana@idp",
    attributes: dict[str, str] | None = None,
    **members: Any,
) -> str:
    """A signed response in base64, for the role of staff; `attributes` are AWS's, such as `SessionDuration`."""
    told = {"Role": f"{ROLE},{PROVIDER}", "RoleSessionName": "ana", **(attributes or {})}
    aws = {f"{_ATTRIBUTES}{each}": value for each, value in told.items() if value}
    document = saml.assertion("", name, **{"audience": "urn:amazon:webservices", **members, **aws})
    sent = f'<saml:SubjectConfirmation><saml:SubjectConfirmationData Recipient="{AWS}"/></saml:SubjectConfirmation>'
    document = document.replace("</saml:Subject>", f"{sent}</saml:Subject>")
    return saml.encoded(saml.signed(change(document), key))
