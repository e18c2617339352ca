"""Calls of identity pools with logins of providers elsewhere, whose keys have to be fetched."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.outside.http import CannedHttp
from keys.signing import SigningKey, generate
from tests.api.identity_app import DEVELOPER, App
from tests.api.issuers import Issuer, accepting
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import Scene
from tests.builders import sign_in


@cache
def _key() -> SigningKey:
    return generate()


def an_app(scene: Scene) -> tuple[App, dict[str, str]]:
    """An identity pool for the scene's users and those of an issuer, and Ana's logins at both."""
    pages = scene.api.world.http
    assert isinstance(pages, CannedHttp)
    settings = {"IdentityPoolName": "app", "AllowUnauthenticatedIdentities": True, "DeveloperProviderName": DEVELOPER}
    pool = scene.api.identity("CreateIdentityPool", **settings)["IdentityPoolId"]
    app = App(scene.api, scene.pool, scene.client, pool)
    issuer = Issuer(pages, _key(), f"https://corp.example.com/{scene.pool}/realm").publish()
    accepting(app, issuer).roles()
    return app, {app.provider: sign_in(scene.api, scene.client)["IdToken"], **issuer.logins()}


def _with(call: Callable[[App, dict[str, str]], Any]) -> Callable[[Scene], Call]:
    def ready(scene: Scene) -> Call:
        app, logins = an_app(scene)
        return lambda: call(app, logins)

    ready.__name__ = "with_two_logins"
    return ready


def _unlinks(scene: Scene) -> Call:
    """Ana shows both logins, of which the other one is linked, and detaches it."""
    app, logins = an_app(scene)
    own = {app.provider: logins[app.provider]}
    identity = app.get_id(own)
    members = {"IdentityId": identity, "Logins": logins, "LoginsToRemove": [app.provider]}
    return lambda: app.api.identity("UnlinkIdentity", **members)


ROWS = (
    Row("GetId", _with(lambda app, logins: {"IdentityId": app.get_id(logins)})),
    Row("GetCredentialsForIdentity", _with(lambda app, logins: app.credentials(app.get_id(), logins))),
    Row("GetOpenIdToken", _with(lambda app, logins: app.token(app.get_id(), logins))),
    Row("GetOpenIdTokenForDeveloperIdentity", _with(lambda app, logins: app.vouch("ana", Logins=logins))),
    Row("UnlinkIdentity", _unlinks),
)
