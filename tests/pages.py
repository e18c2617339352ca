"""Web pages as this server meets them: what browsers send for them, and where they may and may not be from."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.builders import Api

EVIL = "https://evil.example"
MOZILLA = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
NAVIGATION = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

FOREIGN_ORIGINS = [
    EVIL,
    "null",
    "",
    "file://",
    "chrome-extension://ifpeacgdlmnbocpmihjpbocojajgnabb",
    "moz-extension://localhost",
    "capacitor://localhost",
    "ftp://localhost",
    "localhost",
    "localhost:3000",
    "//localhost",
    "http://",
    "http://localhost/",
    "http://localhost:3000/path",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://evil.example#localhost",
    "http://evil.example?localhost",
    "http://evil.example\\localhost",
    "http://evil-localhost",
    "http://evillocalhost",
    "http://localhost..",
    "http://127.0.0.1.evil.example",
    "http://127.1",
    "http://128.0.0.1",
    "http://0.0.0.0:3000",
    "http://192.168.0.9",
    "http://[::2]",
    "http://[::1",
    "http://[::1%25lo]",
    "http://[localhost]",
    "http://localhost:3000, https://evil.example",
    "http://localhost:3000,https://evil.example",
    "https://evil.example, http://localhost:3000",
    "http://localhost http://evil.example",
    " http://localhost",
    "http://local\u00adhost",
    "http://ｌocalhost",
    "http://xn--lcalhost-54a",
    "http://otherservice:3000",
    "http://app.example.evil.example",
    "https://" + "a" * 5000,
]

OUR_ORIGINS = [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:3000",
    "http://LocalHost:5173",
    "http://localhost.",
    "http://app.localhost:8080",
    "http://my-app.auth.us-east-1.localhost:26464",
    "http://127.0.0.1:1",
    "http://127.45.6.7",
    "http://[::1]:3000",
    "https://[::1]",
]

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:26464",
    "evil.example.",
    "EVIL.example",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "127.0.0.1.evil.example:26464",
    "127.1",
    "0x7f.0.0.1",
    "127.0.0.256",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost:26464@evil.example",
    "localhost, evil.example",
    "evil.example, localhost",
    "localhost/evil",
    "localhost:port",
    "localhost:",
    "localhost:123456",
    "localhost..",
    ".",
    "..",
    ":26464",
    "[evil]",
    "[::1",
    "::1",
    "[fe80::1%25eth0]",
    "xn--bcher-kva.example",
    "bücher.example",
    "ｌocalhost",
    "cognito emulator",
    "-" * 300,
]

OUR_HOSTS = [
    "localhost",
    "localhost:26464",
    "LOCALHOST.:26464",
    "my-app.auth.us-east-1.localhost:26464",
    "127.0.0.1:26464",
    "127.9.9.9",
    "0.0.0.0:26464",
    "192.168.0.9:26464",
    "[::1]:26464",
    "[fd00::9]",
    "cognito",
    "cognito_emulator:26464",
]


def call(api: Api, target: str, body: str = "{}", **headers: str) -> TestResponse:
    """POST / as a page does it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.http.post("/", data=body, headers={"X-Amz-Target": target, **named})


def named_by(response: TestResponse) -> str:
    """The setting that a refusal names. No page can read what a control endpoint says, not even that."""
    assert response.status_code == 403
    readable = "Access-Control-Allow-Origin" in response.headers
    assert not (readable and response.request.path.startswith("/_emulator"))
    [setting] = [name for name in ("--allowed-origins", "--allowed-hosts") if name in response.text]
    return setting
