"""What users and administrators do at the shop: an act for each row of the table of triggers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from emulator.domain.triggers import trigger_table
from tests.api.device_client import ALWAYS, a_device
from tests.api.exchange import a_service, an_exchanger, derive
from tests.api.people import sign_up
from tests.api.recorded_functions import Json, Recorder, answering
from tests.api.signing_in import TEMPORARY, a_newcomer
from tests.api.srp_client import SrpClient
from tests.api.threats.guarded import NOTIFY, Guarded, takeover
from tests.api.trigger_table.shop import MEDIUMS, METADATA, SENDERS, VALIDATION, Shop, contact
from tests.builders import FLOWS, PASSWORD, pairs, sign_in
from tests.login.visitor import Visitor
from tests.oauth.browser import CALLBACK, an_oauth_client


def _token(shop: Shop, kind: str = "AccessToken") -> str:
    return str(sign_in(shop.api, shop.client)[kind])


def _bea(shop: Shop) -> Json:
    """Bea has signed up; what she names herself by to the client."""
    sign_up(shop.api, shop.client, "bea", **contact(shop.kind, "bea"))
    return {"ClientId": shop.client, "Username": "bea"}


def _cleo(shop: Shop) -> Json:
    given = pairs(contact(shop.kind, "cleo"))
    return {"Username": "cleo", "UserAttributes": given, "ValidationData": pairs(VALIDATION)}


def signs_up(shop: Shop) -> None:
    shop.ask("SignUp", ClientId=shop.client, Password=PASSWORD, **_cleo(shop))


def signs_up_as_a_friend(shop: Shop, recorder: Recorder) -> None:
    shop.on(recorder, "PreSignUp", answering(autoConfirmUser=True))
    signs_up(shop)


def is_created(shop: Shop) -> None:
    shop.ask("AdminCreateUser", UserPoolId=shop.pool, DesiredDeliveryMediums=[MEDIUMS[shop.kind]], **_cleo(shop))


def confirms(shop: Shop) -> None:
    shop.ask("ConfirmSignUp", **_bea(shop), ConfirmationCode=shop.api.code(user="bea"))


def is_confirmed(shop: Shop) -> None:
    _bea(shop)
    shop.ask("AdminConfirmSignUp", UserPoolId=shop.pool, Username="bea")


def clicks(shop: Shop) -> None:
    shop.change(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"})
    _bea(shop)
    link = urlsplit(str(shop.api.message(user="bea").link))
    shop.seen.clear()
    assert shop.api.http.get(f"{link.path}?{link.query}").status_code == 200


def asks_again(shop: Shop) -> None:
    shop.ask("ResendConfirmationCode", **_bea(shop))


def forgets(shop: Shop, username: str = "ana") -> None:
    shop.ask("ForgotPassword", ClientId=shop.client, Username=username)


def is_reset(shop: Shop) -> None:
    shop.ask("AdminResetUserPassword", UserPoolId=shop.pool, Username="ana")


def recovers(shop: Shop) -> None:
    forgets(shop)
    code = {"ConfirmationCode": shop.api.code(user="ana"), "Password": PASSWORD}
    shop.ask("ConfirmForgotPassword", ClientId=shop.client, Username="ana", **code)


def moves(shop: Shop) -> None:
    shop.ask("UpdateUserAttributes", AccessToken=_token(shop), UserAttributes=pairs(contact(shop.kind, "new")))


def is_moved(shop: Shop) -> None:
    given = pairs(contact(shop.kind, "new"))
    shop.ask("AdminUpdateUserAttributes", UserPoolId=shop.pool, Username="ana", UserAttributes=given)


def asks_to_verify(shop: Shop) -> None:
    shop.ask("GetUserAttributeVerificationCode", AccessToken=_token(shop), AttributeName=shop.kind)


def signs_in(shop: Shop, admin: bool, username: str = "ana", password: str = PASSWORD) -> Json:
    flow = "ADMIN_USER_PASSWORD_AUTH" if admin else "USER_PASSWORD_AUTH"
    return shop.begin(admin, flow, USERNAME=username, PASSWORD=password)


def begins_a_riddle(shop: Shop, admin: bool) -> Json:
    return shop.begin(admin, "CUSTOM_AUTH", USERNAME="ana")


def answers_a_riddle(shop: Shop, admin: bool, answer: str) -> None:
    shop.answer(admin, begins_a_riddle(shop, admin), ANSWER=answer)


def begins_with_a_code(shop: Shop, admin: bool) -> None:
    shop.begin(admin, "USER_AUTH", USERNAME="ana", PREFERRED_CHALLENGE=f"{MEDIUMS[shop.kind]}_OTP")


def chooses(shop: Shop, admin: bool, username: str, **responses: str) -> None:
    shop.answer(admin, shop.begin(admin, "USER_AUTH", USERNAME=username), username, **responses)


def chooses_a_code(shop: Shop, admin: bool) -> None:
    chooses(shop, admin, "ana", ANSWER=f"{MEDIUMS[shop.kind]}_OTP")


def _is_guarded(shop: Shop) -> None:
    """The pool tells of risky sign-ins, and Ana has signed in from home so far."""
    shop.change(UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
    Guarded(shop.api, shop.pool, shop.client).configure(Takeover=takeover(NOTIFY, Medium="NO_ACTION"))
    Guarded(shop.api, shop.pool, shop.client).enter()


def signs_in_elsewhere(shop: Shop, admin: bool) -> None:
    _is_guarded(shop)
    signs_in(shop, admin)


def answers_elsewhere(shop: Shop, admin: bool) -> None:
    _is_guarded(shop)
    chooses(shop, admin, "ana", ANSWER="PASSWORD", PASSWORD=PASSWORD)


def refreshes(shop: Shop, admin: bool) -> None:
    shop.begin(admin, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=_token(shop, "RefreshToken"))


def replaces_a_password(shop: Shop, admin: bool) -> None:
    a_newcomer(shop.api, shop.pool, "cleo")
    shop.answer(admin, signs_in(shop, admin, "cleo", TEMPORARY), "cleo", NEW_PASSWORD=PASSWORD)


def proves_a_device(shop: Shop, admin: bool) -> None:
    shop.change(DeviceConfiguration=ALWAYS)
    device = a_device(SrpClient(shop.api, shop.pool, shop.client))
    challenge = device.begin(device.enter())
    shop.answer(admin, challenge, **{**device.proof(challenge), "USERNAME": "ana", "DEVICE_KEY": device.key})


def gets_new_tokens(shop: Shop) -> None:
    token = _token(shop, "RefreshToken")
    shop.ask("GetTokensFromRefreshToken", ClientId=shop.client, RefreshToken=token)


def exchanges_a_token(shop: Shop) -> None:
    token, exchanger = _token(shop), an_exchanger(shop.api, shop.pool)
    shop.seen.clear()
    derive(shop.api, exchanger, token)


def gets_a_clients_token(shop: Shop) -> None:
    service, secret = a_service(shop.api, shop.pool)
    shop.ask("GetClientToken", ClientId=service, Secret=secret)


def gets_a_clients_token_by_oauth(shop: Shop) -> None:
    scope = {"ScopeName": "read", "ScopeDescription": "Reading"}
    shop.api.idp("CreateResourceServer", UserPoolId=shop.pool, Identifier="shop", Name="shop", Scopes=[scope])
    service, secret = a_service(shop.api, shop.pool, AllowedOAuthScopes=["shop/read"])
    metadata = json.dumps(METADATA)
    form = {"grant_type": "client_credentials", "aws_client_metadata": metadata}
    _token_endpoint(shop, client_id=service, client_secret=secret, **form)


def exchanges_a_code(shop: Shop) -> None:
    client = an_oauth_client(shop.api, shop.pool)
    asked = {"pool": shop.pool, "client": client, "user": "ana", "redirect_uri": CALLBACK}
    code = shop.api.http.post("/_emulator/codes", json=asked).get_json()["code"]
    _token_endpoint(shop, grant_type="authorization_code", client_id=client, code=code, redirect_uri=CALLBACK)


def refreshes_by_oauth(shop: Shop) -> None:
    token = _token(shop, "RefreshToken")
    _token_endpoint(shop, grant_type="refresh_token", client_id=shop.client, refresh_token=token)


def _token_endpoint(shop: Shop, **form: str) -> None:
    shop.seen.clear()
    assert shop.api.http.post("/oauth2/token", data=form).status_code == 200


def _at_the_pages(shop: Shop) -> Visitor:
    """Somebody at managed login, of a client with the implicit grant: its tokens are made when the sign-in ends."""
    flows = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_USER_AUTH"], "PreventUserExistenceErrors": "ENABLED"}
    visitor = Visitor.of(shop.api, shop.pool, AllowedOAuthFlows=["implicit"], **flows)
    shop.api.idp("CreateUserPoolDomain", UserPoolId=shop.pool, Domain="shop", ManagedLoginVersion=2)
    style = {"UserPoolId": shop.pool, "ClientId": visitor.client, "UseCognitoProvidedValues": True}
    shop.api.idp("CreateManagedLoginBranding", **style)
    visitor.asked["response_type"] = "token"
    visitor.open()
    shop.seen.clear()
    return visitor


def signs_in_at_the_pages(shop: Shop, username: str = "ana") -> None:
    visitor = _at_the_pages(shop).fill(username=username, password=PASSWORD)
    assert "#id_token=" in visitor.page.headers["Location"]


def is_sent_a_code_by_the_pages(shop: Shop) -> None:
    visitor = _at_the_pages(shop).fill(username="ana").fill(answer=f"{MEDIUMS[shop.kind]}_OTP")
    assert visitor.path == "/mfa"


def signs_in_at_the_pages_elsewhere(shop: Shop) -> None:
    _is_guarded(shop)
    signs_in_at_the_pages(shop)


Act: TypeAlias = Callable[[Shop], Any]
ACTS: dict[tuple[str, str], Act] = {
    ("SignUp", "PreSignUp_SignUp"): signs_up,
    ("SignUp", "CustomMessage_SignUp"): signs_up,
    ("AdminCreateUser", "PreSignUp_AdminCreateUser"): is_created,
    ("AdminCreateUser", "CustomMessage_AdminCreateUser"): is_created,
    ("ConfirmSignUp", "PostConfirmation_ConfirmSignUp"): confirms,
    ("AdminConfirmSignUp", "PostConfirmation_ConfirmSignUp"): is_confirmed,
    (trigger_table.CONFIRM_USER_PAGE, "PostConfirmation_ConfirmSignUp"): clicks,
    ("ResendConfirmationCode", "CustomMessage_ResendCode"): asks_again,
    ("ForgotPassword", "UserMigration_ForgotPassword"): partial(forgets, username="mia"),
    ("ForgotPassword", "CustomMessage_AdminCreateUser"): partial(forgets, username="mia"),
    ("ForgotPassword", "CustomMessage_ForgotPassword"): forgets,
    ("AdminResetUserPassword", "CustomMessage_ForgotPassword"): is_reset,
    ("ConfirmForgotPassword", "PostConfirmation_ConfirmForgotPassword"): recovers,
    ("UpdateUserAttributes", "CustomMessage_UpdateUserAttribute"): moves,
    ("AdminUpdateUserAttributes", "CustomMessage_UpdateUserAttribute"): is_moved,
    ("GetUserAttributeVerificationCode", "CustomMessage_VerifyUserAttribute"): asks_to_verify,
    ("GetTokensFromRefreshToken", "TokenGeneration_RefreshTokens"): gets_new_tokens,
    ("GetClientToken", "TokenGeneration_ClientCredentials"): gets_a_clients_token,
    ("GetDerivedToken", trigger_table.EXCHANGED): exchanges_a_token,
    (trigger_table.LOGIN, "UserMigration_Authentication"): partial(signs_in_at_the_pages, username="mia"),
    (trigger_table.LOGIN, "CustomMessage_AdminCreateUser"): partial(signs_in_at_the_pages, username="mia"),
    (trigger_table.LOGIN, "PreAuthentication_Authentication"): signs_in_at_the_pages,
    (trigger_table.LOGIN, "CustomMessage_Authentication"): is_sent_a_code_by_the_pages,
    (trigger_table.LOGIN, "PostAuthentication_Authentication"): signs_in_at_the_pages,
    (trigger_table.LOGIN, trigger_table.HOSTED): signs_in_at_the_pages,
    (trigger_table.LOGIN, trigger_table.RISK_NOTICE): signs_in_at_the_pages_elsewhere,
    (trigger_table.MINTED, trigger_table.SIGNED_IN): Shop.mint,
    (trigger_table.TOKEN, trigger_table.HOSTED): exchanges_a_code,
    (trigger_table.TOKEN, trigger_table.REFRESHED): refreshes_by_oauth,
    (trigger_table.TOKEN, trigger_table.OF_CLIENT): gets_a_clients_token_by_oauth,
}
BEGINNINGS: dict[str, Callable[..., Any]] = {
    "UserMigration_Authentication": partial(signs_in, username="mia"),
    "CustomMessage_AdminCreateUser": partial(signs_in, username="mia"),
    "PreAuthentication_Authentication": signs_in,
    "PostAuthentication_Authentication": signs_in,
    "TokenGeneration_Authentication": signs_in,
    "DefineAuthChallenge_Authentication": begins_a_riddle,
    "CreateAuthChallenge_Authentication": begins_a_riddle,
    "CustomMessage_Authentication": begins_with_a_code,
    "TokenGeneration_RefreshTokens": refreshes,
    trigger_table.RISK_NOTICE: signs_in_elsewhere,
}
ANSWERS: dict[str, Callable[..., Any]] = {
    "UserMigration_Authentication": partial(chooses, username="mia", ANSWER="PASSWORD", PASSWORD=PASSWORD),
    "CustomMessage_AdminCreateUser": partial(chooses, username="mia", ANSWER="PASSWORD", PASSWORD=PASSWORD),
    "CustomMessage_Authentication": chooses_a_code,
    trigger_table.RISK_NOTICE: answers_elsewhere,
    "VerifyAuthChallengeResponse_Authentication": partial(answers_a_riddle, answer="hush-1"),
    "DefineAuthChallenge_Authentication": partial(answers_a_riddle, answer="hush-1"),
    "CreateAuthChallenge_Authentication": partial(answers_a_riddle, answer="wrong"),
    "PostAuthentication_Authentication": partial(answers_a_riddle, answer="hush-1"),
    "TokenGeneration_Authentication": partial(answers_a_riddle, answer="hush-1"),
    "TokenGeneration_NewPasswordChallenge": replaces_a_password,
    "TokenGeneration_AuthenticateDevice": proves_a_device,
}
ACTS |= {
    (f"{prefix}{operation}", source): partial(act, admin=bool(prefix))
    for operation, acts in (("InitiateAuth", BEGINNINGS), ("RespondToAuthChallenge", ANSWERS))
    for source, act in acts.items()
    for prefix in ("", "Admin")
}
ACTS |= {
    (operation, source.replace("CustomMessage", sender)): act
    for (operation, source), act in ACTS.items()
    for sender in SENDERS
    if source.startswith("CustomMessage")
}
"""What comes to a row of the table, by operation and source; all but what wants a function that does something else."""
