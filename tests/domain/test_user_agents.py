"""What sessions call the device that a User-Agent header tells of."""

from __future__ import annotations

import pytest

from emulator.domain.access.user_agents import described, device

MOZILLA = "Mozilla/5.0 (X11; Linux x86_64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E Safari/604.1"
PIXEL = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)
NODE = "aws-sdk-js/3.900.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#22.0.0 api/cognito-identity-provider#3.900.0"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} {WEBKIT}", "Chrome on Linux"),
        (f"{MOZILLA} {WEBKIT} Edg/140.0.0.0", "Edge on Linux"),
        (f"{MOZILLA} {WEBKIT} OPR/120.0.0.0", "Opera on Linux"),
        (MAC, "Safari on macOS"),
        (PHONE, "Safari on iOS"),
        (PIXEL, "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (NODE, "AWS SDK for JavaScript on Linux"),
        ("aws-cli/2.31.0 md/awscrt#0.27 ua/2.1 os/macos#24.0.0 md/arch#arm64", "AWS CLI on macOS"),
        ("Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/windows#11", "AWS SDK for Python on Windows"),
        ("okhttp/5.1.0", "OkHttp"),
        ("curl/8.16.0", "curl"),
        ("Linux", "Linux"),
        ("curious", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("💥/1 \x00", "unknown"),
        ("x" * 100_000 + "/1", "unknown"),
    ],
)
def test_a_header_is_told_in_a_few_words(header: str | None, told: str) -> None:
    assert described(header) == told


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f"{MOZILLA} {WEBKIT}", "Chrome 140, Linux"),
        (f"{MOZILLA} {WEBKIT} Edg/141.0.1", "Edge 141, Linux"),
        (PIXEL, "Chrome 140, Android"),
        (PHONE, "Safari 18, iOS"),
        (MAC, "Safari 18, macOS"),
        (NODE, "AWS SDK for JavaScript 3, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/", "Firefox, Windows"),
        ("curl/8", "Other, Other"),
        ("Something (Windows NT 10.0)", "Other, Windows"),
        ("Firefox/<b>", "Firefox, Other"),
        ("Firefox/١٢", "Firefox, Other"),
        ("", "Other, Other"),
        (None, "Other, Other"),
    ],
)
def test_an_event_names_program_version_and_system(header: str | None, name: str) -> None:
    assert device(header) == name
