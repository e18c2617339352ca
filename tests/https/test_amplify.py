"""aws-amplify in Node over https: the CA is trusted by NODE_EXTRA_CA_CERTS."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest

from tests.builders import PASSWORD
from tests.https.conftest import Secure
from tests.sdk.node_client import ClientRefused, NodeClient
from tests.sdk.place import Place


def sign_in(node: NodeClient, secure: Secure, place: Place) -> str:
    """The issuer of the token of a sign-in over https."""
    node.call("configure", {**place.configuration, "endpoint": f"https://localhost:{secure.port}"})
    node.call("signIn", {"username": "ana", "password": PASSWORD, "options": {}})
    token = node.call("fetchAuthSession")["accessToken"]
    return str(jwt.decode(token, options={"verify_signature": False})["iss"])


def test_amplify_signs_in_once_it_trusts_the_ca_and_not_before(shared: Secure, tmp_path: Path) -> None:
    place = Place(shared.server)
    place.user()
    trusting = NodeClient("amplify.mjs", tmp_path / "trusting.log", NODE_EXTRA_CA_CERTS=str(shared.ca))
    assert sign_in(trusting, shared, place) == f"https://localhost:{shared.port}/{place.pool}"
    trusting.stop()
    other = NodeClient("amplify.mjs", tmp_path / "other.log")
    with pytest.raises(ClientRefused):
        sign_in(other, shared, place)
    other.stop()
