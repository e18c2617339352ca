"""A town whose pool has all triggers of sign-ins at identity providers."""

from __future__ import annotations

from storage.store import Store
from tests.api.recorded_functions import Recorder, configured, same
from tests.builders import Api
from tests.federated_users.arriving import Town

INBOUND, BEFORE_SIGN_UP, CONFIRMED = "InboundFederation", "PreSignUp", "PostConfirmation"
BEFORE, AFTER, TOKENS = "PreAuthentication", "PostAuthentication", "PreTokenGeneration"
FIRST = ["InboundFederation_ExternalProvider", "PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp"]
"""The sources that a first sign-in calls."""
LATER = [
    "InboundFederation_ExternalProvider",
    "PreAuthentication_Authentication",
    "PostAuthentication_Authentication",
]
VERSIONED = {INBOUND: {"LambdaVersion": "V1_0", "LambdaArn": configured(INBOUND)[INBOUND]}}
TAKEN = "Already found an entry for username Corp_42"


def a_triggered_town(api: Api, store: Store, recorder: Recorder) -> Town:
    """The town; its functions do nothing."""
    for trigger in (INBOUND, BEFORE_SIGN_UP, CONFIRMED, BEFORE, AFTER, TOKENS):
        recorder.on(trigger, same)
    config = {**configured(BEFORE_SIGN_UP, CONFIRMED, BEFORE, AFTER, TOKENS), **VERSIONED}
    return Town.of(api, store, LambdaConfig=config)
