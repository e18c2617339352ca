"""pycognito, as its users run it: SRP, an authenticator app, temporary passwords and secrets."""

from __future__ import annotations

from typing import Any

import pytest
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException, SoftwareTokenMFAChallengeException

from tests.builders import PASSWORD
from tests.sdk.conftest import Server
from tests.sdk.place import EMAIL, TEMPORARY, Authenticator, Place, wrong

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
WRONG = r"NotAuthorizedException.*: Incorrect username or password\.$"


def ana(place: Place, **options: Any) -> Any:
    """Ana's pycognito. It verifies every token against the endpoint's key set and issuer."""
    endpoint = {
        "endpoint_url": place.server.url,
        "aws_access_key_id": "AKIAQAAAAAAAAAAAAAAA",
        "aws_secret_access_key": "secret",
    }
    options = {"username": "ana", "client_secret": place.secret, **options}
    return Cognito(place.pool, place.client, boto3_client_kwargs=endpoint, **options)


@pytest.fixture(params=[False, True], ids=["public", "secret"])
def place(shared: Server, request: pytest.FixtureRequest) -> Place:
    """A new pool, with a client that has a secret or none."""
    return Place(shared, secret=request.param)


def test_sign_up_confirm_and_sign_in(place: Place) -> None:
    client = ana(place)
    client.set_base_attributes(email=EMAIL)
    registered = client.register("ana", PASSWORD)
    assert registered["UserConfirmed"] is False
    client.confirm_sign_up(place.code())
    client.authenticate(password=PASSWORD)
    assert client.id_claims["sub"] == client.access_claims["sub"] == registered["UserSub"]
    assert client.id_claims["email_verified"] is True


def test_srp_sign_in_gives_tokens_that_verify_and_renew(place: Place) -> None:
    sub = place.user()
    client = ana(place)
    client.authenticate(password=PASSWORD)
    assert client.id_claims["iss"] == f"{place.server.url}/{place.pool}"
    assert client.id_claims["aud"] == place.client
    assert client.access_claims["username"] == "ana"
    assert client.get_user().sub == sub

    before = client.access_token
    client.renew_access_token()
    client.verify_tokens()
    assert client.access_token != before
    assert client.get_user().email == EMAIL


def test_a_wrong_password_is_refused(place: Place) -> None:
    place.user()
    client = ana(place)
    with pytest.raises(client.client.exceptions.NotAuthorizedException, match=WRONG):
        client.authenticate(password="Wrong-Horse-1")
    assert client.access_token is None
    client.authenticate(password=PASSWORD)
    assert client.access_token


def test_an_unknown_user_is_refused_like_a_wrong_password(place: Place) -> None:
    client = ana(place, username="nobody")
    with pytest.raises(client.client.exceptions.NotAuthorizedException, match=WRONG):
        client.authenticate(password=PASSWORD)


def test_an_authenticator_app_is_set_up_and_asked_for(place: Place) -> None:
    place.mfa("OPTIONAL")
    place.user()
    client = ana(place)
    client.authenticate(password=PASSWORD)
    app = Authenticator(place.server, client.associate_software_token())
    with pytest.raises(client.client.exceptions.EnableSoftwareTokenMFAException):
        client.verify_software_token(wrong(app.code()))
    assert client.verify_software_token(app.code(), "phone") is True
    client.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")

    again = ana(place)
    with pytest.raises(SoftwareTokenMFAChallengeException):
        again.authenticate(password=PASSWORD)
    code = app.code()
    with pytest.raises(again.client.exceptions.CodeMismatchException):
        again.respond_to_software_token_mfa_challenge(wrong(code))
    again.respond_to_software_token_mfa_challenge(code)
    assert again.access_claims["username"] == "ana"


def test_a_code_of_the_authenticator_app_is_good_once(place: Place) -> None:
    place.mfa("OPTIONAL")
    place.user()
    client = ana(place)
    client.authenticate(password=PASSWORD)
    app = Authenticator(place.server, client.associate_software_token())
    code = app.code()
    client.verify_software_token(code)
    client.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        client.authenticate(password=PASSWORD)
    with pytest.raises(client.client.exceptions.ExpiredCodeException):
        client.respond_to_software_token_mfa_challenge(code)


def test_a_temporary_password_is_replaced_over_srp(place: Place) -> None:
    place.user(password=TEMPORARY, permanent=False)
    client = ana(place)
    with pytest.raises(ForceChangePasswordException):
        client.authenticate(password=TEMPORARY)
    client.new_password_challenge(TEMPORARY, PASSWORD)
    assert client.access_claims["username"] == "ana"
    assert place.idp.admin_get_user(UserPoolId=place.pool, Username="ana")["UserStatus"] == "CONFIRMED"
    with pytest.raises(client.client.exceptions.NotAuthorizedException, match=WRONG):
        client.authenticate(password=TEMPORARY)
    client.authenticate(password=PASSWORD)


def test_logging_out_revokes_what_other_instances_hold(place: Place) -> None:
    place.user()
    here, there = ana(place), ana(place)
    here.authenticate(password=PASSWORD)
    there.authenticate(password=PASSWORD)
    here.logout()
    refused = r"NotAuthorizedException.*: Access Token has been revoked$"
    with pytest.raises(there.client.exceptions.NotAuthorizedException, match=refused):
        there.get_user()
    with pytest.raises(there.client.exceptions.NotAuthorizedException, match=r": Refresh Token has been revoked$"):
        there.renew_access_token()


def test_a_client_with_a_secret_wants_it(shared: Server) -> None:
    place = Place(shared, secret=True)
    place.user()
    without, mistaken = ana(place, client_secret=None), ana(place, client_secret="mistaken")
    refused = rf": Client {place.client} is configured with secret but SECRET_HASH was not received$"
    with pytest.raises(without.client.exceptions.NotAuthorizedException, match=refused):
        without.authenticate(password=PASSWORD)
    refused = rf": Unable to verify secret hash for client {place.client}$"
    with pytest.raises(mistaken.client.exceptions.NotAuthorizedException, match=refused):
        mistaken.authenticate(password=PASSWORD)
