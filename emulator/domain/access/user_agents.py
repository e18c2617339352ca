"""The program and operating system in a User-Agent header."""

from __future__ import annotations

import re

_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("aws-cli/", "AWS CLI"),
    ("aws-sdk-js/", "AWS SDK for JavaScript"),
    ("Boto3/", "AWS SDK for Python"),
    ("aws-amplify/", "Amplify"),
    ("okhttp/", "OkHttp"),
)
"""Text in the header → program. The first match counts, as Edge's header has `Chrome/` too."""
_SYSTEMS = (
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("os/macos", "macOS"),
    ("os/windows", "Windows"),
    ("os/linux", "Linux"),
    ("Linux", "Linux"),
)
_VERSIONS = {"Safari/": "Version/"}
"""Text in the header → the text before the version, if that is another."""
_MAJOR = re.compile(r"[0-9]{1,6}", re.ASCII)
_NAMED = re.compile(r"[\w.-]{1,64}/[\w.-]{1,32}", re.ASCII)


def described(header: str | None) -> str:
    """A description such as "Firefox on Linux", or "unknown"."""
    # AWS unknown: the form of DeviceType in ListUserSessions and AdminListUserSessions.
    text = header or ""
    found = next((name for mark, name in _PROGRAMS if mark in text), None)
    if found is None:
        named = _NAMED.match(text)
        found = named[0].partition("/")[0] if named else None
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    return " on ".join(part for part in (found, system) if part) or "unknown"


def device(header: str | None) -> str:
    """The DeviceName of an event: "Firefox 128, Linux", or "Other, Other" for an unknown header."""
    # Unlike AWS: DeviceName in AdminListUserAuthEvents has the operating system without its version.
    text = header or ""
    mark, program = next(((mark, name) for mark, name in _PROGRAMS if mark in text), ("", ""))
    major = _MAJOR.match(text.partition(_VERSIONS.get(mark, mark))[2]) if mark else None
    system = next((name for mark, name in _SYSTEMS if mark in text), "Other")
    return f"{program or 'Other'}{f' {major[0]}' if major else ''}, {system}"
