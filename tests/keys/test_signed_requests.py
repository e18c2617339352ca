"""Signatures that callers have made: AWS's published test suite, botocore, and what was changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from msgspec.structs import replace

from keys.signed_requests import Incomplete, SignedRequest, find, is_by

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
BASE = {"host": "example.amazonaws.com", "x-amz-date": "20150830T123600Z"}
SCOPE = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"


def request(
    value: str,
    *,
    method: str = "GET",
    path: str = "/",
    query: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    signed: str | None = None,
) -> SignedRequest:
    every = {**BASE, **(headers or {})}
    names = signed or ";".join(sorted(every))
    authorization = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders={names}, Signature={value}"
    return SignedRequest(method, path, query, {**every, "authorization": authorization}, body)


VECTORS = {
    "get-vanilla": request("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-vanilla-query-order-key-case": request(
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500", query="Param2=value2&Param1=value1"
    ),
    "get-vanilla-query-unreserved": request(
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
        query="-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        "=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    ),
    "get-unreserved": request(
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        path="/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    ),
    "get-utf8": request("8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", path="/ሴ"),
    "get-header-value-trim": request(
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        headers={"my-header1": " value1", "my-header2": ' "a   b   c"'},
    ),
    "get-header-key-duplicate": request(
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        headers={"my-header1": "value2,value2,value1"},
    ),
    "get-relative": request("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", path="/example/.."),
    "post-vanilla": request("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", method="POST"),
    "post-x-www-form-urlencoded": request(
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        method="POST",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=b"Param1=value1",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_aws_are_verified(name: str) -> None:
    received = VECTORS[name]
    signature = find(received)
    assert signature
    assert (signature.access_key, signature.region, signature.service) == ("AKIDEXAMPLE", "us-east-1", "service")
    assert is_by(received, signature, SECRET)
    assert not is_by(received, signature, SECRET + "x")


def sent(made: AWSRequest) -> SignedRequest:
    prepared = made.prepare()
    path, _, query = prepared.url.partition("localhost:26464")[2].partition("?")
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in prepared.headers.items()
    }
    body = prepared.body or b""
    return SignedRequest(
        prepared.method,
        path,
        query,
        {"host": "localhost:26464", **headers},
        body if isinstance(body, bytes) else body.encode(),
    )


@pytest.mark.parametrize("token", [None, "a token/+=="])
def test_what_an_sdk_signs_is_verified_and_any_change_is_noticed(token: str | None) -> None:
    made = AWSRequest(
        "POST",
        "http://localhost:26464/?b=2&a=%C3%A9%2F",
        data=b"Action=GetCallerIdentity&Version=2011-06-15",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
    )
    SigV4Auth(Credentials("ASIAX", SECRET, token), "sts", "eu-west-1").add_auth(made)
    received = sent(made)
    signature = find(received)
    assert signature
    assert (signature.token, signature.expires) == (token, None)
    assert is_by(received, signature, SECRET)
    for changed in (
        replace(received, body=received.body + b"&x=y"),
        replace(received, query=received.query + "&c=3"),
        replace(received, method="PUT"),
        replace(received, path="/x"),
        replace(received, headers={**received.headers, "host": "elsewhere"}),
    ):
        assert not is_by(changed, signature, SECRET)


def test_a_presigned_url_is_verified() -> None:
    made = AWSRequest("GET", "http://localhost:26464/?Action=GetCallerIdentity&Version=2011-06-15")
    SigV4QueryAuth(Credentials("ASIAX", SECRET, "tok/en=="), "sts", "us-east-1", expires=60).add_auth(made)
    received = sent(made)
    signature = find(received)
    assert signature
    assert (signature.token, signature.expires) == ("tok/en==", 60)
    assert is_by(received, signature, SECRET)
    longer = replace(received, query=received.query.replace("Expires=60", "Expires=61"))
    changed = find(longer)
    assert changed
    assert not is_by(longer, changed, SECRET)


def test_a_request_without_a_signature_has_none() -> None:
    assert find(SignedRequest("GET", "/", "Action=x", {"host": "h", "authorization": "Bearer x"}, b"")) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"authorization": "AWS4-HMAC-SHA256 x"}, "requires 'Credential' parameter"),
        ({"authorization": "AWS4-ECDSA-P256-SHA256 Credential=x"}, "Unsupported AWS 'algorithm'"),
        ({"x-amz-date": "yesterday"}, "'X-Amz-Date'"),
        (
            {"authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=x-amz-date, Signature={'0' * 64}"},
            "Host",
        ),
        ({"authorization": f"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature={'0' * 64}"}, "5 slash"),
        ({"authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=xyz"}, "malformed"),
        (
            {"authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}, Credential=x, SignedHeaders=host, Signature=0"},
            "Credential",
        ),
    ],
)
def test_a_malformed_signature_is_incomplete(changes: dict[str, str], words: str) -> None:
    received = VECTORS["get-vanilla"]
    with pytest.raises(Incomplete, match=words):
        find(replace(received, headers={**received.headers, **changes}))


@pytest.mark.parametrize(
    "change", ["X-Amz-Expires=0", "X-Amz-Expires=604801", "X-Amz-Date=now", "X-Amz-Algorithm=x", "X-Amz-Signature="]
)
def test_a_malformed_presigned_url_is_incomplete(change: str) -> None:
    given = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": SCOPE,
        "X-Amz-Date": "20150830T123600Z",
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": "0" * 64,
    }
    name, _, value = change.partition("=")
    query = "&".join(f"{key}={each}" for key, each in {**given, name: value}.items())
    with pytest.raises(Incomplete):
        find(SignedRequest("GET", "/", query, {"host": "h"}, b""))


def test_its_repr_has_no_secret() -> None:
    received = SignedRequest("GET", "/", "X-Amz-Security-Token=hidden", {"authorization": "hidden"}, b"hidden")
    assert repr(received) == "SignedRequest('GET')"
