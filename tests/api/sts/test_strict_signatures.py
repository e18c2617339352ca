"""`--strict-signatures`: our own credentials are verified in full, others for form, time and scope."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.test import TestResponse

from emulator.settings import Settings
from tests.api.identity_app import an_app
from tests.builders import Api

IDP = "AWSCognitoIdentityProviderService"
WHO = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
OTHERS = Credentials("AKIAQAAAAAAAAAAAAAAA", "whatever")
MISMATCH = "The request signature we calculated does not match the signature you provided."


@pytest.fixture
def settings() -> Settings:
    return Settings(ephemeral=True, strict_signatures=True)


def stamp(api: Api, seconds: float = 0) -> str:
    return datetime.fromtimestamp(api.world.clock.now() + seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def signed(
    api: Api, credentials: Credentials, request: AWSRequest, service: str = "sts", late: float = 0
) -> AWSRequest:
    """Sign a request as botocore does, at the clock of the test, or so many seconds later."""
    auth = SigV4Auth(credentials, service, "us-east-1")
    request.context["timestamp"] = stamp(api, late)
    auth._modify_request_before_signing(request)
    del request.headers["X-Amz-Date"]
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    canonical = auth.canonical_request(request)
    auth._inject_signature_to_request(request, auth.signature(auth.string_to_sign(request, canonical), request))
    return request


def who(api: Api, credentials: Credentials, **options: Any) -> TestResponse:
    """GetCallerIdentity, signed."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    request = AWSRequest("POST", "http://localhost/", data=urlencode(WHO).encode(), headers=headers)
    return send(api, signed(api, credentials, request, **options))


def send(api: Api, request: AWSRequest, body: bytes | None = None) -> TestResponse:
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return api.http.open("/", method=request.method, data=request.data if body is None else body, headers=headers)


def json_call(api: Api, credentials: Credentials, operation: str = "ListUserPools", **options: Any) -> TestResponse:
    headers = {"X-Amz-Target": f"{IDP}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", "http://localhost/", data=b'{"MaxResults": 1}', headers=headers)
    return send(api, signed(api, credentials, request, **{"service": "cognito-idp", **options}))


def told(answer: TestResponse) -> tuple[int, str, str]:
    """The status, code and message of a refusal."""
    if answer.content_type == "application/x-amz-json-1.1":
        body = json.loads(answer.data)
        return answer.status_code, body["__type"], body["message"]
    text = answer.text
    code, message = (text.partition(f"<{name}>")[2].partition(f"</{name}>")[0] for name in ("Code", "Message"))
    return answer.status_code, code, message


def issued(api: Api, **members: str) -> Credentials:
    """Credentials that this server has issued, to who signed with any permanent key."""
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::000000000000:role/app"}
    data = urlencode({**form, "RoleSessionName": "me", **members}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    request = AWSRequest("POST", "http://localhost/", data=data, headers=headers)
    made = json.loads(send(api, signed(api, OTHERS, request)).data)
    given = made["AssumeRoleResponse"]["AssumeRoleResult"]["Credentials"]
    return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def test_signed_calls_are_answered(api: Api) -> None:
    mine = issued(api)
    assert "assumed-role/app/me" in who(api, mine).text
    assert ":root" in who(api, OTHERS).text
    assert json_call(api, mine).status_code == json_call(api, OTHERS).status_code == 200


def test_unsigned_calls_are_refused_those_of_developers_included(api: Api) -> None:
    assert told(api.http.post("/", data=WHO)) == (
        403,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
    )
    target = {"X-Amz-Target": "AWSCognitoIdentityService.GetOpenIdTokenForDeveloperIdentity"}
    answer = api.http.post("/", data="{}", headers={**target, "Content-Type": "application/x-amz-json-1.1"})
    assert told(answer) == (400, "MissingAuthenticationTokenException", "Missing Authentication Token")


def test_what_aws_leaves_open_needs_no_signature(api: Api) -> None:
    target = {"X-Amz-Target": "AWSCognitoIdentityService.GetId", "Content-Type": "application/x-amz-json-1.1"}
    answer = api.http.post("/", data='{"IdentityPoolId": "us-east-1:0"}', headers=target)
    assert told(answer)[1] == "ResourceNotFoundException"


def test_a_wrong_secret_of_our_own_credentials_is_noticed(api: Api) -> None:
    mine = issued(api)
    wrong = Credentials(mine.access_key, "x" * 40, mine.token)
    assert told(who(api, wrong))[:2] == (403, "SignatureDoesNotMatch")
    status, code, message = told(json_call(api, wrong))
    assert (status, code) == (400, "InvalidSignatureException")
    assert message.startswith(MISMATCH)


def test_a_changed_body_is_noticed(api: Api) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", "http://localhost/", data=urlencode(WHO).encode(), headers=headers)
    signed(api, issued(api), request)
    body = urlencode({**WHO, "Action": "GetSessionToken"}).encode()
    assert told(send(api, request, body))[:2] == (403, "SignatureDoesNotMatch")


def test_credentials_that_are_not_ours_though_they_look_so_and_expired_ones(api: Api) -> None:
    mine, other = issued(api), issued(api, DurationSeconds="900")
    invalid = "The security token included in the request is invalid."
    for wrong in (
        Credentials(mine.access_key, mine.secret_key, other.token),
        Credentials(mine.access_key, mine.secret_key, None),
        Credentials("ASIAQAAAAAAAAAAAAAAA", "secret", "IQoJb3JpZ2luX2Vjxxxx"),
    ):
        assert told(who(api, wrong)) == (403, "InvalidClientTokenId", invalid)
        assert told(json_call(api, wrong)) == (400, "UnrecognizedClientException", invalid)
    api.world.clock.advance(seconds=900)
    expired = "The security token included in the request is expired"
    assert told(who(api, other)) == (403, "ExpiredToken", expired)
    assert told(json_call(api, other)) == (400, "ExpiredTokenException", expired)
    assert who(api, mine).status_code == 200


@pytest.mark.parametrize("late", [-900, 900])
def test_a_clock_may_differ_by_fifteen_minutes(api: Api, late: int) -> None:
    mine = issued(api)
    assert who(api, mine, late=late).status_code == 200
    further = late + (1 if late > 0 else -1)
    status, code, message = told(who(api, mine, late=further))
    assert (status, code) == (403, "SignatureDoesNotMatch")
    word = "Signature not yet current" if late > 0 else "Signature expired"
    assert message.startswith(f"{word}: {stamp(api, further)} is ")
    assert "15 min.)" in message
    assert told(who(api, OTHERS, late=further))[1] == "SignatureDoesNotMatch"


def test_the_time_is_that_of_the_clock_that_tests_move(api: Api) -> None:
    mine = issued(api, DurationSeconds="43200")
    api.world.clock.advance(hours=5)
    assert who(api, mine).status_code == 200


def test_a_signature_for_another_service_is_refused(api: Api) -> None:
    assert told(who(api, OTHERS, service="s3")) == (
        403,
        "SignatureDoesNotMatch",
        "Credential should be scoped to correct service: 'sts'. ",
    )


def test_a_malformed_signature_is_incomplete(api: Api) -> None:
    header = {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}
    assert told(api.http.post("/", data=WHO, headers=header))[:2] == (400, "IncompleteSignature")


def presigned(api: Api, credentials: Credentials, expires: int = 60) -> str:
    request = AWSRequest("GET", f"http://localhost/?{urlencode(WHO)}")
    auth = SigV4QueryAuth(credentials, "sts", "us-east-1", expires=expires)
    request.context["timestamp"] = stamp(api)
    auth._modify_request_before_signing(request)
    canonical = auth.canonical_request(request)
    auth._inject_signature_to_request(request, auth.signature(auth.string_to_sign(request, canonical), request))
    return str(request.url).removeprefix("http://localhost")


def test_presigned_urls_are_verified_and_expire(api: Api) -> None:
    url = presigned(api, issued(api))
    assert "assumed-role/app/me" in api.http.get(url).text
    assert told(api.http.get(url.replace("Expires=60", "Expires=600")))[:2] == (403, "SignatureDoesNotMatch")
    api.world.clock.advance(seconds=61)
    status, code, message = told(api.http.get(url))
    assert (status, code) == (403, "SignatureDoesNotMatch")
    assert message.startswith("Signature expired: ")


def test_the_caller_is_who_signed_and_not_who_is_named_beside_the_signature(api: Api) -> None:
    mine = issued(api)
    scope = f"{mine.access_key}/{stamp(api)[:8]}/us-east-1/sts/aws4_request"
    named = urlencode({"X-Amz-Credential": scope, "X-Amz-Security-Token": mine.token})
    request = AWSRequest("POST", f"http://localhost/?{named}", data=urlencode(WHO).encode())
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    signed(api, OTHERS, request)
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    parts = headers["Authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(", ")
    headers["Authorization"] = "AWS4-HMAC-SHA256 " + ", ".join(reversed(parts))
    answer = api.http.post(f"/?{named}", data=request.data, headers=headers)
    assert answer.status_code == 200
    assert ":root" in answer.text


def test_an_identity_pools_credentials_sign_too(api: Api) -> None:
    class Signed(Api):
        """Calls that are signed as the setting wants it."""

        def json(self, target: str, operation: str, members: dict[str, Any]) -> dict[str, Any]:
            headers = {"X-Amz-Target": f"{target}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
            data = json.dumps(members).encode()
            service = "cognito-idp" if target == IDP else "cognito-identity"
            request = AWSRequest("POST", "http://localhost/", data=data, headers=headers)
            found: dict[str, Any] = json.loads(send(api, signed(api, OTHERS, request, service)).data or b"{}")
            return found

    mine = an_app(Signed(api.http, api.world))
    given = mine.credentials(mine.get_id())["Credentials"]
    credentials = Credentials(given["AccessKeyId"], given["SecretKey"], given["SessionToken"])
    assert "assumed-role/guest/CognitoIdentityCredentials" in who(api, credentials).text
