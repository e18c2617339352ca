"""Single log-out of the stand-in SAML provider, both ways, as python3-saml sees it."""

from __future__ import annotations

import base64
import html
import re
from typing import Any

import pytest
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request
from onelogin.saml2.logout_response import OneLogin_Saml2_Logout_Response
from werkzeug.test import TestResponse

from keys import xml_signatures
from tests.builders import Api
from tests.stand_in.service_provider import ACS, IDP, SLO, ServiceProvider, query
from tests.stand_in.visitor import NOOR, hidden, words

pytestmark = pytest.mark.filterwarnings("ignore:datetime.*:DeprecationWarning")
REGISTRY = "/_emulator/idp/service-providers"


@pytest.fixture
def sp(api: Api) -> ServiceProvider:
    return ServiceProvider(api)


def signed(sp: ServiceProvider, document: str) -> bool:
    """Whether a message is signed with the key of the metadata."""
    metadata = sp.api.http.get(f"{IDP}/metadata").text
    certificate = re.findall("X509Certificate>([^<]*)<", metadata)
    part = xml_signatures.signed_part(base64.b64decode(document), certificate, sp.api.world.clock.now())
    return part.startswith(b"<samlp:Logout")


def is_signed_in(sp: ServiceProvider) -> bool:
    return not sp.accept(sp.begin(is_passive=True)).get_errors()


def log_out(sp: ServiceProvider) -> tuple[Any, TestResponse]:
    """A log-out that starts at the service provider, and what the stand-in answers."""
    auth = sp.accept(sp.begin(NOOR))
    url = auth.logout("the page", name_id=auth.get_nameid(), session_index=auth.get_session_index())
    return auth, sp.api.http.get(url)


def test_a_log_out_of_the_service_provider_ends_the_session_and_is_answered_by_post(sp: ServiceProvider) -> None:
    auth, answer = log_out(sp)
    fields = hidden(answer)
    assert f'action="{SLO}"' in answer.text
    assert fields["RelayState"] == "the page"
    assert signed(sp, fields["SAMLResponse"])
    document = base64.b64decode(fields["SAMLResponse"]).decode()
    assert f'InResponseTo="{auth.get_last_request_id()}"' in document
    assert "status:Success" in document
    assert not is_signed_in(sp)


def test_a_log_out_is_answered_by_redirect_where_the_service_provider_wants_it(sp: ServiceProvider) -> None:
    sp.api.http.post(REGISTRY, json={"entity_id": sp.entity, "slo": f"{SLO}", "slo_binding": "Redirect"})
    auth, answer = log_out(sp)
    sp_auth = sp.auth(get=query(answer.location), path="/logout")
    response = OneLogin_Saml2_Logout_Response(sp_auth.get_settings(), query(answer.location)["SAMLResponse"])
    signs = sp_auth.validate_response_signature(query(answer.location))
    assert signs
    request = {"https": "off", "http_host": "app.localhost:3000", "script_name": "/logout"}
    valid = response.is_valid({**request, "get_data": query(answer.location)}, auth.get_last_request_id())
    assert valid, response.get_error()
    assert response.get_status().endswith(":Success")


def test_a_log_out_request_may_be_posted(sp: ServiceProvider) -> None:
    auth = sp.accept(sp.begin(NOOR))
    request = OneLogin_Saml2_Logout_Request(auth.get_settings(), name_id=auth.get_nameid())
    message = base64.b64encode(request.get_xml().encode()).decode()
    answer = sp.api.http.post(f"{IDP}/slo", data={"SAMLRequest": message, "RelayState": "r"})
    assert answer.status_code == 303
    assert hidden(sp.api.http.get(answer.location))["RelayState"] == "r"
    assert not is_signed_in(sp)


def test_a_log_out_at_the_provider_reaches_each_service_provider_in_turn(sp: ServiceProvider) -> None:
    other = ServiceProvider(sp.api, entity="urn:test:other")
    for each in (sp, other):
        assert not each.accept(each.begin(NOOR)).get_errors()
    sp.api.http.post(REGISTRY, json={"entity_id": "urn:test:other", "slo": f"{SLO}?other", "slo_binding": "Redirect"})
    first = sp.api.http.get(f"{IDP}/logout")
    assert f'action="{SLO}"' in first.text
    assert signed(sp, hidden(first)["SAMLRequest"])
    second = answered(sp, hidden(first)["SAMLRequest"], hidden(first)["RelayState"])
    assert second.location.startswith(f"{SLO}?other&SAMLRequest=")
    auth = sp.auth(get=query(second.location), path="/logout")
    assert auth.validate_request_signature(query(second.location))
    last = answered(other, query(second.location)["SAMLRequest"], query(second.location)["RelayState"])
    assert words(last) == "You are signed out of the stand-in provider."
    again = answered(other, query(second.location)["SAMLRequest"], query(second.location)["RelayState"])
    assert words(again) == "This log-out is unknown, or was begun too long ago."
    assert not is_signed_in(sp)


def answered(sp: ServiceProvider, request: str, relay_state: str) -> TestResponse:
    """What comes after the service provider has answered a LogoutRequest."""
    settings = sp.auth().get_settings()
    response = OneLogin_Saml2_Logout_Response(settings)
    response.build("_in_response_to")
    message = {"SAMLResponse": response.get_response(), "RelayState": relay_state}
    return sp.api.http.get(f"{IDP}/slo", query_string=message)


def test_one_service_providers_log_out_reaches_the_others_before_it_is_answered(sp: ServiceProvider) -> None:
    other = ServiceProvider(sp.api, entity="urn:test:other")
    other.accept(other.begin(NOOR))
    _, answer = log_out(sp)
    assert "SAMLRequest" in hidden(answer)
    last = answered(other, "", hidden(answer)["RelayState"])
    assert hidden(last).keys() == {"SAMLResponse", "RelayState"}
    assert hidden(last)["RelayState"] == "the page"


def test_without_a_session_a_log_out_ends_at_a_page(sp: ServiceProvider) -> None:
    assert words(sp.api.http.get(f"{IDP}/logout")) == "You are signed out of the stand-in provider."
    request = OneLogin_Saml2_Logout_Request(sp.auth().get_settings(), name_id="somebody")
    page = sp.api.http.get(f"{IDP}/slo", query_string={"SAMLRequest": request.get_request()})
    assert words(page).startswith("You are signed out. Where to go on is not known")
    assert html.unescape(ACS) not in page.text
