"""Feedback on events, and the mails that ask for it."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.people import refused, runs_nowhere
from tests.api.signing_in import refusal
from tests.api.threats.guarded import ARN, BEACH, CHROME, HOME, MAIL, NOTIFY, WORK, Guarded, a_guarded, takeover
from tests.builders import Api, a_user

INVALID = "NotAuthorizedException: Invalid feedback token."
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GONE = "ResourceNotFoundException: Auth event does not exist."
PLACEHOLDERS = (
    "{username}|{ip-address}|{city}|{country}|{login-time}|{device-name}|{event-id}|{feedback-token}|{unknown}|{####}"
)
LINKS = "<a href='{one-click-link-valid}'>yes</a> <a href='{one-click-link-invalid}'>no</a>"


def told(place: Guarded, **mail: str) -> str:
    """The body of the mail about a sign-in from a new address and device."""
    template = {"NoActionEmail": {"Subject": "New: {device-name}", **mail}} if mail else {}
    place.configure(Takeover=takeover({"SourceArn": ARN, **template}, Medium="NO_ACTION"))
    place.enter(HOME)
    place.enter(WORK, CHROME)
    return place.api.message().body


def linked(body: str, value: str) -> dict[str, str]:
    """What the one-click link of a mail says."""
    [link] = [html.unescape(link) for link in re.findall("href=[\"']([^\"']*)", body) if link.endswith(f"={value}")]
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def judged(place: Guarded, body: str, username: str = "ana", value: str = "Valid", **changed: str) -> dict[str, Any]:
    """UpdateAuthEventFeedback, with what a mail says."""
    said = linked(body, value)
    members = {"EventId": said["event_id"], "FeedbackToken": said["feedback_token"], "FeedbackValue": value, **changed}
    return place.api.idp("UpdateAuthEventFeedback", **{"UserPoolId": place.pool, "Username": username, **members})


def test_a_mail_says_what_it_was_asked_to(place: Guarded) -> None:
    body = told(place, HtmlBody=PLACEHOLDERS, TextBody="never sent")
    username, address, city, country, time, device, event, token, *others = body.split("|")
    assert (username, address, city, country) == ("ana", WORK, "unknown", "unknown")
    assert (time, device) == ("2027-01-15T08:00:00.000Z", "Chrome 126, Windows")
    assert event == place.events()[0]["EventId"]
    assert re.fullmatch("[0-9a-f]{64}", token)
    assert others == ["{unknown}", "{####}"]
    message = place.api.message()
    assert (message.subject, message.to, message.medium) == ("New: Chrome 126, Windows", MAIL, "EMAIL")
    assert message.trigger == "CustomEmailSender_AccountTakeOverNotification"


def test_a_text_body_is_sent_where_there_is_no_other(place: Guarded) -> None:
    assert told(place, TextBody="Hello {username}") == "Hello ana"


def test_without_words_of_its_own_a_pool_says_awss(place: Guarded) -> None:
    body = told(place)
    assert "We observed an unrecognized sign-in to your account" in body
    assert "<li>Device: Chrome 126, Windows</li>" in body
    assert linked(body, "Valid")["user_name"] == "ana"


def test_names_are_no_markup(place: Guarded) -> None:
    evil = "<b>&{feedback-token}"
    a_user(place.api, place.pool, evil, email="evil@example.com")
    place.configure(
        Takeover=takeover({**NOTIFY, "NoActionEmail": {"Subject": "x", "HtmlBody": "{username}!"}}, Low="NO_ACTION")
    )
    place.enter(HOME, username=evil)
    place.enter(WORK, username=evil)
    assert place.api.message().body == "&lt;b&gt;&amp;{feedback-token}!"


def test_who_has_no_address_is_not_told(place: Guarded) -> None:
    a_user(place.api, place.pool, "eva")
    place.configure(Takeover=takeover(NOTIFY, Low="NO_ACTION"))
    place.enter(HOME, username="eva")
    assert place.enter(WORK, username="eva")["AuthenticationResult"]
    assert place.api.world.mailbox.messages() == []


def test_a_mail_that_a_trigger_would_have_to_send_is_not_passed_over(place: Guarded) -> None:
    place.configure(Takeover=takeover(NOTIFY, Low="BLOCK"))
    arn = "arn:aws:lambda:us-east-1:123456789012:function:sender"
    sender = {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": arn}, "KMSKeyID": KEY}
    on = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "LambdaConfig": sender}
    place.api.idp("UpdateUserPool", UserPoolId=place.pool, **on)
    assert place.enter(HOME)["AuthenticationResult"]
    with refused(*runs_nowhere("CustomEmailSender")):
        place.enter(WORK)


# Feedback


def test_an_administrators_word_is_kept_and_the_last_one_counts(place: Guarded) -> None:
    place.enter()
    members = {"UserPoolId": place.pool, "Username": "ana", "EventId": place.events()[0]["EventId"]}
    for value in ("Invalid", "Valid"):
        assert place.api.idp("AdminUpdateAuthEventFeedback", FeedbackValue=value, **members) == {}
    feedback = {"FeedbackValue": "Valid", "Provider": "Admin", "FeedbackDate": place.api.world.clock.now()}
    assert place.events()[0]["EventFeedback"] == feedback
    a_user(place.api, place.pool, "eva")
    for changed in ({"EventId": "no-such-event"}, {"Username": "eva"}):
        call = {"FeedbackValue": "Valid", **members, **changed}
        assert refusal(lambda: place.api.idp("AdminUpdateAuthEventFeedback", **call)) == GONE  # noqa: B023


def test_a_user_judges_by_the_token_of_the_mail(place: Guarded) -> None:
    body = told(place)
    assert judged(place, body, value="Invalid") == {}
    assert place.events()[0]["EventFeedback"]["FeedbackValue"] == "Invalid"
    assert place.events()[0]["EventFeedback"]["Provider"] == "User"


@pytest.mark.parametrize("token", ["x", "0" * 64, "=", "A" * 131_000])
def test_a_token_that_is_made_up_is_refused(place: Guarded, token: str) -> None:
    body = told(place)
    assert refusal(lambda: judged(place, body, FeedbackToken=token)) == INVALID
    assert "EventFeedback" not in place.events()[0]


def test_a_token_is_good_for_its_user_and_event_alone(api: Api, place: Guarded) -> None:
    body = told(place)
    first, second = place.events()[1]["EventId"], place.events()[0]["EventId"]
    assert linked(body, "Valid")["event_id"] == second
    a_user(api, place.pool, "eva", email="eva@example.com")
    other = a_guarded(api)
    for changed in ({"EventId": first}, {"EventId": "none"}, {"UserPoolId": other.pool}):
        assert refusal(lambda: judged(place, body, **changed)) == INVALID  # noqa: B023
    for username in ("eva", "nobody"):
        assert refusal(lambda: judged(place, body, username)) == INVALID  # noqa: B023


def test_feedback_changes_what_comes_next(place: Guarded) -> None:
    place.enter(HOME)
    place.enter(WORK, CHROME)
    members = {"UserPoolId": place.pool, "Username": "ana", "EventId": place.events()[0]["EventId"]}
    place.api.idp("AdminUpdateAuthEventFeedback", FeedbackValue="Invalid", **members)
    place.enter(WORK)
    assert place.risks()[-1] == ("AccountTakeover", "High")
    place.api.idp("AdminUpdateAuthEventFeedback", FeedbackValue="Valid", **members)
    place.enter(WORK, CHROME)
    assert place.risks()[-1] == ("NoRisk", None)


# One click


def clicked(place: Guarded, said: dict[str, str], method: str = "get") -> tuple[int, str]:
    answer = getattr(place.api.http, method)("/authEventFeedback", query_string=said)
    return answer.status_code, answer.text


def test_one_click_is_feedback(place: Guarded) -> None:
    said = linked(told(place, HtmlBody=LINKS), "Invalid")
    assert clicked(place, said, "head")[0] == 200
    assert "EventFeedback" not in place.events()[0]
    status, page = clicked(place, said)
    assert (status, "Thank you" in page) == (200, True)
    assert place.events()[0]["EventFeedback"]["FeedbackValue"] == "Invalid"


def test_a_click_that_is_made_up_is_refused(place: Guarded) -> None:
    said = linked(told(place, HtmlBody=LINKS), "Valid")
    for name, value, words in (
        ("feedback_token", "x", "Invalid feedback token."),
        ("feedback_token", "é🙂", "Invalid feedback token."),
        ("user_name", "<script>", "Invalid feedback token."),
        ("feedback_value", "<b>", "feedback_value is Valid or Invalid."),
        ("event_id", "", "Missing required parameter event_id"),
        ("user_pool_id", "us-east-1_x<b>", "User pool us-east-1_x&lt;b&gt; does not exist."),
    ):
        status, page = clicked(place, {**said, name: value})
        assert (status, words in page, "<script>" in page, "<b>" in page) == (400, True, False, False)
    assert "EventFeedback" not in place.events()[0]


def test_an_address_that_feedback_called_invalid_stays_so_from_other_places(place: Guarded) -> None:
    place.enter(HOME)
    place.enter(BEACH)
    members = {"UserPoolId": place.pool, "Username": "ana", "EventId": place.events()[0]["EventId"]}
    place.api.idp("AdminUpdateAuthEventFeedback", FeedbackValue="Invalid", **members)
    place.enter(HOME)
    assert place.risks()[-1] == ("NoRisk", None)
