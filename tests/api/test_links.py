"""CONFIRM_WITH_LINK: an e-mail with a link that confirms an account, once."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from werkzeug.test import TestResponse

from emulator.outside.mailbox import Message
from emulator.outside.world import World
from tests.api.people import attributes_of, confirm, refused, sign_up, status_of
from tests.api.recorded_functions import EVERY_FAILURE, Function, Json, Recorder, answering, configured
from tests.builders import Api, a_client, a_pool

EXPIRED = "Invalid code provided, please request a code again."
LINKS = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
DONE = "Your registration has been confirmed!"


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def world(world: World, recorder: Recorder) -> World:
    return recorder.in_world(world)


@dataclass
class Place:
    """A pool that verifies by link, a client with a secret, and Ana, who has signed up."""

    api: Api
    pool: str
    client: str

    @property
    def message(self) -> Message:
        return self.api.message(user="ana")

    def click(self, **changed: str) -> TestResponse:
        """GET the link of the newest message, with some of its parameters changed."""
        parts = urlsplit(str(self.message.link))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
        return self.api.http.get(parts.path, query_string=query)


def a_place(api: Api, *triggers: str, template: Json | None = None, **attributes: str) -> Place:
    settings: Json = {"AutoVerifiedAttributes": ["email"], "LambdaConfig": configured(*triggers)}
    pool = a_pool(api, VerificationMessageTemplate={**LINKS, **(template or {})}, **settings)
    client = a_client(api, pool)
    sign_up(api, client, **{"email": "ana@example.com", **attributes})
    return Place(api, pool, client)


def words(response: TestResponse) -> str:
    """What a page says."""
    heading = re.search(r"<h1[^>]*>(.*)</h1>", response.text)
    said = re.search(r'<p role="(?:alert|status)"[^>]*>(.*)</p>', response.text)
    assert heading
    assert said
    return f"{heading[1]}: {said[1]}"


def test_the_message_has_a_link_to_this_server(api: Api) -> None:
    place = a_place(api)
    message = place.message
    assert message.link == (
        f"http://localhost/confirmUser/?client_id={place.client}&user_name=ana&confirmation_code={message.code}"
    )
    assert message.subject == "Your verification link"
    link = f'<a href="{html.escape(message.link)}">Verify Email</a>'
    assert message.body == f"Please click the link below to verify your email address. {link} "


def test_a_click_confirms_the_account_and_verifies_the_address(api: Api) -> None:
    place = a_place(api)
    response = place.click()
    assert (response.status_code, response.content_type) == (200, "text/html; charset=utf-8")
    assert words(response) == f"{DONE}: You can close this page and sign in."
    assert status_of(api, place.pool) == "CONFIRMED"
    assert attributes_of(api, place.pool)["email_verified"] == "true"


def test_a_second_click_says_that_it_was_one_too_many(api: Api) -> None:
    place = a_place(api)
    place.click()
    response = place.click()
    assert response.status_code == 400
    assert words(response) == "Confirmation failed: User cannot be confirmed. Current status is CONFIRMED"


def test_the_path_goes_without_its_slash(api: Api) -> None:
    place = a_place(api)
    query = urlsplit(str(place.message.link)).query
    assert api.http.get(f"/confirmUser?{query}").status_code == 200
    assert status_of(api, place.pool) == "CONFIRMED"


def test_who_only_looks_spends_nothing(api: Api) -> None:
    place = a_place(api)
    assert api.http.head(str(place.message.link)).status_code == 200
    assert api.http.post(str(place.message.link)).status_code == 405
    assert status_of(api, place.pool) == "UNCONFIRMED"
    assert place.click().status_code == 200


def test_the_code_of_the_link_is_good_for_confirm_sign_up(api: Api) -> None:
    place = a_place(api)
    confirm(api, place.client, str(place.message.code))
    assert status_of(api, place.pool) == "CONFIRMED"


def test_a_new_link_takes_the_place_of_the_old_one(api: Api) -> None:
    place = a_place(api)
    old = str(place.message.code)
    api.idp("ResendConfirmationCode", ClientId=place.client, Username="ana")
    assert place.message.trigger == "CustomMessage_ResendCode"
    assert place.click(confirmation_code=old).status_code == 400
    assert place.click().status_code == 200


def test_a_link_is_good_for_a_day(api: Api) -> None:
    place = a_place(api)
    api.world.clock.advance(seconds=86_400)
    response = place.click()
    assert (response.status_code, words(response)) == (400, f"Confirmation failed: {EXPIRED}")
    assert status_of(api, place.pool) == "UNCONFIRMED"


WRONG = [
    ({"confirmation_code": "x"}, "Invalid verification code provided, please try again."),
    ({"confirmation_code": ""}, "Missing required parameter confirmation_code"),
    ({"client_id": "", "user_name": ""}, "Missing required parameter client_id, user_name"),
    ({"client_id": "nobody"}, "User pool client nobody does not exist."),
    ({"user_name": "nobody"}, EXPIRED),
    ({"user_name": "🙂"}, EXPIRED),
    ({"client_id": "<script>"}, "User pool client &lt;script&gt; does not exist."),
    ({"client_id": "{{ 7 * 7 }}"}, "User pool client {{ 7 * 7 }} does not exist."),
    ({"user_name": "x" * 100_000}, EXPIRED),
    ({"user_name": "ana\0"}, EXPIRED),
    ({"confirmation_code": "١٢٣٤٥٦"}, "Invalid verification code provided, please try again."),
]


@pytest.mark.parametrize(("changed", "told"), WRONG)
def test_what_is_wrong_is_said_and_changes_nothing(api: Api, changed: dict[str, str], told: str) -> None:
    place = a_place(api)
    response = place.click(**changed)
    assert (response.status_code, words(response)) == (400, f"Confirmation failed: {told}")
    assert status_of(api, place.pool) == "UNCONFIRMED"
    assert place.click().status_code == 200


def test_a_client_of_another_pool_confirms_nobody(api: Api) -> None:
    place = a_place(api)
    other = a_client(api, a_pool(api))
    assert words(place.click(client_id=other)) == f"Confirmation failed: {EXPIRED}"
    assert status_of(api, place.pool) == "UNCONFIRMED"


def test_guesses_are_limited(api: Api) -> None:
    place = a_place(api)
    told = {words(place.click(confirmation_code="wrong")) for _ in range(20)}
    assert "Confirmation failed: Attempt limit exceeded, please try after some time." in told
    assert place.click().status_code == 400


def test_a_username_is_quoted_in_the_link(api: Api) -> None:
    pool = a_pool(api, VerificationMessageTemplate=LINKS, AutoVerifiedAttributes=["email"])
    client = a_client(api, pool)
    name = 'a&b="<é>'
    sign_up(api, client, name, email="ana@example.com")
    message = api.message(pool=pool)
    assert f"user_name={quote(name, safe='')}&" in str(message.link)
    assert '"<' not in message.body
    assert api.http.get(str(message.link)).status_code == 200
    assert status_of(api, pool, name) == "CONFIRMED"


def test_the_pools_own_words(api: Api) -> None:
    template = {"EmailMessageByLink": "Go {##there##}! {####} {##or\nthere##}", "EmailSubjectByLink": "Click"}
    place = a_place(api, template=template)
    link = html.escape(str(place.message.link))
    told = f'Go <a href="{link}">there</a>! {place.message.code} <a href="{link}">or\nthere</a>'
    assert (place.message.subject, place.message.body) == ("Click", told)


@pytest.mark.parametrize("text", ["Hey {##Click Here##}", "Hey {####}"])
def test_custom_message_may_say_link_or_code(api: Api, recorder: Recorder, text: str) -> None:
    recorder.on("CustomMessage", answering(emailMessage=text))
    place = a_place(api, "CustomMessage")
    link = f'<a href="{html.escape(str(place.message.link))}">Click Here</a>'
    assert place.message.body == text.replace("{####}", str(place.message.code)).replace("{##Click Here##}", link)
    assert place.click().status_code == 200


def test_custom_message_has_to_say_either(api: Api, recorder: Recorder) -> None:
    recorder.on("CustomMessage", answering(emailMessage="Hey"))
    with refused("InvalidLambdaResponseException", "Invalid lambda function output : emailMessage lacks {####}"):
        a_place(api, "CustomMessage")


def test_other_messages_carry_a_code(api: Api) -> None:
    place = a_place(api)
    place.click()
    api.idp("ForgotPassword", ClientId=place.client, Username="ana")
    assert place.message.link is None
    assert place.message.body == f"Your password reset code is {place.message.code}"


def test_a_text_message_carries_a_code(api: Api) -> None:
    pool = a_pool(api, VerificationMessageTemplate=LINKS, AutoVerifiedAttributes=["phone_number"])
    sign_up(api, a_client(api, pool), phone_number="+15555550000")
    message = api.message(pool=pool)
    assert (message.link, message.body) == (None, f"Your verification code is {message.code}. ")


def test_post_confirmation_is_told_of_a_click(api: Api, recorder: Recorder) -> None:
    recorder.on("PostConfirmation", lambda event: event)
    place = a_place(api, "PostConfirmation")
    place.click()
    [event] = recorder.events
    assert (event["triggerSource"], event["userName"]) == ("PostConfirmation_ConfirmSignUp", "ana")
    assert event["callerContext"]["clientId"] == place.client
    assert event["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"


@EVERY_FAILURE
def test_where_post_confirmation_fails_the_account_is_confirmed(
    api: Api, recorder: Recorder, does: Function | None, told: str
) -> None:
    recorder.on("PostConfirmation", lambda event: event)
    recorder.fails("PostConfirmation", does)
    place = a_place(api, "PostConfirmation")
    response = place.click()
    words_told = told.format("PostConfirmation").partition(": ")[2]
    assert (response.status_code, words(response)) == (400, f"Confirmation failed: {words_told}")
    assert status_of(api, place.pool) == "CONFIRMED"


def shown(api: Api) -> Any:
    return api.http.get("/_emulator/messages").get_json()["messages"]


def test_the_link_is_told_by_the_control_endpoint(api: Api) -> None:
    place = a_place(api)
    assert shown(api)[-1]["link"] == place.message.link
