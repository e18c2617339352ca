"""Who may ask: what pages of other sites are refused, what is open to everybody, and how programs ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from flask import Flask

from emulator.outside.world import World
from emulator.web.guard import is_browser
from emulator.wire import model
from tests.builders import IDP, Api, a_client, a_pool
from tests.pages import CROSS_SITE, EVIL, MOZILLA, NAVIGATION, call, named_by

CONTROL = [
    ("GET", "/_emulator"),
    ("GET", "/_emulator/nothing"),
    ("GET", "/%5Femulator/messages"),
    ("OPTIONS", "/_emulator/reset"),
]
"""Control paths that are no routes of their own."""
OPEN = [
    ("GET", "/"),
    ("GET", "/health"),
    ("OPTIONS", "/"),
    ("OPTIONS", "/?Action=GetCallerIdentity&Version=2011-06-15"),
    ("GET", "/us-east-1_x/.well-known/jwks.json"),
    ("GET", "/us-east-1_x/.well-known/openid-configuration"),
    ("POST", "/oauth2/token"),
    ("GET", "/oauth2/authorize"),
    ("GET", "/login"),
    ("GET", "/confirmUser"),
    ("GET", "/authEventFeedback"),
    ("GET", "/us-east-1_x/ALL/1/assets/images/image.jpg"),
    ("PUT", "/aws-cognito-idp-user-import-pdx/us-east-1_x/import-x"),
    ("GET", "/_emulators"),
]


def operations(signed: bool) -> Iterator[str]:
    """The operations of the JSON services that AWS wants signed, or the others, as targets."""
    for service in model.load("cognito-idp"), model.load("cognito-identity"):
        known = service.operations.values()
        yield from (f"{service.target_prefix}.{operation.name}" for operation in known if operation.signed is signed)


def control_routes(api: Api) -> Iterator[tuple[str, str]]:
    """All methods and paths below `/_emulator`, from the application itself, so that no new one is forgotten."""
    behind: Flask = api.http.application.behind()  # type: ignore[attr-defined]
    for rule in behind.url_map.iter_rules():
        if rule.rule.startswith("/_emulator"):
            yield from ((method, re.sub("<.*?>", "x", rule.rule)) for method in rule.methods or ())


def is_provider(path: str) -> bool:
    """Whether a path is one of the stand-in identity provider, to which every site may send a browser."""
    return path.startswith("/_emulator/idp/") and path.rsplit("/", 1)[1] not in {"people", "service-providers"}


# What is refused to whom


@pytest.mark.parametrize("headers", [{"Origin": EVIL}, {"Origin": "null"}, CROSS_SITE, NAVIGATION])
def test_pages_of_other_sites_reach_no_control_endpoint_and_no_page_of_the_console(
    api: Api, headers: dict[str, str]
) -> None:
    routes = [(method, path) for method, path in control_routes(api) if not is_provider(path)]
    assert {
        ("GET", "/_emulator/"),
        ("POST", "/_emulator/reset"),
        ("POST", "/_emulator/console/seed"),
        ("DELETE", "/_emulator/messages"),
    } < set(routes)
    for method, path in [*CONTROL, *routes]:
        response = api.http.open(path, method=method, headers=headers)
        assert response.status_code == 403, (method, path)
        assert method == "HEAD" or named_by(response) == "--allowed-origins", (method, path)


def test_scripts_of_other_sites_do_not_reach_the_stand_in_provider_either(api: Api) -> None:
    for method, path in control_routes(api):
        response = api.http.open(path, method=method, headers={"Origin": EVIL, "Sec-Fetch-Mode": "cors"})
        assert response.status_code == 403, (method, path)


def test_no_form_of_the_console_is_taken_without_its_token(api: Api) -> None:
    forms = [path for method, path in control_routes(api) if method == "POST" and "/console" in path]
    assert len(forms) > 10
    for path in [*forms, "/_emulator/"]:
        response = api.http.post(path, data={"action": "delete", "_csrf": "x", "sure": "true"})
        assert (response.status_code, "its form is not from here" in response.text) == (403, True), path


def test_pages_of_other_sites_call_no_operation_that_aws_signs(api: Api) -> None:
    for target in operations(signed=True):
        assert named_by(call(api, target, Origin=EVIL)) == "--allowed-origins", target
        assert call(api, target, Origin="http://localhost:3000").status_code != 403, target


def test_operations_that_users_call_are_open_to_every_page(api: Api) -> None:
    for target in operations(signed=False):
        response = call(api, target, Origin=EVIL, Sec_Fetch_Site="cross-site")
        assert response.status_code != 403, target
        assert response.headers["Access-Control-Allow-Origin"] == EVIL


def test_sts_is_called_by_pages_where_it_needs_no_signature(api: Api) -> None:
    for name, operation in model.load("sts").operations.items():
        parameters = {"Action": name, "Version": "2011-06-15"}
        for response in (
            api.http.post("/", data=parameters, headers={"Origin": EVIL}),
            api.http.get("/", query_string=parameters, headers={"Origin": EVIL}),
            api.http.get("/", query_string=parameters, headers=NAVIGATION),
        ):
            refused = ElementTree.fromstring(response.data)[0][1].text == "AccessDenied"
            assert refused is operation.signed, response.text
            assert not refused or named_by(response) == "--allowed-origins"


@pytest.mark.parametrize("headers", [{"Origin": EVIL}, {"Origin": "null"}, NAVIGATION])
def test_what_aws_opens_to_everybody_stays_open(api: Api, headers: dict[str, str]) -> None:
    for method, path in OPEN:
        response = api.http.open(path, method=method, headers=headers)
        assert "--allowed" not in response.text, path
        assert response.headers["Access-Control-Allow-Origin"] == headers.get("Origin", "*")


def test_a_link_of_a_mail_confirms_from_whatever_page_it_is_clicked(api: Api) -> None:
    pool = a_pool(
        api,
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"},
    )
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="my-app")
    api.idp(
        "SignUp",
        ClientId=a_client(api, pool),
        Username="ana",
        Password="Correct-Horse-1",
        UserAttributes=[{"Name": "email", "Value": "ana@example.com"}],
    )
    link = str(api.message().link)
    clicked = api.http.get(link, headers={**NAVIGATION, "Referer": "https://mail.example/"})
    assert (clicked.status_code, "has been confirmed" in clicked.text) == (200, True)
    policy = clicked.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= {*policy}
    assert clicked.headers["X-Content-Type-Options"] == "nosniff"


# Programs


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": "Boto3/1.40 md/Botocore"},
        {"User-Agent": "curl/8", "Referer": "https://evil.example/"},
        {"User-Agent": "node", "Sec-Fetch-Mode": "cors", "Accept-Language": "*"},
        {"User-Agent": "axios/1 Mozilla/5.0"},
    ],
)
def test_programs_ask_under_any_name(api: Api, headers: dict[str, str]) -> None:
    for host in ("cognito.internal.example:26464", "localhost"):
        sent = {"Host": host, **headers}
        assert api.http.get("/_emulator/messages", headers=sent).status_code == 200
        target = {**sent, "X-Amz-Target": f"{IDP}.ListUserPools"}
        assert api.http.post("/", data='{"MaxResults": 1}', headers=target).status_code == 200


@pytest.mark.parametrize(
    "name", ["Origin", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Fetch-User", "Sec-Fetch-Mode", "User-Agent"]
)
def test_each_header_of_a_browser_is_a_sign_of_one(name: str) -> None:
    values = {"User-Agent": MOZILLA, "Sec-Fetch-Mode": "navigate"}
    assert is_browser({f"HTTP_{name.upper().replace('-', '_')}": values.get(name, "")})


# How it is told


def test_a_refused_call_is_told_as_its_service_would(api: Api) -> None:
    words = f"A page of {EVIL} may not do this: --allowed-origins names the origins that may."
    response = call(api, f"{IDP}.ListUserPools", Origin=EVIL)
    assert json.loads(response.data) == {"__type": "AccessDeniedException", "message": words}
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-ErrorMessage"] == words
    form = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
    response = api.http.post("/", data=form, headers={"Origin": EVIL})
    assert (response.content_type, f"<Message>{words}</Message>" in response.text) == ("text/xml", True)
    response = api.http.get("/_emulator/clock", headers={"Origin": EVIL})
    assert response.get_json() == {"error": words}


def test_a_refusal_is_in_the_events_with_what_was_asked(api: Api, world: World) -> None:
    call(api, f"{IDP}.ListUserPools", Origin=EVIL)
    api.http.post("/_emulator/reset", headers={"Host": "evil.example", "User-Agent": MOZILLA})
    told = [(event.operation, event.outcome, event.reason) for event in world.events.last()]
    assert told == [
        (
            "ListUserPools",
            "AccessDeniedException",
            f"A page of {EVIL} may not do this: --allowed-origins names the origins that may.",
        ),
        (
            "POST /_emulator/reset",
            "AccessDeniedException",
            "Browsers may not use the host name evil.example for this server: --allowed-hosts names further ones.",
        ),
    ]


def test_a_refused_page_changes_nothing(api: Api, world: World) -> None:
    pool, now = a_pool(api), world.clock.now()
    api.http.post("/_emulator/reset", headers={"Origin": EVIL})
    api.http.post("/_emulator/clock", data='{"advance": "2h"}', headers={"Origin": EVIL, "Content-Type": "text/plain"})
    call(api, f"{IDP}.DeleteUserPool", json.dumps({"UserPoolId": pool}), Origin=EVIL)
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Id"] == pool
    assert world.clock.now() == now


def test_answers_of_control_endpoints_are_no_scripts_images_or_frames_of_a_page(api: Api) -> None:
    headers = api.http.get("/_emulator/messages").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Vary"] == "Origin"
