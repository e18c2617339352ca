"""Every setting: a field of `Settings` with its default, and a row of `TABLE` with its parser and its help.

Flags, environment variables and docs/settings.md follow from both; the help's placeholder of a value is in `flags`. A
parser raises ValueError, whose text continues a sentence about the given text ("is not a port").
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from emulator import addresses, allow_lists, databases, setting_files, sources
from emulator.redaction import redacted
from storage.server import Server

if TYPE_CHECKING:
    from emulator.policies.role_table import RoleTable

REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]"
"""How AWS spells its regions, as a regular expression."""


class SettingsError(ValueError):
    """The settings are invalid. `problems` has a text for each problem."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class Settings(Struct, frozen=True):
    """The settings of one server. A field is named like its flag, with underscores. `TABLE` says what each means."""

    host: str = "127.0.0.1"
    port: int = 26464
    https: bool = False
    https_port: int = 26465
    certificate_name: frozenset[str] | None = None
    ca: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    data: Path = Path(".cognito-emulator")
    database: Path | Server | None = None
    database_connections: int = 20
    database_timeout: int = 10
    key: Path | None = None
    ephemeral: bool = False
    seed: tuple[Path, ...] | None = None
    issuer: str = "request"
    account_id: str = "000000000000"
    region: str = "us-east-1"
    code: str | None = None
    password_cost: int | None = None
    lambda_endpoint: str | None = None
    lambda_functions: Mapping[str, str] | None = None
    kms_endpoint: str | None = None
    secrets_endpoint: str | None = None
    smtp_url: str | None = None
    social: str = "stand-in"
    log_delivery: str | None = None
    compromised_passwords: frozenset[str] | None = None
    roles: RoleTable | None = None
    strict_signatures: bool = False
    allowed_origins: frozenset[str] | None = None
    allowed_hosts: frozenset[str] | None = None
    log_format: str = "text"
    url_file: Path | None = None
    stop_at_eof: bool = False
    threads: int = 4
    workers: int = 1

    @property
    def several_processes(self) -> bool:
        """Whether several processes may work on the data at once: several workers, or servers on PostgreSQL."""
        return self.workers > 1 or isinstance(self.database, Server)

    @property
    def is_secure(self) -> bool:
        """Whether the server listens for https too."""
        return self.https or self.certificate is not None

    @property
    def resting(self) -> str:
        """For how long background work rests whose database cannot be used, in the words of the log."""
        return "for now" if self.several_processes else "until the server is started again"

    @property
    def bcrypt_cost(self) -> int:
        """The bcrypt cost of passwords: `password_cost`, or 4 for ephemeral data and 10 otherwise."""
        if self.password_cost is not None:
            return self.password_cost
        return 4 if self.ephemeral else 10


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError("is not a port (0 to 65535)")
    return int(text)


def _path(text: str) -> Path:
    if not text:
        raise ValueError("is not a path")
    return Path(text)


def _file(text: str) -> Path:
    if not Path(text).name or text.endswith("/"):
        raise ValueError("is not the path of a file")
    return Path(text)


def _flag(text: str) -> bool:
    if text.lower() in sources.TRUE:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("is neither true nor false")


def _matching(pattern: str, what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"is not {what}")
        return text

    return read


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"is not a number from {low} to {high}")
        return int(text)

    return read


def _workers(text: str) -> int:
    count = _between(1, 64)(text)
    if count > 1 and not hasattr(os, "fork"):
        raise ValueError("is more than 1, and this system cannot run several workers (it has no fork)")
    return count


class Setting(Struct, frozen=True):
    """A row of the table. A setting whose default is False is a flag that needs no value."""

    name: str
    read: Callable[[str], Any]
    help: str
    is_list: bool = False
    """Whether the flag may be given several times, for the same as one list with commas."""

    @property
    def field(self) -> str:
        """The name of the field in `Settings`."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return sources.variable(self.name)

    @property
    def default(self) -> Any:
        """The value if neither a flag nor a variable sets one."""
        return getattr(Settings(), self.field)

    @property
    def is_flag(self) -> bool:
        """Whether the flag needs no value."""
        return self.default is False


TABLE = (
    Setting("host", _matching(r"\S+", "a host name or address"), "the address to listen on"),
    Setting("port", _port, "the port to listen on; 0 takes a free one and prints it"),
    Setting("https", _flag, "listen for https too, with certificates by a local CA, which is made once and kept"),
    Setting("https-port", _port, "the port to listen on for https; 0 takes a free one and prints it"),
    Setting(
        "certificate-name",
        allow_lists.certificate_names,
        "further names and IP addresses of this server in its certificate; may be given several times",
        is_list=True,
    ),
    Setting(
        "ca", _path, "the directory of the local CA, where it is not to be beside the data: `ca.pem`, `ca-key.pem`"
    ),
    Setting("certificate", _file, "a certificate (PEM) to serve https with, in place of those by the local CA"),
    Setting(
        "certificate-key", _file, "the private key (PEM) of `--certificate`; not `--key`, which is the key of the data"
    ),
    Setting("data", _path, "the directory for the database, its key and the local CA"),
    Setting(
        "database",
        databases.read,
        "the database, where it is not to be in the data directory: a file, or `postgresql+psycopg://user@host/name`",
    ),
    Setting("database-connections", _between(1, 1000), "the most connections to PostgreSQL (three at rest)"),
    Setting("database-timeout", _between(1, 3600), "how many seconds a statement may take in PostgreSQL"),
    Setting("key", _file, "the file of the data key, made at the first start, where it is not to be beside the data"),
    Setting("ephemeral", _flag, "keep the data in a temporary directory that goes with the process"),
    Setting(
        "seed",
        setting_files.paths,
        "a file (YAML or JSON) of pools, clients, users, … to be there from the start; may be given several times",
        is_list=True,
    ),
    Setting("issuer", addresses.issuer, "the `iss` of tokens: `request` (the host asked), `aws`, or a URL"),
    Setting("account-id", _matching("[0-9]{12}", "an account id (12 digits)"), "the AWS account of ARNs and keys"),
    Setting("region", _matching(REGION, "a region"), "the region of calls that name none"),
    Setting("code", _matching("[0-9]{6}", "a code (6 digits)"), "a fixed code for every message, not random ones"),
    Setting("password-cost", _between(4, 16), "the bcrypt cost; 10, or 4 where the data is ephemeral, unless set"),
    Setting(
        "lambda-endpoint", addresses.http_url, "an endpoint of Lambda's Invoke API, where the functions of triggers run"
    ),
    Setting(
        "lambda-functions",
        addresses.functions,
        "functions by name: `NAME=python:package.module:function`, `NAME=lambda:URL`, `NAME=URL` (a webhook)",
    ),
    Setting("kms-endpoint", addresses.http_url, "an endpoint of KMS, whose keys encrypt the codes for custom senders"),
    Setting("secrets-endpoint", addresses.http_url, "an endpoint of AWS Secrets Manager, for secrets of app clients"),
    Setting(
        "smtp-url",
        addresses.smtp_url,
        "an SMTP server that gets every e-mail too: `smtp://[user:password@]host[:port]`, `smtps://…`",
    ),
    Setting(
        "social", _matching("stand-in|real", "`stand-in` or `real`"), "who is Google, Apple, …: `stand-in` or `real`"
    ),
    Setting("log-delivery", addresses.target, "where exported logs of user pools go: a directory, or an http(s) URL"),
    Setting(
        "compromised-passwords",
        setting_files.lines,
        "a file of passwords that others know, one a line, for threat protection",
    ),
    Setting("roles", setting_files.roles, "a file (YAML or JSON) of roles with trust policies; else every role exists"),
    Setting("strict-signatures", _flag, "verify signatures, and refuse unsigned calls of operations that AWS signs"),
    Setting(
        "allowed-origins",
        allow_lists.origins,
        "further origins whose pages may use `/_emulator/` and signed operations: `https://app.example,…`",
    ),
    Setting(
        "allowed-hosts", allow_lists.hosts, "further names under which browsers may ask this server: `a.example,…`"
    ),
    Setting("log-format", _matching("text|json", "`text` or `json`"), "how log lines look: `text` or `json`"),
    Setting("url-file", _file, "a file that holds the server's URL while it listens, for `cognito-emulator health`"),
    Setting(
        "stop-at-eof", _flag, "stop when standard input ends, as a pipe does with the program that started the server"
    ),
    Setting(
        "threads",
        _between(1, 256),
        "how many calls a worker works on at once, beside those that wait for functions or make slow hashes",
    ),
    Setting("workers", _workers, "how many processes serve the port, for more than one processor"),
)


def read(flags: Mapping[str, str], environment: Mapping[str, str]) -> Settings:
    """The settings of these flags (by name) and environment variables. Flags take precedence.

    Raises `SettingsError` with all problems.
    """
    texts, _ = sources.texts([setting.name for setting in TABLE], flags, environment)
    values: dict[str, Any] = {}
    problems = []
    for setting in TABLE:
        source, text = texts.get(setting.name, ("", None))
        if text is None:
            continue
        try:
            values[setting.field] = setting.read(text)
        except ValueError as error:
            problems.append(f"{source}: {redacted(text)!r} {error}")
    problems += [
        f"--ephemeral and --{name}: choose one of them"
        for name in sources.PLACES
        if values.get("ephemeral") and name in flags and "ephemeral" in flags
    ]
    problems += setting_files.certificates(values)
    if problems:
        raise SettingsError(problems)
    return Settings(**values)
