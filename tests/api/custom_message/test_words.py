"""The words of CustomMessage: which will do, and where the pool's own stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.custom_message.acts import TEXT, Act, is_created, signs_up
from tests.api.recorded_functions import Json, Place, Recorder, answering
from tests.api.signing_in import refusal
from tests.builders import Api

WRONG: list[tuple[Act, Json, str]] = [
    (signs_up, {"emailMessage": "no place for a code"}, "emailMessage lacks {####}"),
    (signs_up, {"emailMessage": "{####}" + "x" * 20_000}, "emailMessage is longer than 20000 characters"),
    (signs_up, {"emailMessage": TEXT, "emailSubject": "x" * 141}, "emailSubject is longer than 140 characters"),
    (signs_up, {"emailMessage": "{##Click Here##}"}, "emailMessage lacks {####}"),
    (is_created, {"emailMessage": "{####}"}, "emailMessage lacks {username}"),
    (is_created, {"emailMessage": "{username}"}, "emailMessage lacks {####}"),
]


@pytest.mark.parametrize(("act", "said", "told"), WRONG)
def test_words_that_would_not_do_are_refused(place: Place, recorder: Recorder, act: Act, said: Json, told: str) -> None:
    recorder.on("CustomMessage", answering(**said))
    before = place.people()
    assert refusal(lambda: act(place)) == f"InvalidLambdaResponseException: Invalid lambda function output : {told}"
    assert place.people() == before


@pytest.mark.parametrize("member", ["smsMessage", "emailMessage", "emailSubject"])
@pytest.mark.parametrize("value", [1, 0, True, False, ["{####}"], {"text": "{####}"}])
def test_words_that_are_no_text_are_refused(place: Place, recorder: Recorder, member: str, value: Any) -> None:
    recorder.on("CustomMessage", answering(**{member: value}))
    assert refusal(lambda: signs_up(place)) == "InvalidLambdaResponseException: Unrecognizable lambda output"


@pytest.mark.parametrize("nothing", [None, ""])
def test_where_it_says_nothing_the_pool_does(api: Api, place: Place, recorder: Recorder, nothing: Any) -> None:
    recorder.on("CustomMessage", answering(emailMessage=nothing, emailSubject=nothing, smsMessage=nothing))
    signs_up(place)
    message = api.message(user="cleo")
    assert (message.subject, message.body) == ("Your verification code", f"Your confirmation code is {message.code}")


def test_a_text_that_is_not_sent_is_not_looked_at(api: Api, place: Place, recorder: Recorder) -> None:
    recorder.on("CustomMessage", answering(emailMessage=TEXT, smsMessage="x" * 200))
    signs_up(place)
    assert api.message(user="cleo").body == f"Say {api.code(user='cleo')}, please"
