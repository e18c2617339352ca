"""What the functions are told of accounts: who signs up, is confirmed, is created, is moved, forgets a password."""

from __future__ import annotations

from typing import Any

from tests.builders import PASSWORD, pairs
from tests.sdk.conftest import Server
from tests.sdk.place import asked
from tests.sdk.serverless_offline.application import NO_GROUPS, NOBODYS, Application, Json, Shop, functions

ANOTHER = "Another-Horse-2"
UNDECIDED = {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}
NO_WORDS = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
EMAIL = {"email": "ana@example.com"}
METADATA = {"shop": "7"}


def signs_up(shop: Shop, **members: Any) -> Any:
    """SignUp."""
    return shop.idp.sign_up(
        ClientId=shop.client, Username="ana", Password=PASSWORD, UserAttributes=pairs(EMAIL), **members
    )


def message(attributes: Json, username: str | None = None, **metadata: Json) -> Json:
    """The request of CustomMessage."""
    placeholders = {"codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username}
    return {"userAttributes": attributes, **placeholders, **metadata}


def newest(shop: Shop) -> Any:
    """The newest message to the pool's users."""
    return asked(f"{shop.server.url}/_emulator/messages?pool={shop.pool}")["messages"][-1]


def test_a_sign_up_and_its_confirmation(shop: Shop) -> None:
    sub = signs_up(shop, ValidationData=pairs({"ticket": "tin"}), ClientMetadata=METADATA)["UserSub"]
    user = {"sub": sub, "cognito:user_status": "UNCONFIRMED", **EMAIL, "email_verified": "false"}
    before = {"userAttributes": EMAIL, "validationData": {"ticket": "tin"}, "clientMetadata": METADATA}
    shop.took(
        shop.event("PreSignUp_SignUp", before, UNDECIDED),
        shop.event("CustomMessage_SignUp", message(user, clientMetadata=METADATA), NO_WORDS),
    )
    sent = newest(shop)
    assert (sent["subject"], sent["body"]) == ("Shop 7", f"Code: {sent['code']}")
    named = {"ClientId": shop.client, "Username": "ana"}
    shop.idp.confirm_sign_up(**named, ConfirmationCode=sent["code"], ClientMetadata={"step": "2"})
    user |= {"cognito:user_status": "CONFIRMED", "email_verified": "true"}
    told = {"userAttributes": user, "clientMetadata": {"step": "2"}}
    shop.took(shop.event("PostConfirmation_ConfirmSignUp", told, {}))


def test_a_sign_up_that_brings_nothing(shop: Shop) -> None:
    sub = signs_up(shop)["UserSub"]
    user = {"sub": sub, "cognito:user_status": "UNCONFIRMED", **EMAIL, "email_verified": "false"}
    shop.took(
        shop.event("PreSignUp_SignUp", {"userAttributes": EMAIL, "validationData": None}, UNDECIDED),
        shop.event("CustomMessage_SignUp", message(user), NO_WORDS),
    )


def test_a_sign_up_that_the_function_confirms_is_told_of_once(shop: Shop) -> None:
    answer = signs_up(shop, ValidationData=pairs({"ticket": "gold"}), ClientMetadata=METADATA)
    assert answer["UserConfirmed"] is True
    user = {"sub": answer["UserSub"], "cognito:user_status": "CONFIRMED", **EMAIL, "email_verified": "true"}
    before = {"userAttributes": EMAIL, "validationData": {"ticket": "gold"}, "clientMetadata": METADATA}
    after = {"userAttributes": user, "clientMetadata": METADATA}
    shop.took(
        shop.event("PreSignUp_SignUp", before, UNDECIDED),
        shop.event("PostConfirmation_ConfirmSignUp", after, {}),
    )
    assert "AuthenticationResult" in shop.enter()


def test_a_code_that_is_sent_again_and_a_confirmation_by_an_administrator(shop: Shop) -> None:
    sub = signs_up(shop)["UserSub"]
    shop.application.took()
    shop.idp.resend_confirmation_code(ClientId=shop.client, Username="ana", ClientMetadata=METADATA)
    user = {"sub": sub, "cognito:user_status": "UNCONFIRMED", **EMAIL, "email_verified": "false"}
    shop.took(shop.event("CustomMessage_ResendCode", message(user, clientMetadata=METADATA), NO_WORDS))
    shop.idp.admin_confirm_sign_up(UserPoolId=shop.pool, Username="ana", ClientMetadata=METADATA)
    told = {"userAttributes": user | {"cognito:user_status": "CONFIRMED"}, "clientMetadata": METADATA}
    shop.took(shop.event("PostConfirmation_ConfirmSignUp", told, {}, client=NOBODYS))


def test_an_invitation_and_the_new_password_that_follows_it(shop: Shop) -> None:
    given = {**EMAIL, "email_verified": "true"}
    shop.idp.admin_create_user(
        UserPoolId=shop.pool,
        Username="ana",
        UserAttributes=pairs(given),
        ValidationData=pairs({"ticket": "gold"}),
        ClientMetadata=METADATA,
        DesiredDeliveryMediums=["EMAIL"],
    )
    user = {"sub": shop.sub("ana"), "cognito:user_status": "FORCE_CHANGE_PASSWORD", **given}
    before = {"userAttributes": given, "validationData": {"ticket": "gold"}, "clientMetadata": METADATA}
    words = message(user, "{username}", clientMetadata=METADATA)
    shop.took(
        shop.event("PreSignUp_AdminCreateUser", before, UNDECIDED, client=NOBODYS),
        shop.event("CustomMessage_AdminCreateUser", words, NO_WORDS, client=NOBODYS),
    )
    sent = newest(shop)
    assert sent["body"] == f"ana, your password: {sent['code']}"
    challenge = shop.enter(password=sent["code"], ClientMetadata={"page": "home"})
    told = {"userAttributes": user, "validationData": {"page": "home"}}
    shop.took(shop.event("PreAuthentication_Authentication", told, {}))
    shop.idp.respond_to_auth_challenge(
        ClientId=shop.client,
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ana", "NEW_PASSWORD": PASSWORD},
        ClientMetadata=METADATA,
    )
    user |= {"cognito:user_status": "CONFIRMED"}
    after = {"userAttributes": user, "newDeviceUsed": False, "clientMetadata": METADATA}
    tokens = {"userAttributes": user, "groupConfiguration": NO_GROUPS, "clientMetadata": METADATA}
    shop.took(
        shop.event("PostAuthentication_Authentication", after, {}),
        shop.event("TokenGeneration_NewPasswordChallenge", tokens, {"claimsOverrideDetails": None}),
    )


def test_a_new_address_and_its_verification(shop: Shop) -> None:
    user = shop.ana()
    token = shop.enter()["AuthenticationResult"]["AccessToken"]
    shop.application.took()
    moved = {"email": "new@example.com"}
    shop.idp.update_user_attributes(AccessToken=token, UserAttributes=pairs(moved), ClientMetadata=METADATA)
    user |= {**moved, "email_verified": "false"}
    shop.took(shop.event("CustomMessage_UpdateUserAttribute", message(user, clientMetadata=METADATA), NO_WORDS))
    shop.idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email", ClientMetadata=METADATA)
    shop.took(shop.event("CustomMessage_VerifyUserAttribute", message(user, clientMetadata=METADATA), NO_WORDS))
    shop.idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=newest(shop)["code"])
    shop.took()
    shop.idp.admin_update_user_attributes(UserPoolId=shop.pool, Username="ana", UserAttributes=pairs(EMAIL))
    user |= EMAIL
    shop.took(shop.event("CustomMessage_UpdateUserAttribute", message(user), NO_WORDS, client=NOBODYS))


def test_a_forgotten_password(shop: Shop) -> None:
    user = shop.ana()
    named = {"ClientId": shop.client, "Username": "ana"}
    shop.idp.forgot_password(**named, ClientMetadata=METADATA)
    words = message(user, clientMetadata=METADATA)
    shop.took(shop.event("CustomMessage_ForgotPassword", words, NO_WORDS))
    code = newest(shop)["code"]
    shop.idp.confirm_forgot_password(**named, Password=ANOTHER, ConfirmationCode=code, ClientMetadata={"step": "2"})
    told = {"userAttributes": user, "clientMetadata": {"step": "2"}}
    shop.took(shop.event("PostConfirmation_ConfirmForgotPassword", told, {}))
    shop.idp.admin_reset_user_password(UserPoolId=shop.pool, Username="ana", ClientMetadata=METADATA)
    shop.took(shop.event("CustomMessage_ForgotPassword", words, NO_WORDS, client=NOBODYS))


MIA = {"email": "mia@example.com", "email_verified": "true"}
UNKNOWN = {
    "userAttributes": None,
    "finalUserStatus": None,
    "messageAction": None,
    "desiredDeliveryMediums": None,
    "forceAliasCreation": None,
    "enableSMSMFA": None,
}


def test_an_old_customer_signs_in(shop: Shop) -> None:
    assert "AuthenticationResult" in shop.enter("mia", "Old-Horse-1", ClientMetadata=METADATA)
    user = {"sub": shop.sub("mia"), "cognito:user_status": "CONFIRMED", **MIA}
    asks = {"userAttributes": None, "password": "Old-Horse-1", "validationData": METADATA}
    tokens = {"userAttributes": user, "groupConfiguration": NO_GROUPS}
    shop.took(
        shop.event("UserMigration_Authentication", asks, UNKNOWN, user="mia"),
        shop.event(
            "PreAuthentication_Authentication", {"userAttributes": user, "validationData": METADATA}, {}, user="mia"
        ),
        shop.event(
            "PostAuthentication_Authentication", {"userAttributes": user, "newDeviceUsed": False}, {}, user="mia"
        ),
        shop.event("TokenGeneration_Authentication", tokens, {"claimsOverrideDetails": None}, user="mia"),
    )


def test_an_old_customer_forgot_their_password(shop: Shop) -> None:
    named = {"ClientId": shop.client, "Username": "mia"}
    shop.idp.forgot_password(**named, ClientMetadata=METADATA)
    user = {"sub": shop.sub("mia"), "cognito:user_status": "RESET_REQUIRED", **MIA}
    asks = {"userAttributes": None, "password": None, "validationData": None, "clientMetadata": METADATA}
    words = message(user, clientMetadata=METADATA)
    shop.took(
        shop.event("UserMigration_ForgotPassword", asks, UNKNOWN, user="mia"),
        shop.event("CustomMessage_ForgotPassword", words, NO_WORDS, user="mia"),
    )
    shop.idp.confirm_forgot_password(**named, Password=ANOTHER, ConfirmationCode=newest(shop)["code"])
    told = {"userAttributes": user | {"cognito:user_status": "CONFIRMED"}}
    shop.took(shop.event("PostConfirmation_ConfirmForgotPassword", told, {}, user="mia"))


def test_where_usernames_are_addresses_the_functions_see_the_sub(offline: Server, application: Application) -> None:
    shop = Shop(offline, application, functions("PreSignUp", "CustomMessage"), UsernameAttributes=["email"])
    given = {"ClientId": shop.client, "Username": "ana@example.com", "Password": PASSWORD}
    sub = shop.idp.sign_up(**given)["UserSub"]
    user = {"sub": sub, "cognito:user_status": "UNCONFIRMED", **EMAIL, "email_verified": "false"}
    user |= {"cognito:email_alias": "ana@example.com"}
    before = {"userAttributes": EMAIL, "validationData": None}
    shop.took(
        shop.event("PreSignUp_SignUp", before, UNDECIDED, user=sub),
        shop.event("CustomMessage_SignUp", message(user), NO_WORDS, user=sub),
    )


def test_where_addresses_are_aliases_they_are_told_as_such(offline: Server, application: Application) -> None:
    shop = Shop(offline, application, functions("PreSignUp", "PostConfirmation"), AliasAttributes=["email"])
    sub = signs_up(shop, ValidationData=pairs({"ticket": "gold"}))["UserSub"]
    user = {"sub": sub, "cognito:user_status": "CONFIRMED", **EMAIL, "email_verified": "true"}
    user |= {"cognito:email_alias": "ana@example.com"}
    before = {"userAttributes": EMAIL, "validationData": {"ticket": "gold"}}
    shop.took(
        shop.event("PreSignUp_SignUp", before, UNDECIDED),
        shop.event("PostConfirmation_ConfirmSignUp", {"userAttributes": user}, {}),
    )
