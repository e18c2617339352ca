"""The authorization endpoints: RFC 6749 section 4.1, OpenID Connect Core section 3.1.2, PKCE (RFC 7636)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import asdict

from emulator.stand_in import apple
from emulator.stand_in.answers import Refused, Send, is_http, with_query
from emulator.stand_in.dialects import APPLE, FACEBOOK, GOOGLE, Dialect
from emulator.stand_in.people import Person
from emulator.stand_in.sessions import Session
from emulator.stand_in.sign_in import Manner
from emulator.stand_in.state import Provider
from keys.opaque import digest

CODE = "code"
CODE_SECONDS = 300
_PROMPTS = {"none", "login", "consent", "select_account"}
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST = 4_096


class Target(Struct, frozen=True):
    """Where the answer of an authorization request goes."""

    uri: str
    state: str | None
    mode: str
    fragment: str = ""

    def send(self, **fields: str | None) -> Send:
        """The answer with these fields, and the state."""
        told = {name: value for name, value in {**fields, "state": self.state}.items() if value is not None}
        if self.mode == "form_post":
            return Send(self.uri, told)
        if self.mode == "fragment":
            return Send(f"{self.uri}#{urlencode(told)}")
        return Send(with_query(self.uri, told, self.fragment))


class Denied(Exception):
    """An error that the client is told of."""

    def __init__(self, target: Target, code: str, description: str) -> None:
        super().__init__(description)
        self.target = target
        self.answer = target.send(error=code, error_description=description)


class Request(Struct, frozen=True):
    """A `SignInRequest` by OAuth: an authorization request that is valid."""

    dialect: Dialect
    target: Target
    client_id: str
    scopes: tuple[str, ...]
    parameters: Mapping[str, str]

    @property
    def prompts(self) -> frozenset[str]:
        """The values of `prompt`."""
        return frozenset(self.parameters.get("prompt", "").split())

    @property
    def manner(self) -> Manner:
        """How the sign-in is to go."""
        max_age = self.parameters.get("max_age")
        return Manner(
            self.dialect.provider_type,
            self.dialect.title,
            self.client_id,
            self.target.uri,
            self.parameters.get("login_hint"),
            is_silent="none" in self.prompts,
            is_fresh="login" in self.prompts,
            chooses=bool(self.prompts & {"select_account", "consent"}),
            max_age=None if max_age is None else int(max_age),
        )

    def approve(self, provider: Provider, person: Person, session: Session) -> tuple[Send, Session]:
        """The answer with a code."""
        code = self.dialect.code_prefix + provider.secret()
        asked = self.parameters
        first = apple.first_time(provider, self.client_id, person, self.scopes) if self.dialect is APPLE else None
        grant = {
            "dialect": self.dialect.segment,
            "client_id": self.client_id,
            "redirect_uri": self.target.uri,
            "scopes": list(self.scopes),
            "person": asdict(person),
            "auth_time": session.auth_time,
            "nonce": asked.get("nonce"),
            "challenge": asked.get("code_challenge"),
            "method": asked.get("code_challenge_method", "plain"),
            "acr": asked.get("acr_values", "").partition(" ")[0] or None,
        }
        provider.state.put(CODE, digest(code), grant, CODE_SECONDS)
        more = {"scope": " ".join(self.scopes), "authuser": "0", "prompt": "consent"} if self.dialect is GOOGLE else {}
        return self.target.send(code=code, user=first, **more), session

    def refuse(self, provider: Provider) -> Send:  # noqa: ARG002  # the protocol's form
        """The answer if the person refuses."""
        if self.dialect is FACEBOOK:
            told = {"error_code": "200", "error_description": "Permissions error", "error_reason": "user_denied"}
            return self.target.send(error="access_denied", **told)
        return self.target.send(error=self.dialect.denial, error_description="The user has refused.")

    def not_signed_in(self, provider: Provider) -> Send:  # noqa: ARG002  # the protocol's form
        """The answer to `prompt=none` if nobody is signed in."""
        return self.target.send(error="login_required", error_description="Nobody is signed in.")


def read(dialect: Dialect, pairs: Iterable[tuple[str, str]]) -> Request:
    """An authorization request. Raises `Refused` until its redirect URI is known, and `Denied` afterwards."""
    given = [(name, value) for name, value in pairs if value]
    parameters = dict(reversed(given))
    repeated = sorted({name for name in parameters if [each for each, _ in given].count(name) > 1})
    target = _target(dialect, parameters, repeated)
    problem = _repeated(repeated) or _first(dialect, parameters)
    if problem:
        raise Denied(target, *problem)
    separators = r"[ ,]+" if dialect is FACEBOOK else " +"
    scopes = tuple(filter(None, re.split(separators, parameters.get("scope", ""))))
    return Request(dialect, target, parameters["client_id"], scopes, parameters)


def _target(dialect: Dialect, parameters: Mapping[str, str], repeated: list[str]) -> Target:
    """Where the answer goes. Raises `Refused`."""
    for name in ("client_id", "redirect_uri"):
        if name in repeated:
            raise Refused(f"{name} is given more than once.")
        if name not in parameters:
            raise Refused(f"{name} is missing.")
    uri = parameters["redirect_uri"]
    if not is_http(uri) or len(uri) > _LONGEST:
        raise Refused("redirect_uri is not an absolute http(s) URL without a fragment.")
    mode = parameters.get("response_mode", "query")
    mode = mode if mode in dialect.response_modes else "query"
    return Target(uri, parameters.get("state"), mode, "_=_" if dialect is FACEBOOK else "")


_Problem = tuple[str, str] | None


def _repeated(repeated: list[str]) -> _Problem:
    return ("invalid_request", f"{', '.join(repeated)}: given more than once") if repeated else None


def _first(dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    """The first check that fails."""
    return next(filter(None, (check(dialect, parameters) for check in _CHECKS)), None)


def _response_type(dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    kind = parameters.get("response_type", "" if dialect.needs_response_type else "code")
    if not kind:
        return "invalid_request", "response_type is missing"
    return None if kind == "code" else ("unsupported_response_type", "response_type: only code is supported")


def _response_mode(dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    mode = parameters.get("response_mode", "query")
    if mode not in dialect.response_modes:
        return "invalid_request", f"response_mode: only {', '.join(dialect.response_modes)} are supported"
    if dialect is APPLE and mode != "form_post" and {"name", "email"} & set(parameters.get("scope", "").split()):
        return "invalid_request", "response_mode must be form_post when name or email scope is requested."
    return None


def _scope(dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    if dialect.needs_scope and not parameters.get("scope", "").strip():
        return "invalid_request", "scope is missing"
    return None


def _prompt(_dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    prompts = set(parameters.get("prompt", "").split())
    if prompts - _PROMPTS:
        return "invalid_request", f"prompt: known are {', '.join(sorted(_PROMPTS))}"
    return ("invalid_request", "prompt: none stands alone") if "none" in prompts and len(prompts) > 1 else None


def _max_age(_dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    given = parameters.get("max_age", "0")
    return None if re.fullmatch("[0-9]{1,9}", given) else ("invalid_request", "max_age is not a number of seconds")


def _pkce(dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method")
    if not dialect.has_pkce or (challenge is None and method is None):
        return None
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        return "invalid_request", "code_challenge is not one of 43 to 128 characters"
    return None if method in (None, "plain", "S256") else ("invalid_request", "code_challenge_method: S256 or plain")


def _not_supported(_dialect: Dialect, parameters: Mapping[str, str]) -> _Problem:
    for name in ("request", "request_uri", "registration"):
        if name in parameters:
            return f"{name}_not_supported", f"{name} is not supported"
    return None


_CHECKS = (_not_supported, _response_type, _response_mode, _scope, _prompt, _max_age, _pkce)
