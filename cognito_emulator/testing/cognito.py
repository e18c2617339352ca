"""The handle of a server: start, stop, and everything that a test asks of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from cognito_emulator.testing import pools
from cognito_emulator.testing.arguments import Value
from cognito_emulator.testing.control import Clock, Messages
from cognito_emulator.testing.errors import CognitoEmulatorError
from cognito_emulator.testing.process import Process
from cognito_emulator.testing.shortcuts import Fault
from cognito_emulator.testing.wire import Wire

_SERVICES = ("cognito-idp", "cognito-identity", "sts")
_LOCAL = ("127.0.0.1", "localhost", "::1")
_PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_KEY = "local"
_NONE = (None, None, None, None)
_NO_FILE = (None, None, os.devnull, None)
_WITHOUT_FILES = {"profile": _NONE, "config_file": _NO_FILE, "credentials_file": _NO_FILE}
"""Variables of a session of botocore, which let neither AWS_PROFILE nor ~/.aws lead its clients elsewhere."""


class CognitoEmulator:
    """A server of its own, on a free port, whose data goes with it: `with CognitoEmulator(code="123456") as cognito:`.

    The settings are those of `docs/settings.md`, with underscores: `password_cost=4`. The variables
    COGNITO_EMULATOR_… and the proxies of this process do not reach the server.
    """

    def __init__(self, **settings: Value) -> None:
        self._settings = settings
        self._process: Process | None = None
        self._was_started = False
        self._session: Any = None
        self._lock = threading.Lock()
        self.region = str(settings.get("region") or "us-east-1")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = self._process.url if self._process else "stopped" if self._was_started else "not started"
        return f"<CognitoEmulator {state}>"

    def start(self) -> Self:
        """Start the server, and return when it is ready. Raises `CognitoEmulatorError` with the server's words."""
        if self._process:
            raise CognitoEmulatorError(f"this server is running already, at {self._process.url}")
        process = Process(self._settings)
        self._wire = Wire(process.url, self.region, process.ended)
        self._clock = Clock(self._wire)
        self._process, self._was_started = process, True
        return self

    def stop(self) -> None:
        """Stop the server. Its data is gone, unless a setting says where it is kept."""
        process, self._process = self._process, None
        if process:
            process.stop()

    @property
    def endpoint_url(self) -> str:
        """The URL for SDKs: `http://127.0.0.1:PORT`."""
        return self._running().url

    @property
    def https_url(self) -> str:
        """The URL of the TLS listener, with the setting `https` or `certificate`."""
        url = self._running().https_url
        if url is None:
            raise CognitoEmulatorError("this server does not listen for https; give it the setting https=True")
        return url

    @property
    def log(self) -> str:
        """What the server has logged so far."""
        return self._running().log()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the SDKs of any language find this server, for a process that a test starts.

        The environment of this process is not changed. If it has a proxy, the server is excepted from it.
        """
        url = self.endpoint_url
        found = {
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url,
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY": url,
            "AWS_ENDPOINT_URL_STS": url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _KEY,
            "AWS_SESSION_TOKEN": "",
        }
        if any(os.environ.get(name) for name in _PROXIES):
            found |= {name: _excepted(os.environ.get(name, "")) for name in ("no_proxy", "NO_PROXY")}
        return found

    def client(self, service: str = "cognito-idp", **keywords: Any) -> Any:
        """A boto3 client of `cognito-idp`, `cognito-identity` or `sts`; `keywords` are those of `boto3.client`."""
        url = self.endpoint_url
        if service not in _SERVICES:
            raise CognitoEmulatorError(f"{service!r} is not emulated; there are {', '.join(_SERVICES)}")
        try:
            import boto3
            import botocore.session
            from botocore.config import Config
        except ImportError:
            raise CognitoEmulatorError("client() needs boto3, which is not installed: pip install boto3") from None
        config = Config(proxies={}, retries={"max_attempts": 1})
        if "config" in keywords:
            config = config.merge(keywords.pop("config"))
        own = {"region_name": self.region, "aws_access_key_id": _KEY, "aws_secret_access_key": _KEY}
        with self._lock:  # a session is not thread-safe
            if self._session is None:
                self._session = boto3.session.Session(botocore_session=botocore.session.Session(_WITHOUT_FILES))
            return self._session.client(service, endpoint_url=url, config=config, **{**own, **keywords})

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation of user pools without an SDK: `cognito.call("ListUsers", UserPoolId=…)`.

        Returns the members of the answer. Raises `CallRefused`.
        """
        self._running()
        return self._wire.call(operation, **members)

    def create_pool(self, name: str = "test", *, client: Mapping[str, Any] | None = None, **members: Any) -> pools.Pool:
        """A user pool with an app client.

        `members` are those of CreateUserPool (`AutoVerifiedAttributes=["email"]`), `client` has those of
        CreateUserPoolClient (`{"GenerateSecret": True}`). The client allows every flow, unless `client` says otherwise.
        """
        self._running()
        return pools.create(self._wire, name, client, members)

    @property
    def messages(self) -> Messages:
        """The e-mails and text messages that the server has sent: a sequence of dictionaries, newest last."""
        self._running()
        return Messages(self._wire)

    def events(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The last calls, oldest first, each with its `outcome` and the `reason` of a refusal."""
        self._running()
        query = {"limit": None if limit is None else str(limit)}
        found: list[dict[str, Any]] = self._wire.control("GET", "events", query=query)["events"]
        return found

    def fault(
        self,
        operation: str,
        exception: str | None = None,
        *,
        times: int = 1,
        delay: str | float | None = None,
        drop: bool = False,
        service: str | None = None,
    ) -> Fault:
        """Have the next calls of an operation, or of an endpoint such as `/oauth2/token`, fail, be slow, or be dropped.

        In a `with` statement, what is left is taken back at the end: `with cognito.fault("GetUser", drop=True):`.
        """
        self._running()
        given = {"operation": operation, "exception": exception, "times": times, "delay": delay, "service": service}
        body = {name: value for name, value in given.items() if value is not None}
        self._wire.control("POST", "faults", body | ({"drop": True} if drop else {}))
        return Fault(self._wire, operation, service)

    def passkey(self, options: Mapping[str, Any] | str) -> dict[str, Any]:
        """The credential that a device answers to the options of a passkey registration or sign-in."""
        self._running()
        found: dict[str, Any] = self._wire.control("POST", "passkeys", {"options": options})["credential"]
        return found

    @property
    def clock(self) -> Clock:
        """The clock of the server."""
        self._running()
        return self._clock

    def reset(self, reseed: bool = False) -> None:
        """Delete everything, and put the clock back; with `reseed`, apply the seed files again."""
        self._running()
        self._wire.control("POST", "reset", query={"reseed": "true" if reseed else None})
        self._clock.offset = 0.0

    def _running(self) -> Process:
        if self._process:
            return self._process
        if self._was_started:
            raise CognitoEmulatorError(
                "this server was stopped; use it inside of its `with` block, or before the fixture `cognito` ends"
            )
        raise CognitoEmulatorError("this server is not running; start it with `with CognitoEmulator() as cognito:`")


def _excepted(hosts: str) -> str:
    """A list of hosts that no proxy is used for, with those of the server."""
    return ",".join(dict.fromkeys([*filter(None, hosts.split(",")), *_LOCAL]))
