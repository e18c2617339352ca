"""What the log says of functions that refuse elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from emulator.outside.functions import InvokeApi, Webhook
from emulator.outside.lambdas import FunctionFailed, FunctionUnavailable
from tests.remote import Remote, served
from tests.test_functions import ARN, EVENT, stamp


@pytest.fixture
def remote() -> Iterator[Remote]:
    with served() as running:
        yield running


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<p>\n  You  are not\xff\x1b[0m let in</p>" + b"x" * 9_000, "<p> You are not\ufffd[0m let in</p>xxx"),
        (b'{"message": "You shall not pass"}', '{"message": "You shall not pass"}\n'),
        (b"", "nothing\n"),
    ],
)
def test_what_a_refusal_says_stands_in_the_log(
    remote: Remote, caplog: pytest.LogCaptureFixture, body: bytes, words: str
) -> None:
    remote.reply = lambda _: (403, {}, body)
    for target, how in (
        (InvokeApi(remote.url, stamp), "403: "),
        (Webhook(remote.url), "403 without an errorMessage: "),
    ):
        with pytest.raises(FunctionUnavailable, match=r"^HTTP 403$"):
            target.invoke(ARN, EVENT)
        assert how + words in caplog.text
    assert len(caplog.text) < 1_500


def test_a_webhooks_refusal_is_logged_in_its_words_but_for_what_it_was_told_in_confidence(
    remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    request = {"password": 'My  "pass" wörd', "challengeAnswer": "42", "privateChallengeParameters": {"answer": "43"}}
    remote.reply = lambda event: (
        400,
        {},
        json.dumps({"errorMessage": "Not you.", "because": event["request"]}).encode(),
    )
    with pytest.raises(FunctionFailed, match=r"^Not you\.$"):
        Webhook(remote.url).invoke(ARN, {**EVENT, "request": request})
    assert f"the function {ARN}: {remote.url} refused with 400: " in caplog.text
    because = {"password": "***", "challengeAnswer": "***", "privateChallengeParameters": {"answer": "***"}}
    assert json.dumps({"errorMessage": "Not you.", "because": because}) in caplog.text
