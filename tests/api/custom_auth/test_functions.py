"""CUSTOM_AUTH by what the functions do wrong: they raise, take too long, are missing, answer nonsense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.outside.lambdas import Functions
from tests.api.lambda_functions import ARN, CREATE, DEFINE, VERIFY, Json, Place, Triggers, answering, verify
from tests.api.signing_in import WRONG, reasons, refusal

SHAPE = "InvalidLambdaResponseException: Unrecognizable lambda output"
WHO = [DEFINE, CREATE, VERIFY]
LOOP: list[Any] = []
LOOP.append(LOOP)


def meet(place: Place, triggers: Triggers, trigger: str, does: Callable[[Json], Any]) -> str:
    """What a sign-in is refused with in which one trigger does that. Afterwards it goes on, as if nothing had been."""
    challenge = place.begin() if trigger == VERIFY else {}
    usual, triggers.does[trigger] = triggers.does[trigger], does
    told = refusal(lambda: place.answer(challenge) if challenge else place.begin())
    triggers.does[trigger] = usual
    assert "AuthenticationResult" in place.answer(challenge or place.begin())
    return told


def raising(error: BaseException) -> Callable[[Json], Any]:
    def does(_event: Json) -> Any:
        raise error

    return does


@pytest.mark.parametrize("trigger", WHO)
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("No"), "No"),
        (ValueError("No."), "No."),
        (ValueError(), ""),
        (KeyError("answer"), "'answer'"),
        (RuntimeError("💥 \ud800\n</script>"), "💥 \ud800\n</script>"),
        (RuntimeError("x" * 100_000), "x" * 100_000),
        (SystemExit(3), "3"),
        (RecursionError("deep"), "deep"),
    ],
    ids=["words", "full stop", "nothing", "key", "emoji", "long", "exit", "recursion"],
)
def test_a_function_that_raises_refuses_in_its_own_words(
    place: Place, triggers: Triggers, trigger: str, error: BaseException, words: str
) -> None:
    told = meet(place, triggers, trigger, raising(error))
    assert told == f"UserLambdaValidationException: {trigger} failed with error {words}."


def test_the_log_names_the_error(place: Place, triggers: Triggers) -> None:
    triggers.does[DEFINE] = raising(LookupError("code 123456"))
    assert refusal(place.begin) == "UserLambdaValidationException: DefineAuthChallenge failed with error code 123456."
    assert reasons(place.api) == "the function of DefineAuthChallenge raised LookupError"


@pytest.mark.parametrize("trigger", WHO)
def test_a_function_that_never_answers_in_time_is_called_three_times(
    place: Place, triggers: Triggers, trigger: str
) -> None:
    told = meet(place, triggers, trigger, raising(TimeoutError()))
    words = f"{trigger} invocation failed due to error Socket timeout while invoking Lambda function."
    assert told == f"UnexpectedLambdaException: {words}"
    asked = [event for event in triggers.events if event["triggerSource"] == f"{trigger}_Authentication"]
    assert asked[0] == asked[1] == asked[2]


def test_a_function_may_answer_in_time_when_it_is_called_again(place: Place, triggers: Triggers) -> None:
    def slow(event: Json) -> Any:
        event["request"]["challengeAnswer"] = "changed"
        triggers.does[VERIFY] = verify
        raise TimeoutError

    challenge = place.begin()
    triggers.does[VERIFY] = slow
    assert "AuthenticationResult" in place.answer(challenge)
    assert [request["challengeAnswer"] for request in triggers.of(VERIFY)] == ["hush-1", "hush-1"]


@pytest.mark.parametrize("trigger", WHO)
def test_a_function_that_does_not_exist_is_unexpected(place: Place, trigger: str) -> None:
    assert isinstance(place.api.world.lambdas, Functions)
    challenge = place.begin() if trigger == VERIFY else {}
    del place.api.world.lambdas.functions[ARN + trigger]
    words = f"{trigger} invocation failed due to error ResourceNotFoundException."
    told = refusal(lambda: place.answer(challenge) if challenge else place.begin())
    assert told == f"UnexpectedLambdaException: {words}"


NO_EVENTS = {
    "nothing": None,
    "text": "text",
    "number": 7,
    "true": True,
    "list": [],
    "empty": {},
    "no JSON": object(),
    "loop": LOOP,
    "no response": {"response": None},
    "response is a list": {"response": []},
    "response is text": {"response": "text"},
    "not a number": {"response": {"challengeMetadata": float("nan")}},
    "bytes": {"response": {"challengeMetadata": b"bytes"}},
    "set": {"response": {"challengeMetadata": {1, 2}}},
    "key": {("a", "b"): 1, "response": {}},
    "long number": {"response": {"challengeMetadata": 10**5000}},
}


@pytest.mark.parametrize("trigger", WHO)
@pytest.mark.parametrize("answer", NO_EVENTS.values(), ids=NO_EVENTS)
def test_what_is_no_event_is_not_recognized(place: Place, triggers: Triggers, trigger: str, answer: Any) -> None:
    told = "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON"
    assert meet(place, triggers, trigger, lambda _event: answer) == (told if answer is None else SHAPE)


FLAGS: tuple[Any, ...] = ("true", 1, [], {})
NAMES: tuple[Any, ...] = (None, "", 7, True, ["CUSTOM_CHALLENGE"], {}, "💥", "x" * 9000, "custom_challenge")
NOT_NOW = ("SRP_A", "PASSWORD_VERIFIER", "SMS_MFA", "SELECT_CHALLENGE", "DEVICE_SRP_AUTH", "NEW_PASSWORD_REQUIRED")
MAPS: tuple[Any, ...] = ("text", ["a"], {"a": 1}, {"a": None}, {"a": {}}, True, {"a": "\ud800"}, {"\ud800": "a"})


@pytest.mark.parametrize(
    ("trigger", "response"),
    [
        (DEFINE, {}),
        (DEFINE, {"issueTokens": False, "failAuthentication": False}),
        *[(DEFINE, {"issueTokens": value}) for value in FLAGS],
        *[(DEFINE, {"failAuthentication": value}) for value in FLAGS],
        *[(DEFINE, {"challengeName": value}) for value in (*NAMES, *NOT_NOW)],
        *[(CREATE, {"publicChallengeParameters": value}) for value in MAPS],
        *[(CREATE, {"privateChallengeParameters": value}) for value in MAPS],
        *[(CREATE, {"challengeMetadata": value}) for value in (7, ["a"], {"a": "b"}, True, "\ud800")],
        *[(VERIFY, {"answerCorrect": value}) for value in (*FLAGS, 0, "")],
    ],
)
def test_members_of_wrong_types_are_not_recognized(
    place: Place, triggers: Triggers, trigger: str, response: Json
) -> None:
    assert meet(place, triggers, trigger, answering(**response)) == SHAPE


@pytest.mark.parametrize("response", [{}, {"answerCorrect": None}, {"answerCorrect": False}, {"other": True}])
def test_an_answer_is_wrong_unless_the_trigger_says_otherwise(place: Place, triggers: Triggers, response: Json) -> None:
    challenge = place.begin()
    triggers.does[VERIFY] = answering(**response)
    assert place.answer(challenge)["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert triggers.of(DEFINE)[-1]["session"][0]["challengeResult"] is False


@pytest.mark.parametrize("private", [None, {}])
def test_a_challenge_without_private_parameters_is_refused_as_in_aws(
    place: Place, triggers: Triggers, private: Json | None
) -> None:
    triggers.does[CREATE] = answering(publicChallengeParameters={"a": "b"}, privateChallengeParameters=private)
    assert refusal(place.begin) == WRONG
    assert reasons(place.api) == "CreateAuthChallenge made no privateChallengeParameters"


def test_to_fail_counts_for_more_than_to_issue_tokens(place: Place, triggers: Triggers) -> None:
    triggers.does[DEFINE] = answering(issueTokens=True, failAuthentication=True, challengeName="CUSTOM_CHALLENGE")
    assert refusal(place.begin) == WRONG


def test_a_challenge_needs_nothing_public_nor_metadata(place: Place, triggers: Triggers) -> None:
    triggers.does[CREATE] = answering(privateChallengeParameters={"answer": "🔑"})
    challenge = place.begin()
    assert challenge["ChallengeParameters"] == {"USERNAME": "ana"}
    assert "AuthenticationResult" in place.answer(challenge, "🔑")
    assert triggers.of(DEFINE)[1]["session"][0]["challengeMetadata"] is None


def test_the_username_is_not_the_function_s_to_say(place: Place, triggers: Triggers) -> None:
    public = {"USERNAME": "bob", "💥": "\ud83d\udca5"}
    triggers.does[CREATE] = answering(publicChallengeParameters=public, privateChallengeParameters={"answer": "7"})
    assert place.begin()["ChallengeParameters"] == {"USERNAME": "ana", "💥": "💥"}


def test_a_function_keeps_no_hold_on_what_it_returned(place: Place, triggers: Triggers) -> None:
    kept = {"answer": "7"}
    triggers.does[CREATE] = answering(publicChallengeParameters=kept, privateChallengeParameters=kept)
    challenge = place.begin()
    kept["answer"] = "8"
    assert challenge["ChallengeParameters"]["answer"] == "7"
    assert "AuthenticationResult" in place.answer(challenge, "7")
