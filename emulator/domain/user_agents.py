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
