"""Sixteen callers at once who want one domain or one group, or spend one code of an authenticator app."""

from __future__ import annotations

import time
from typing import Any

from keys import totp
from tests.sdk.test_races import CALLERS, PASSWORD, a_pool, at_once, client_of, idp, servers, signed_in

__all__ = ["client_of", "idp", "servers"]


def test_a_code_of_an_authenticator_app_is_spent_once(idp: Any) -> None:
    pool, client = a_pool(idp)
    idp.set_user_pool_mfa_config(
        UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
    )
    token = signed_in(idp, pool, client)["AccessToken"]
    secret = idp.associate_software_token(AccessToken=token)["SecretCode"]
    step = totp.step(time.time())
    idp.verify_software_token(AccessToken=token, UserCode=totp.code(secret, step))
    idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    sessions = [
        idp.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD}
        )["Session"]
        for _ in range(CALLERS)
    ]
    code = totp.code(secret, step + 1)  # the next one, which is good already
    ends = at_once(
        lambda n: idp.respond_to_auth_challenge(
            ClientId=client,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=sessions[n],
            ChallengeResponses={"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code},
        )
    )
    assert ends["ok"] == 1
    assert set(ends) <= {"ok", "ExpiredCodeException", "NotAuthorizedException", "CodeMismatchException"}


def test_one_of_sixteen_gets_the_domain(idp: Any) -> None:
    pools = [a_pool(idp)[0] for _ in range(CALLERS)]
    ends = at_once(lambda n: idp.create_user_pool_domain(Domain="races", UserPoolId=pools[n]))
    assert ends == {"ok": 1, "InvalidParameterException": CALLERS - 1}


def test_one_of_sixteen_creates_the_group(idp: Any) -> None:
    pool, _ = a_pool(idp)
    ends = at_once(lambda _: idp.create_group(UserPoolId=pool, GroupName="staff"))
    assert ends == {"ok": 1, "GroupExistsException": CALLERS - 1}
