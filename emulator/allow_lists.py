"""Parses the lists of `--allowed-origins`, `--allowed-hosts` and `--certificate-name` into the form that browsers send.

Raises ValueError for an invalid list; its text continues a sentence about the setting ("is not a list of …").
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from emulator.redaction import redacted

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = rf"{_LABEL}(\.{_LABEL})*"
_ORIGIN = re.compile(rf"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>{_HOST}|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{{1,5}}))?")
_LONGEST = 253
_USUAL_PORT = {"http": "80", "https": "443"}


def origins(text: str) -> frozenset[str]:
    """The origins in a list that is separated by commas, each as browsers send it: `scheme://host`, maybe with `:port`.

    A default port is dropped, and letters are lower case (RFC 6454 section 6.2). Raises ValueError.
    """
    return frozenset(_origin(entry) for entry in _entries(text, "origins (scheme://host[:port])"))


def hosts(text: str) -> frozenset[str]:
    """The host names, without ports, in a list that is separated by commas. In lower case. Raises ValueError."""
    found = _entries(text, "host names")
    for entry in found:
        if not re.fullmatch(_HOST, entry):
            raise ValueError(
                f"is not a list of host names: {redacted(entry)!r} is none, without a port, as browsers send it"
            )
    return frozenset(found)


def certificate_names(text: str) -> frozenset[str]:
    """The names and IP addresses in a list that is separated by commas. In lower case. Raises ValueError.

    A wildcard covers one label, and needs two more (`*.app.test`): OpenSSL takes none of a top-level domain.
    """
    return frozenset(_certificate_name(entry) for entry in _entries(text, "names and IP addresses"))


def _certificate_name(entry: str) -> str:
    try:
        return str(ip_address(entry))
    except ValueError:
        pass
    name = entry.removeprefix("*.")
    if len(entry) > _LONGEST or not re.fullmatch(_HOST, name) or (name != entry and "." not in name):
        raise ValueError(f"is not a list of names and IP addresses: {redacted(entry)!r} is none for a certificate")
    return entry


def _entries(text: str, what: str) -> list[str]:
    found = [entry for part in text.split(",") if (entry := part.strip().lower())]
    if not found:
        raise ValueError(f"is not a list of {what}")
    return found


def _origin(entry: str) -> str:
    found = _ORIGIN.fullmatch(entry.removesuffix("/"))
    if found is None or (found["port"] and not 0 < int(found["port"]) < 65536):
        raise ValueError(
            f"is not a list of origins: {redacted(entry)!r} is none (scheme://host[:port], as browsers send it)"
        )
    port = "" if found["port"] in {None, _USUAL_PORT.get(found["scheme"])} else f":{int(found['port'])}"
    return f"{found['scheme']}://{found['host']}{port}"
