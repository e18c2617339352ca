"""The forms of the login pages whose handling lets go of the database."""

from __future__ import annotations

import json
from functools import partial

from tests.api.meanwhile.oauth_calls import OAUTH
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import MAIL, NEW, OLD, Scene
from tests.api.signing_in import TEMPORARY, a_newcomer
from tests.builders import Refused
from tests.keys.authenticator import Authenticator
from tests.login.visitor import Form, Html, Visitor
from tests.oauth.browser import CALLBACK

_TWICE = {"password": NEW, "confirm_password": NEW}


def _visitor(scene: Scene, **client: object) -> Visitor:
    """Somebody whom the application sends to the pages, in a fresh browser."""
    members = {**OAUTH, "SupportedIdentityProviders": ["COGNITO"], **client}
    scene.api.idp("UpdateUserPoolClient", UserPoolId=scene.pool, ClientId=scene.client, **members)
    for name in ("cognito", "page-data"):
        scene.api.http.delete_cookie(name)
    asked = {"client_id": scene.client, "response_type": "code", "redirect_uri": CALLBACK}
    return Visitor(scene.api, scene.pool, scene.client, asked)


def _managed(scene: Scene, **client: object) -> Visitor:
    visitor = _visitor(scene, **client)
    scene.api.idp("CreateUserPoolDomain", UserPoolId=scene.pool, Domain="shop", ManagedLoginVersion=2)
    style = {"UserPoolId": scene.pool, "ClientId": scene.client, "UseCognitoProvidedValues": True}
    scene.api.idp("CreateManagedLoginBranding", **style)
    return visitor


def _sends(visitor: Visitor, **fields: str) -> Call:
    """What sends the form of the page that is shown."""
    html = visitor.html
    cookie = visitor.api.http.get_cookie("page-data")
    return partial(_sent, visitor, html.actions[0], {**html.forms[0], **fields}, cookie.value if cookie else "")


def _sent(visitor: Visitor, action: str, form: Form, page_data: str) -> dict[str, str]:
    """Where the form leads. Raises Refused with what the page tells."""
    visitor.api.http.set_cookie("page-data", page_data)
    answer = visitor.api.http.post(action, data=form)
    location = answer.headers.get("Location", "")
    if location.startswith("/error") or not location:
        raise Refused("PageException", Html(answer.text).alert or location, answer.status_code)
    return {location.partition("?")[0]: ""}


def _enters(scene: Scene) -> Call:
    return _sends(_visitor(scene).open(), username="ana", password=OLD)


def _names_herself(scene: Scene) -> Call:
    return _sends(_managed(scene).open(), username="ana")


def _enters_in_two_steps(scene: Scene) -> Call:
    return _sends(_managed(scene).open().fill(username="ana"), password=OLD)


def _chooses_a_code(scene: Scene) -> Call:
    return _sends(_managed(scene).open().fill(username="ana"), answer="EMAIL_OTP")


def _enters_with_a_code(scene: Scene) -> Call:
    visitor = _managed(scene).open().fill(username="ana").fill(answer="EMAIL_OTP")
    return _sends(visitor, code=scene.api.code())


def _asks_for_another_code(scene: Scene) -> Call:
    visitor = _managed(scene).open().fill(username="ana").fill(answer="EMAIL_OTP")
    return _sends(visitor, answer="SEND_AGAIN")


def _replaces_the_password(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    a_newcomer(scene.api, scene.pool, email=MAIL)
    return _sends(_visitor(scene).sign_in("ana", TEMPORARY), **_TWICE)


def _signs_up(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    fields = {"username": "ana", "password": NEW, "requiredAttributes[email]": MAIL}
    return _sends(_visitor(scene).open("/signup"), **fields)


def _signed_up(scene: Scene) -> Visitor:
    scene.api.idp("AdminDeleteUser", **scene.named)
    visitor = _visitor(scene).open("/signup")
    return visitor.fill(username="ana", password=NEW, requiredAttributes__email=MAIL)


def _asks_again(scene: Scene) -> Call:
    visitor = _signed_up(scene)
    return partial(_sent, visitor, visitor.html.actions[1], visitor.html.forms[1], "")


def _confirms(scene: Scene) -> Call:
    visitor = _signed_up(scene)
    return _sends(visitor, code=scene.api.code())


def _forgets(scene: Scene) -> Call:
    return _sends(_visitor(scene).open("/forgotPassword"), username="ana")


def _recovers(scene: Scene) -> Call:
    visitor = _visitor(scene).open("/forgotPassword").fill(username="ana")
    return _sends(visitor, code=scene.api.code(), **_TWICE)


def _options(visitor: Visitor) -> dict[str, object]:
    return dict(json.loads(visitor.html.options))


def _adds_a_passkey(scene: Scene) -> Call:
    scene.api.idp("SetUserPoolMfaConfig", UserPoolId=scene.pool, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    visitor = _visitor(scene).sign_in("ana", OLD).open("/passkeys/add")
    made = Authenticator(seed="ana").create(_options(visitor))
    return _sends(visitor, credential=json.dumps(made))


def _adds_an_offered_passkey(scene: Scene) -> Call:
    scene.api.idp("SetUserPoolMfaConfig", UserPoolId=scene.pool, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    scene.api.idp("AdminDeleteUser", **scene.named)
    visitor = _managed(scene).open("/signup").fill(username="ana", password=NEW, requiredAttributes__email=MAIL)
    visitor.fill(code=scene.api.code())
    made = Authenticator(seed="ana").create(_options(visitor))
    return _sends(visitor, credential=json.dumps(made))


def _enters_by_passkey(scene: Scene) -> Call:
    scene.api.idp("SetUserPoolMfaConfig", UserPoolId=scene.pool, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    authenticator, token = Authenticator(seed="ana"), {"AccessToken": scene.token}
    options = scene.api.idp("StartWebAuthnRegistration", **token)["CredentialCreationOptions"]
    scene.api.idp("CompleteWebAuthnRegistration", **token, Credential=authenticator.create(options))
    visitor = _managed(scene).open().fill(username="ana").fill(answer="WEB_AUTHN")
    return _sends(visitor, credential=json.dumps(authenticator.get(_options(visitor))))


_CODES = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
_WRONG = "PageException: Incorrect username or password."
_AROUND = ("PreAuthentication", "PostAuthentication")
_PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}

ROWS = (
    Row("/login", _enters),
    Row("/login", _enters, _AROUND, commits=True),
    Row("/login", _names_herself, ("PreAuthentication",)),
    Row("/login/password", _enters_in_two_steps),
    Row("/login/choose", _chooses_a_code, ("CustomMessage",), pool=_CODES),
    Row("/mfa", _enters_with_a_code, ("PostAuthentication",), pool=_CODES, commits=True),
    Row("/mfa", _asks_for_another_code, ("CustomMessage",), pool=_CODES),
    Row("/login/passkey", _enters_by_passkey, pool=_PASSKEYS),
    Row("/changePassword", _replaces_the_password, _AROUND, commits=True),
    Row("/signup", _signs_up, ("PreSignUp", "CustomMessage")),
    Row("/resendcode", _asks_again, ("CustomMessage",)),
    Row("/confirm", _confirms, ("PostConfirmation", "PreAuthentication"), commits=True),
    Row("/forgotPassword", _forgets, ("CustomMessage",)),
    Row("/confirmForgotPassword", _recovers, ("PostConfirmation",), commits=True, goes_on=_WRONG),
    Row("/passkeys/add", _adds_a_passkey, pool=_PASSKEYS),
    Row("/passkeys/offer", _adds_an_offered_passkey, pool=_PASSKEYS),
)
