"""Every operation that lets go of the database, in each way in which it does."""

from __future__ import annotations

import json

from emulator.outside.http import CannedHttp
from tests.api.client_metadata import URL, Policy, a_document
from tests.api.exchange import a_service
from tests.api.meanwhile import exchanges, identity_calls, oauth_calls, page_calls, seed_calls, sign_ins, sts_calls
from tests.api.meanwhile.exchanges import corp
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import FLOWS, MAIL, NEW, OLD, Scene
from tests.api.people import confirm, sign_up
from tests.api.provider_calls import a_provider
from tests.api.recorded_functions import ARN
from tests.api.signing_in import TEMPORARY, a_newcomer, begin, respond
from tests.api.srp_client import SRP_A, SrpClient
from tests.builders import a_client, pairs
from tests.keys.authenticator import Authenticator


def _sets_password(scene: Scene) -> Call:
    return lambda: scene.api.idp("AdminSetUserPassword", **scene.named, Password=NEW, Permanent=True)


def _changes_password(scene: Scene) -> Call:
    members = {"AccessToken": scene.token, "PreviousPassword": OLD, "ProposedPassword": NEW}
    return lambda: scene.api.idp("ChangePassword", **members)


def _sets_forgotten_password(scene: Scene) -> Call:
    scene.api.idp("ForgotPassword", ClientId=scene.client, Username="ana")
    members = {"ClientId": scene.client, "Username": "ana", "ConfirmationCode": scene.api.code(), "Password": NEW}
    return lambda: scene.api.idp("ConfirmForgotPassword", **members)


def _forgets(scene: Scene) -> Call:
    return lambda: scene.api.idp("ForgotPassword", ClientId=scene.client, Username="ana")


def _resets(scene: Scene) -> Call:
    return lambda: scene.api.idp("AdminResetUserPassword", **scene.named)


def _is_created(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    members = {"TemporaryPassword": NEW, "UserAttributes": pairs({"email": MAIL, "email_verified": "true"})}
    return lambda: scene.api.idp("AdminCreateUser", **scene.named, **members)


def _is_invited_again(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    a_newcomer(scene.api, scene.pool, email=MAIL)
    members = {"MessageAction": "RESEND", "TemporaryPassword": NEW}
    return lambda: scene.api.idp("AdminCreateUser", **scene.named, **members)


def _signs_up(scene: Scene) -> Call:
    scene.api.idp("AdminDeleteUser", **scene.named)
    return lambda: sign_up(scene.api, scene.client, password=NEW, email=MAIL)


def _unconfirmed(scene: Scene) -> str:
    """Let Ana sign up; answers the code."""
    _signs_up(scene)()
    return scene.api.code()


def _confirms(scene: Scene) -> Call:
    code = _unconfirmed(scene)
    return lambda: confirm(scene.api, scene.client, code)


def _is_confirmed(scene: Scene) -> Call:
    _unconfirmed(scene)
    return lambda: scene.api.idp("AdminConfirmSignUp", **scene.named)


def _asks_again(scene: Scene) -> Call:
    _unconfirmed(scene)
    return lambda: scene.api.idp("ResendConfirmationCode", ClientId=scene.client, Username="ana")


def _follows_the_link(scene: Scene) -> Call:
    code = _unconfirmed(scene)
    query = {"client_id": scene.client, "user_name": "ana", "confirmation_code": code}
    return lambda: {str(scene.api.http.get("/confirmUser/", query_string=query).status_code): ""}


def _is_changed(scene: Scene) -> Call:
    given = {"email": "other@example.com", "nickname": "annie"}
    return lambda: scene.api.idp("AdminUpdateUserAttributes", **scene.named, UserAttributes=pairs(given))


def _changes(scene: Scene) -> Call:
    given = {"email": "other@example.com", "nickname": "annie"}
    return lambda: scene.api.idp("UpdateUserAttributes", AccessToken=scene.token, UserAttributes=pairs(given))


def _asks_to_verify(scene: Scene) -> Call:
    members = {"AccessToken": scene.token, "AttributeName": "email"}
    return lambda: scene.api.idp("GetUserAttributeVerificationCode", **members)


def _enters(scene: Scene) -> Call:
    return lambda: begin(scene.api, scene.client, USERNAME="ana", PASSWORD=OLD)


def _enters_as_administrator(scene: Scene) -> Call:
    flow = "ADMIN_USER_PASSWORD_AUTH"
    return lambda: begin(scene.api, scene.client, flow, scene.pool, USERNAME="ana", PASSWORD=OLD)


def _chooses_a_password(scene: Scene) -> Call:
    return lambda: begin(
        scene.api, scene.client, "USER_AUTH", USERNAME="ana", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=OLD
    )


def _begins_srp(scene: Scene) -> Call:
    return lambda: begin(scene.api, scene.client, "USER_SRP_AUTH", USERNAME="ana", SRP_A=SRP_A)


def _proves_the_password(scene: Scene) -> Call:
    web = SrpClient(scene.api, scene.pool, scene.client)
    challenge = web.begin("ana")
    responses = web.proof(challenge)
    members = {"ClientId": scene.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses}
    return lambda: scene.api.idp("RespondToAuthChallenge", **members)


def _replaces_the_password(scene: Scene) -> Call:
    scene.api.idp("AdminSetUserPassword", **scene.named, Password=TEMPORARY, Permanent=False)
    session = begin(scene.api, scene.client, USERNAME="ana", PASSWORD=TEMPORARY)["Session"]
    return lambda: respond(scene.api, scene.client, session, NEW_PASSWORD=NEW, userAttributes__nickname="annie")


def _replaces_the_password_as_administrator(scene: Scene) -> Call:
    scene.api.idp("AdminSetUserPassword", **scene.named, Password=TEMPORARY, Permanent=False)
    session = begin(scene.api, scene.client, USERNAME="ana", PASSWORD=TEMPORARY)["Session"]
    return lambda: respond(scene.api, scene.client, session, scene.pool, NEW_PASSWORD=NEW)


def _refreshes(scene: Scene) -> Call:
    members = {"ClientId": scene.client, "RefreshToken": scene.refresh_token}
    return lambda: scene.api.idp("GetTokensFromRefreshToken", **members)


def _refreshes_by_flow(scene: Scene) -> Call:
    return lambda: begin(scene.api, scene.client, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=scene.refresh_token)


def _gets_a_client_token(scene: Scene) -> Call:
    client, secret = a_service(scene.api, scene.pool)
    trigger = {"LambdaArn": ARN + "PreTokenGeneration", "LambdaVersion": "V3_0"}
    scene.api.idp("UpdateUserPool", UserPoolId=scene.pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    return lambda: scene.api.idp("GetClientToken", ClientId=client, Secret=secret)


def _has_a_provider(scene: Scene) -> Call:
    return lambda: a_provider(scene.api, scene.pool, "Corp", "SAML", corp())


def _changes_a_provider(scene: Scene) -> Call:
    a_provider(scene.api, scene.pool, "Corp", "SAML", corp())
    members = {"UserPoolId": scene.pool, "ProviderName": "Corp", "ProviderDetails": corp()}
    return lambda: scene.api.idp("UpdateIdentityProvider", **members)


def _publishes_a_new_secret(scene: Scene) -> Call:
    members = {"UserPoolId": scene.pool, "ClientName": "backend", "GenerateSecret": True, _PUBLISHES: True}
    return lambda: scene.api.idp("CreateUserPoolClient", **members)


def _publishes_a_secret(scene: Scene, *, is_published: bool = False) -> Call:
    """The scene's client becomes one with a secret, which is published."""
    members = {"GenerateSecret": True, "ExplicitAuthFlows": FLOWS, _PUBLISHES: is_published}
    scene.client = a_client(scene.api, scene.pool, **members)
    named = {"UserPoolId": scene.pool, "ClientId": scene.client}
    return lambda: scene.api.idp("UpdateUserPoolClient", **named, **{_PUBLISHES: not is_published})


def _withdraws_a_secret(scene: Scene) -> Call:
    return _publishes_a_secret(scene, is_published=True)


def _styles_pages(scene: Scene) -> Call:
    scene.api.idp("CreateUserPoolDomain", UserPoolId=scene.pool, Domain="shop")
    members = {"UserPoolId": scene.pool, "ClientId": scene.client, "CSS": ".banner-customizable { padding: 1px }"}
    return lambda: scene.api.idp("SetUICustomization", **members)


def _styles_managed_login(scene: Scene) -> Call:
    members = {"UserPoolId": scene.pool, "ClientId": scene.client, "UseCognitoProvidedValues": True}
    return lambda: scene.api.idp("CreateManagedLoginBranding", **members)


def _changes_the_style(scene: Scene) -> Call:
    style = _styles_managed_login(scene)()["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    settings = {"categories": {"global": {"colorSchemeMode": "DARK"}}}
    members = {"UserPoolId": scene.pool, "ManagedLoginBrandingId": style, "Settings": settings}
    return lambda: scene.api.idp("UpdateManagedLoginBranding", **members)


def _refreshes_a_client_metadata_document(scene: Scene) -> Call:
    pages = scene.api.world.http
    assert isinstance(pages, CannedHttp)
    assert scene.store
    pages.put(URL, a_document())
    policy = Policy.of(scene.api, scene.store, scene.pool)
    policy.receive()
    return lambda: policy.set("REFRESH")


def _registers_a_passkey(scene: Scene) -> Call:
    web = {"RelyingPartyId": "localhost"}
    scene.api.idp("SetUserPoolMfaConfig", UserPoolId=scene.pool, WebAuthnConfiguration=web)
    options = scene.api.idp("StartWebAuthnRegistration", AccessToken=scene.token)["CredentialCreationOptions"]
    credential = Authenticator(seed="ana").create(options)
    members = {"AccessToken": scene.token, "Credential": credential}
    return lambda: scene.api.idp("CompleteWebAuthnRegistration", **members)


def _enters_by_passkey(scene: Scene) -> Call:
    authenticator, web = Authenticator(seed="ana"), {"RelyingPartyId": "localhost"}
    scene.api.idp("SetUserPoolMfaConfig", UserPoolId=scene.pool, WebAuthnConfiguration=web)
    options = scene.api.idp("StartWebAuthnRegistration", AccessToken=scene.token)["CredentialCreationOptions"]
    scene.api.idp("CompleteWebAuthnRegistration", AccessToken=scene.token, Credential=authenticator.create(options))
    challenge = begin(scene.api, scene.client, "USER_AUTH", USERNAME="ana", PREFERRED_CHALLENGE="WEB_AUTHN")
    asked = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    responses = {"USERNAME": "ana", "CREDENTIAL": json.dumps(authenticator.get(asked))}
    members = {"ClientId": scene.client, "ChallengeName": "WEB_AUTHN", "ChallengeResponses": responses}
    return lambda: scene.api.idp("RespondToAuthChallenge", Session=challenge["Session"], **members)


_ALL_AROUND = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
_PUBLISHES = "PublishSecretsInAWSSecretsManager"
_PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}

ROWS = (
    Row("AdminSetUserPassword", _sets_password),
    Row("ChangePassword", _changes_password),
    Row("ConfirmForgotPassword", _sets_forgotten_password),
    Row("ConfirmForgotPassword", _sets_forgotten_password, ("PostConfirmation",), commits=True),
    *seed_calls.ROWS,
    Row("ForgotPassword", _forgets, ("CustomMessage",)),
    Row("AdminResetUserPassword", _resets, ("CustomMessage",)),
    Row("AdminCreateUser", _is_created, ("PreSignUp", "CustomMessage")),
    Row("AdminCreateUser", _is_invited_again, ("CustomMessage",)),
    Row("SignUp", _signs_up, ("PreSignUp", "CustomMessage")),
    Row("ConfirmSignUp", _confirms, ("PostConfirmation",), commits=True),
    Row("AdminConfirmSignUp", _is_confirmed, ("PostConfirmation",), commits=True),
    Row("ResendConfirmationCode", _asks_again, ("CustomMessage",)),
    Row("/confirmUser/", _follows_the_link, ("PostConfirmation",), commits=True),
    Row("AdminUpdateUserAttributes", _is_changed, ("CustomMessage",)),
    Row("UpdateUserAttributes", _changes, ("CustomMessage",)),
    Row("GetUserAttributeVerificationCode", _asks_to_verify, ("CustomMessage",)),
    Row("InitiateAuth", _enters),
    Row("InitiateAuth", _enters, _ALL_AROUND, commits=True),
    Row("InitiateAuth", _chooses_a_password),
    Row("InitiateAuth", _begins_srp),
    Row("InitiateAuth", _refreshes_by_flow, ("PreTokenGeneration",)),
    Row("AdminInitiateAuth", _enters_as_administrator),
    Row("RespondToAuthChallenge", _proves_the_password),
    Row("RespondToAuthChallenge", _replaces_the_password),
    Row("RespondToAuthChallenge", _replaces_the_password, _ALL_AROUND, commits=True),
    Row("RespondToAuthChallenge", _enters_by_passkey, pool=_PASSKEYS),
    Row("AdminRespondToAuthChallenge", _replaces_the_password_as_administrator),
    Row("GetTokensFromRefreshToken", _refreshes, ("PreTokenGeneration",)),
    Row("GetClientToken", _gets_a_client_token, ("PreTokenGeneration",), of_user=False),
    *sign_ins.ROWS,
    *exchanges.ROWS,
    *identity_calls.ROWS,
    *sts_calls.ROWS,
    *oauth_calls.ROWS,
    *page_calls.ROWS,
    Row("CreateIdentityProvider", _has_a_provider, of_user=False),
    Row("UpdateIdentityProvider", _changes_a_provider, of_user=False),
    Row("CreateUserPoolClient", _publishes_a_new_secret, of_user=False),
    Row("UpdateUserPoolClient", _publishes_a_secret, of_user=False),
    Row("UpdateUserPoolClient", _withdraws_a_secret, of_user=False),
    Row("SetUICustomization", _styles_pages, of_user=False),
    Row("CreateManagedLoginBranding", _styles_managed_login, of_user=False),
    Row("UpdateManagedLoginBranding", _changes_the_style, of_user=False),
    Row("UpdateClientMetadataURLState", _refreshes_a_client_metadata_document, of_user=False),
    Row("CompleteWebAuthnRegistration", _registers_a_passkey, pool=_PASSKEYS),
)
