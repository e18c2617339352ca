"""The first page and the first form of a server, asked for at once by two threads, import Werkzeug together."""

from __future__ import annotations

import subprocess
import sys

_BOTH_AT_ONCE = """
import io, pathlib, sys, tempfile, threading
from emulator.app import create_front
from emulator.outside.world import World
from emulator.settings import Settings
from keys.vault import Vault
from storage.store import Store

sys.setswitchinterval(1e-6)  # threads take turns within the import
together, answers = threading.Barrier(2), []

def ask(method, path, body=b"", **headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "wsgi.url_scheme": "http",
               "HTTP_HOST": "localhost:1", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **headers}
    together.wait()
    try:
        front(environ, lambda status, _headers: answers.append(status))
    except Exception as error:
        answers.append(repr(error))

with tempfile.TemporaryDirectory() as directory:
    store = Store(pathlib.Path(directory) / "x", Vault(bytes(32)))
    front = create_front(Settings(ephemeral=True), World(), store, is_new=store.is_new)
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    threads = [threading.Thread(target=ask, args=("GET", "/nowhere")),
               threading.Thread(target=ask, args=("POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15"),
                                kwargs=form)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
print(*sorted(answers), sep="\\n")
"""


def test_the_first_page_and_the_first_form_may_come_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", _BOTH_AT_ONCE], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.splitlines()) == ("", ["200 OK", "404 NOT FOUND"])
