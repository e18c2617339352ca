"""The SAML 2.0 messages that a pool sends as a service provider, by HTTP-Redirect (OASIS "Bindings", section 3.4)."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from keys import redirect_signatures
from keys.entropy import Entropy, uuid
from keys.signing import SigningKey

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_NAMES = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
QUALIFIERS = ("NameQualifier", "SPNameQualifier", "Format")
"""The attributes of a NameID."""


def authn_request(
    head: Mapping[str, str], issuer: str, reply_to: str, *, force: bool = False, extensions: str = ""
) -> str:
    """An AuthnRequest whose answer is to be posted to `reply_to`. `force`: the user has to authenticate anew.

    `extensions` is XML for its Extensions, which it has only if there is something in them.
    """
    # AWS unknown: whether the AuthnRequest of GET /oauth2/authorize has a NameIDPolicy, and whether prompt=login
    # becomes ForceAuthn. Here it has none, and prompt=login does.
    asked = {
        "AssertionConsumerServiceURL": reply_to,
        "ProtocolBinding": POST,
        **({"ForceAuthn": "true"} if force else {}),
    }
    content = f"<samlp:Extensions>{extensions}</samlp:Extensions>" if extensions else ""
    return _message("AuthnRequest", {**head, **asked}, issuer, content)


def logout_request(head: Mapping[str, str], issuer: str, session: Mapping[str, str]) -> str:
    """A LogoutRequest for the session that a sign-in at the provider gave: `Identity.session`."""
    name_id = f"<saml:NameID{_attributes({name: session[name] for name in QUALIFIERS if name in session})}>"
    index = session.get("SessionIndex")
    content = f"{name_id}{escape(session['NameID'])}</saml:NameID>"
    content += f"<samlp:SessionIndex>{escape(index)}</samlp:SessionIndex>" if index else ""
    return _message("LogoutRequest", head, issuer, content)


def logout_response(head: Mapping[str, str], issuer: str, request_id: str) -> str:
    """A LogoutResponse that tells of success."""
    content = f'<samlp:Status><samlp:StatusCode Value="{SUCCESS}"/></samlp:Status>'
    return _message("LogoutResponse", {**head, "InResponseTo": request_id}, issuer, content)


def new_id(entropy: Entropy) -> str:
    """An ID for a message. It begins with an underscore, since XML IDs may not begin with a digit."""
    return f"_{uuid(entropy)}"


def head(message_id: str, destination: str, now: float) -> dict[str, str]:
    """The attributes that all messages have. `destination` is the URL to which the message is sent."""
    issued = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"ID": message_id, "Version": "2.0", "IssueInstant": issued, "Destination": destination}


def redirect(location: str, message: str, kind: str, relay_state: str | None, key: SigningKey | None) -> str:
    """The URL that takes a message to a location, signed if there is a key. `kind` is SAMLRequest or SAMLResponse.

    The signature covers the query as it is sent, from `kind` to SigAlg.
    """
    compress = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    deflated = compress.compress(message.encode()) + compress.flush()
    parameters = {kind: base64.b64encode(deflated).decode()}
    parameters |= {"RelayState": relay_state} if relay_state is not None else {}
    parameters |= {"SigAlg": redirect_signatures.ALGORITHM} if key else {}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    if key:
        query += f"&Signature={quote(redirect_signatures.sign(key, query.encode()), safe='')}"
    address, mark, fragment = location.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{query}{mark}{fragment}"


def _message(kind: str, attributes: Mapping[str, str], issuer: str, content: str) -> str:
    said = _attributes(attributes)
    return f"<samlp:{kind} {_NAMES}{said}><saml:Issuer>{escape(issuer)}</saml:Issuer>{content}</samlp:{kind}>"


def _attributes(members: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in members.items())
