"""oidc-provider (panva), at which people sign in by its own pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.federation.whole.shop import Answer, Person
from tests.sdk.node_client import NodeClient


@contextmanager
def serving(log: Path, back: str, secret: str, clients: dict[str, str]) -> Iterator[str]:
    """The provider while the context lasts, with clients and the algorithms by which it signs their ID tokens.

    Answers its issuer.
    """
    known = {"client_secret": secret, "redirect_uris": [back], "token_endpoint_auth_method": "client_secret_post"}
    given = [{"client_id": name, "id_token_signed_response_alg": each, **known} for name, each in clients.items()]
    node = NodeClient("oidc-provider.mjs", log)
    try:
        yield node.call("start", given)
    finally:
        node.stop()


def agreed(ana: Person, page: Answer) -> Answer:
    """Sign in at its page, and agree on the next one that the client may know who it is."""
    assert page.form().fields["prompt"] == "login"
    page = ana.submit(page, login="ana", password="any")
    assert page.form().fields["prompt"] == "consent", page.text
    return ana.submit(page)
