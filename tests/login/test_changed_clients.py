"""A client that is changed while a sign-in at its pages lets go of the database, to call a trigger's function."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.recorded_functions import Recorder, configured
from tests.builders import PASSWORD, Api, a_pool, a_user
from tests.login.visitor import Visitor

CHANGES: dict[str, dict[str, Any]] = {
    "redirect_mismatch": {"CallbackURLs": ["https://other.example.com/"]},
    "unauthorized_client": {
        "AllowedOAuthFlowsUserPoolClient": False,
        "AllowedOAuthFlows": [],
        "AllowedOAuthScopes": [],
    },
}


@pytest.mark.parametrize("error", sorted(CHANGES))
@pytest.mark.parametrize(
    ("trigger", "response_type"),
    [("PreAuthentication", "code"), ("PostAuthentication", "token"), ("PreTokenGeneration", "token")],
)
def test_nothing_is_sent_to_where_the_client_may_not_have_it_any_more(
    api: Api, recorder: Recorder, trigger: str, response_type: str, error: str
) -> None:
    pool = a_pool(api, LambdaConfig=configured(trigger))
    a_user(api, pool, email="ana@example.com", email_verified="true")
    visitor = Visitor.of(api, pool, AllowedOAuthFlows=["code", "implicit"])
    names = {"UserPoolId": pool, "ClientId": visitor.client}
    client = api.idp("DescribeUserPoolClient", **names)["UserPoolClient"]
    kept = {name: value for name, value in client.items() if name not in {"CreationDate", "LastModifiedDate"}}

    def change(event: dict[str, Any]) -> dict[str, Any]:
        api.idp("UpdateUserPoolClient", **{**kept, **CHANGES[error]})
        return event

    visitor.asked["response_type"] = response_type
    html = visitor.open().html
    recorder.on(trigger, change)
    answer = api.http.post(html.actions[0], data={**html.forms[0], "username": "ana", "password": PASSWORD})
    assert answer.headers["Location"] == f"/error?error={error}&client_id={visitor.client}"
    assert api.http.get_cookie("cognito") is None
