"""What the functions are told of sign-ins: by password, by a challenge of their own, or anew."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import claims
from tests.sdk.conftest import Server
from tests.sdk.place import asked
from tests.sdk.serverless_offline.application import ARN, NO_GROUPS, Application, Json, Shop

METADATA = {"shop": "7"}
ROLE = "arn:aws:iam::123456789012:role/staff"
UNDEFINED = {"challengeName": None, "issueTokens": None, "failAuthentication": None}
UNMADE = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}
UNCLAIMED = {"claimsOverrideDetails": None}
UNCLAIMED_V2 = {"claimsAndScopeOverrideDetails": None}
OWN_SCOPE = "aws.cognito.signin.user.admin"


def tokens_of(shop: Shop, user: Json, source: str, **request: Any) -> Json:
    """The event of PreTokenGeneration, version 1, for somebody without groups."""
    told = {"userAttributes": user, "groupConfiguration": NO_GROUPS, **request}
    return shop.event(f"TokenGeneration_{source}", told, UNCLAIMED)


def test_a_password(shop: Shop) -> None:
    user = shop.ana()
    tokens = shop.enter(ClientMetadata=METADATA)["AuthenticationResult"]
    before = {"userAttributes": user, "validationData": METADATA}
    after = {"userAttributes": user, "newDeviceUsed": False}
    shop.took(
        shop.event("PreAuthentication_Authentication", before, {}),
        shop.event("PostAuthentication_Authentication", after, {}),
        tokens_of(shop, user, "Authentication"),
    )
    assert claims(tokens["IdToken"])["shop"] == "7"
    assert "email_verified" not in claims(tokens["IdToken"])
    assert "shop" not in claims(tokens["AccessToken"])


def test_a_wrong_password_is_told_of_once(shop: Shop) -> None:
    user = shop.ana()
    with pytest.raises(shop.idp.exceptions.NotAuthorizedException, match=r"Incorrect username or password\.$"):
        shop.enter(password="Wrong-Horse-1")
    before = {"userAttributes": user, "validationData": None}
    shop.took(shop.event("PreAuthentication_Authentication", before, {}))


def test_tokens_made_anew(shop: Shop) -> None:
    user = shop.ana()
    token = shop.enter()["AuthenticationResult"]["RefreshToken"]
    shop.application.took()
    begun = {"ClientId": shop.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientMetadata": METADATA}
    shop.idp.initiate_auth(**begun, AuthParameters={"REFRESH_TOKEN": token})
    shop.took(tokens_of(shop, user, "RefreshTokens"))
    shop.idp.get_tokens_from_refresh_token(ClientId=shop.client, RefreshToken=token, ClientMetadata=METADATA)
    shop.took(tokens_of(shop, user, "RefreshTokens", clientMetadata=METADATA))


def config(version: str) -> Json:
    """LambdaConfig, with PreTokenGeneration of a version."""
    return {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": f"{ARN}PreTokenGeneration"}}


@pytest.mark.parametrize(("version", "told"), [("V1_0", "1"), ("V2_0", "2"), ("V3_0", "3")])
def test_groups_and_scopes(offline: Server, application: Application, version: str, told: str) -> None:
    shop = Shop(offline, application, config(version))
    user = shop.ana()
    shop.idp.create_group(UserPoolId=shop.pool, GroupName="staff", Precedence=1, RoleArn=ROLE)
    shop.idp.admin_add_user_to_group(UserPoolId=shop.pool, Username="ana", GroupName="staff")
    answer = shop.enter()["AuthenticationResult"]
    groups = {"groupsToOverride": ["staff"], "iamRolesToOverride": [ROLE], "preferredRole": ROLE}
    scopes = {} if told == "1" else {"scopes": [OWN_SCOPE]}
    request = {"userAttributes": user, "groupConfiguration": groups, **scopes}
    response = UNCLAIMED if told == "1" else UNCLAIMED_V2
    shop.took(shop.event("TokenGeneration_Authentication", request, response, version=told))
    identity, access = claims(answer["IdToken"]), claims(answer["AccessToken"])
    assert (identity["shop"], identity["cognito:groups"]) == ("7", ["staff"])
    assert access.get("shop") == (None if told == "1" else "7")
    assert access["scope"].split() == ([OWN_SCOPE] if told == "1" else [OWN_SCOPE, "shop/buy"])


def test_a_clients_own_token(offline: Server, application: Application) -> None:
    shop = Shop(offline, application, config("V3_0"))
    made = shop.idp.create_user_pool_client(
        UserPoolId=shop.pool, ClientName="service", GenerateSecret=True, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"]
    )["UserPoolClient"]
    named = {"ClientId": made["ClientId"], "Secret": made["ClientSecret"]}
    token = shop.idp.get_client_token(**named, ClientMetadata=METADATA)["ClientAuthenticationResult"]["AccessToken"]
    request: Json = {"userAttributes": {}, "groupConfiguration": None, "scopes": [], "clientMetadata": METADATA}
    names = {"user": "ClientCredentials", "client": made["ClientId"], "version": "3"}
    shop.took(shop.event("TokenGeneration_ClientCredentials", request, UNCLAIMED_V2, **names))
    assert (claims(token)["shop"], claims(token)["scope"]) == ("7", "shop/buy")


def begin(shop: Shop, username: str = "ana", **members: Any) -> Any:
    """InitiateAuth by CUSTOM_AUTH."""
    begun = {"ClientId": shop.client, "AuthFlow": "CUSTOM_AUTH", **members}
    return shop.idp.initiate_auth(**begun, AuthParameters={"USERNAME": username})


def answer(shop: Shop, challenge: Any, text: str, username: str = "ana", **members: Any) -> Any:
    """RespondToAuthChallenge."""
    given = {"ClientId": shop.client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": challenge["Session"]}
    return shop.idp.respond_to_auth_challenge(
        **given, ChallengeResponses={"USERNAME": username, "ANSWER": text}, **members
    )


def test_a_challenge_of_their_own(shop: Shop) -> None:
    user = {"userAttributes": shop.ana()}
    first = begin(shop, ClientMetadata={"page": "home"})
    assert first["ChallengeParameters"] == {"USERNAME": "ana", "question": "How much is 1 + 1?"}
    asks: Json = {"challengeName": "CUSTOM_CHALLENGE"}
    shop.took(
        shop.event("PreAuthentication_Authentication", {**user, "validationData": {"page": "home"}}, {}),
        shop.event("DefineAuthChallenge_Authentication", {**user, "session": []}, UNDEFINED),
        shop.event("CreateAuthChallenge_Authentication", {**user, **asks, "session": []}, UNMADE),
    )
    second = answer(shop, first, "3")
    assert second["ChallengeParameters"] == {"USERNAME": "ana", "question": "How much is 2 + 1?"}
    wrong = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "SUM-1"}
    checks = {**user, "privateChallengeParameters": {"answer": "2"}, "challengeAnswer": "3"}
    shop.took(
        shop.event("VerifyAuthChallengeResponse_Authentication", checks, {"answerCorrect": None}),
        shop.event("DefineAuthChallenge_Authentication", {**user, "session": [wrong]}, UNDEFINED),
        shop.event("CreateAuthChallenge_Authentication", {**user, **asks, "session": [wrong]}, UNMADE),
    )
    assert answer(shop, second, "3", ClientMetadata=METADATA)["AuthenticationResult"]["AccessToken"]
    right = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "SUM-2"}
    with_metadata = {**user, "clientMetadata": METADATA}
    checks = {**with_metadata, "privateChallengeParameters": {"answer": "3"}, "challengeAnswer": "3"}
    defines = {**with_metadata, "session": [wrong, right]}
    shop.took(
        shop.event("VerifyAuthChallengeResponse_Authentication", checks, {"answerCorrect": None}),
        shop.event("DefineAuthChallenge_Authentication", defines, UNDEFINED),
        shop.event("PostAuthentication_Authentication", {**with_metadata, "newDeviceUsed": False}, {}),
        tokens_of(shop, user["userAttributes"], "Authentication", clientMetadata=METADATA),
    )


def test_metadata_of_a_wrong_answer_reaches_the_next_challenge(shop: Shop) -> None:
    shop.ana()
    answer(shop, begin(shop), "3", ClientMetadata=METADATA)
    events = shop.application.took()
    reached = {event["triggerSource"]: event["request"].get("clientMetadata") for event in events}
    assert reached["CreateAuthChallenge_Authentication"] == METADATA


def test_somebody_who_does_not_exist_where_that_is_a_secret(shop: Shop) -> None:
    shop.client = shop.a_client(PreventUserExistenceErrors="ENABLED")
    nobody = {"userAttributes": {}, "userNotFound": True}
    challenge = begin(shop, "zoe")
    asks: Json = {"challengeName": "CUSTOM_CHALLENGE", "session": []}
    shop.took(
        shop.event("PreAuthentication_Authentication", {**nobody, "validationData": None}, {}, user="zoe"),
        shop.event("DefineAuthChallenge_Authentication", {**nobody, "session": []}, UNDEFINED, user="zoe"),
        shop.event("CreateAuthChallenge_Authentication", {**nobody, **asks}, UNMADE, user="zoe"),
    )
    assert answer(shop, challenge, "2", "zoe")["ChallengeName"] == "CUSTOM_CHALLENGE"
    entry = {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": False, "challengeMetadata": "SUM-1"}
    checks = {**nobody, "privateChallengeParameters": {"answer": "2"}, "challengeAnswer": "2"}
    asks = {"challengeName": "CUSTOM_CHALLENGE", "session": [entry]}
    shop.took(
        shop.event("VerifyAuthChallengeResponse_Authentication", checks, {"answerCorrect": None}, user="zoe"),
        shop.event("DefineAuthChallenge_Authentication", {**nobody, "session": [entry]}, UNDEFINED, user="zoe"),
        shop.event("CreateAuthChallenge_Authentication", {**nobody, **asks}, UNMADE, user="zoe"),
    )


def test_the_text_message_of_a_second_factor(shop: Shop) -> None:
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
    shop.idp.set_user_pool_mfa_config(UserPoolId=shop.pool, MfaConfiguration="ON", SmsMfaConfiguration=sms)
    named = {"UserPoolId": shop.pool, "Username": "ana"}
    user = shop.ana() | {"phone_number": "+12065550100", "phone_number_verified": "false"}
    phone = [{"Name": "phone_number", "Value": "+12065550100"}]
    shop.idp.admin_update_user_attributes(**named, UserAttributes=phone)
    assert shop.enter(ClientMetadata=METADATA)["ChallengeName"] == "SMS_MFA"
    [sent] = asked(f"{shop.server.url}/_emulator/messages?pool={shop.pool}&to=%2B12065550100")["messages"]
    assert sent["body"] == f"Code: {sent['code']}"
    request = {"userAttributes": user, "codeParameter": "{####}", "linkParameter": "{##Click Here##}"}
    words = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
    shop.took(
        shop.event("PreAuthentication_Authentication", {"userAttributes": user, "validationData": METADATA}, {}),
        shop.event("CustomMessage_Authentication", {**request, "usernameParameter": None}, words),
    )
