"""Clients that run in a page of an application, in a real browser: Ada signs in at the login pages."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser.chromium import Browser
from tests.browser.test_passkeys import Quiet
from tests.https.conftest import Secure
from tests.recipes.page import PASSWORD, PUBLIC, Site, blocks
from tests.sdk import node_client
from tests.sdk.conftest import Server

ESBUILD = node_client.HERE / "node_modules" / "esbuild" / "bin" / "esbuild"
JSX = ("--loader:.mjs=jsx", "--jsx=automatic")
_PAGE = (
    '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/page.js"></script>'
)


class Pages(Quiet):
    """Serves the script, and the page at any other path."""

    def translate_path(self, path: str) -> str:
        """The file at a path."""
        return str(Path(self.directory) / ("page.js" if path == "/page.js" else "page.html"))


class Application:
    """A page of an application in a browser, which has a block of docs/oauth.md for its script."""

    def __init__(self, site: Site, browser: Browser, names: str) -> None:
        self.site, self.browser, self.names = site, browser, names

    def open(self) -> None:
        """Open the application."""
        self.browser.navigate(self.site.home)
        self.wait()

    def wait(self) -> None:
        """Wait until the page's script has run, back from the login pages or not."""
        self.browser.run(
            "new Promise(done => { const look = () => window.app ? done(true) : setTimeout(look, 10); look() })"
        )

    def run(self, expression: str) -> Any:
        """What an expression of the script's names comes to."""
        return self.browser.run(f"(async () => {{ const {{ {self.names} }} = window.app; return {expression} }})()")

    def leave(self, expression: str) -> None:
        """Run an expression that leads the browser to another site, and wait until it is there."""
        self.browser.leave(lambda: self.browser.run(f"(({{ {self.names} }}) => void {expression})(window.app)"))

    def sign_in(self) -> None:
        """Fill in the login form, and come back."""
        fill = "((name, value) => { document.getElementsByName(name)[0].value = value })"
        self.browser.call(fill, "username", "ada")
        self.browser.call(fill, "password", PASSWORD)
        self.browser.click("form button")
        self.wait()


@contextmanager
def application(site: Site, browser: Browser, code: str, names: str, place: Path) -> Iterator[Application]:
    """Serve a page whose script is a block, bundled with its packages, which leaves these names in `window.app`."""
    written = site.write("recipe.mjs", f"{code}\nwindow.app = {{ {names} }};\n", place)
    (place / "page.html").write_text(_PAGE)
    command = [
        str(node_client.NODE),
        str(ESBUILD),
        str(written),
        "--bundle",
        "--format=esm",
        "--log-level=warning",
        *JSX,
    ]
    subprocess.run([*command, f"--outfile={place / 'page.js'}"], check=True, timeout=60)
    with ThreadingHTTPServer(("127.0.0.1", site.port), partial(Pages, directory=str(place))) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield Application(site, browser, names)
        serving.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """A server that listens for https too."""
    place = tmp_path_factory.mktemp("secure")
    server = Server("--ephemeral", "--https", "--https-port", "0", log=place / "server.log")
    yield Secure(server, place / "ca.pem")
    server.stop()


def trusting(secure: Secure) -> str:
    """Chromium's flag to trust the server's certificate, which the server's CA signed: by its key, without a store."""
    with secure.connect() as connection:
        certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(key).digest()).decode()}"


def test_oidc_client_ts_signs_in_renews_silently_and_signs_out(site: Site, tmp_path: Path) -> None:
    [code] = blocks("oidc-client-ts")
    with (
        Browser(tmp_path / "profile") as browser,
        application(site, browser, code, "users, user, signOut", tmp_path) as page,
    ):
        page.open()
        assert page.run("user") is None
        page.leave("users.signinRedirect()")
        page.sign_in()
        assert page.run("user.profile.email") == "ada@example.com"
        assert page.run("(await users.signinSilent()).profile.email") == "ada@example.com"
        page.run("await users.storeUser(Object.assign(await users.getUser(), { refresh_token: undefined }))")
        assert page.run("(await users.signinSilent()).profile.email") == "ada@example.com"
        page.leave("signOut()")
        page.wait()
        assert page.run("user") is None
        assert browser.at() == site.home
        assert page.run("await users.signinSilent().catch(error => error.error)") == "login_required"


def test_amplify_signs_in_by_redirect_over_https_and_signs_out(secure: Secure, tmp_path: Path) -> None:
    site = Site(secure.server, secure.url)
    [code] = blocks("Amplify (v6)")
    with (
        Browser(tmp_path / "profile", trusting(secure)) as browser,
        application(site, browser, code, "fetchAuthSession, signInWithRedirect, signOut", tmp_path) as page,
    ):
        page.open()
        page.leave("signInWithRedirect()")
        assert browser.at().startswith(f"https://localhost:{secure.port}/login?")
        page.sign_in()
        client = "(await fetchAuthSession()).tokens.accessToken.payload.client_id"
        assert page.run(client) == PUBLIC
        page.leave("signOut()")
        page.wait()
        assert page.run("(await fetchAuthSession()).tokens") is None
        page.leave("signInWithRedirect()")
        assert browser.at().startswith(f"https://localhost:{secure.port}/login?")
