"""What a User-Agent header says in a few words: program and operating system."""

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
"""What stands in the header → the program, in the order in which they tell: Edge says that it is Chrome too."""
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
"""What stands in the header → what its version follows, where that is something else."""
_MAJOR = re.compile(r"[0-9]{1,6}", re.ASCII)
_NAMED = re.compile(r"[\w.-]{1,64}/[\w.-]{1,32}", re.ASCII)


def described(header: str | None) -> str:
    """ "Firefox on Linux", or "unknown". AWS unknown: how AWS words a session's DeviceType."""
    text = header or ""
    found = next((name for mark, name in _PROGRAMS if mark in text), None)
    if found is None:
        named = _NAMED.match(text)
        found = named[0].partition("/")[0] if named else None
    system = next((name for mark, name in _SYSTEMS if mark in text), None)
    return " on ".join(part for part in (found, system) if part) or "unknown"


def device(header: str | None) -> str:
    """The DeviceName of an event: "Firefox 128, Linux"; "Other, Other" where the header says neither.

    Unlike AWS: DeviceName has the system without its version.
    """
    text = header or ""
    mark, program = next(((mark, name) for mark, name in _PROGRAMS if mark in text), ("", ""))
    major = _MAJOR.match(text.partition(_VERSIONS.get(mark, mark))[2]) if mark else None
    system = next((name for mark, name in _SYSTEMS if mark in text), "Other")
    return f"{program or 'Other'}{f' {major[0]}' if major else ''}, {system}"
