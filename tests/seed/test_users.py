"""Users whom a seed makes: their passwords, names, attributes, states and factors."""

from __future__ import annotations

from pathlib import Path

import bcrypt
import pytest

from keys import totp
from storage.store import Store
from tests.api.signing_in import refusal
from tests.api.srp_client import SrpClient, attempt
from tests.builders import PASSWORD, Api, a_client, sign_in, unpaired
from tests.seed.documents import CLIENT, POOL, counts, one_pool, sow
from tests.seed.seeded_users import SUB, Json, ana, attributes, groups, named, shown, users

WRONG = "NotAuthorizedException: Incorrect username or password."
TOTP: Json = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


def made(api: Api, document: Json) -> None:
    """Apply a document, which is right."""
    told = sow(api, document)
    assert "error" not in told, told


def srp(api: Api) -> SrpClient:
    return SrpClient(api, POOL, CLIENT)


class TestPasswords:
    def test_a_password_is_permanent_and_signs_in_in_every_flow(self, api: Api) -> None:
        made(api, users(ana()))
        assert shown(api)["UserStatus"] == "CONFIRMED"
        assert sign_in(api, CLIENT)["AccessToken"]
        assert srp(api).sign_in()["AuthenticationResult"]["AccessToken"]
        assert refusal(lambda: sign_in(api, CLIENT, password="Wrong-Horse-1")) == WRONG

    def test_a_pool_without_an_id_of_its_own_has_users_who_sign_in_by_srp(self, api: Api) -> None:
        document = users(ana())
        del document["user_pools"][0]["Id"]
        made(api, document)
        pool = api.idp("ListUserPools", MaxResults=1)["UserPools"][0]["Id"]
        assert SrpClient(api, pool, CLIENT).sign_in()["AuthenticationResult"]["AccessToken"]

    def test_a_temporary_password_is_to_be_changed(self, api: Api) -> None:
        made(api, users(ana(TemporaryPassword=PASSWORD)))
        assert shown(api)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert srp(api).sign_in()["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_nothing_is_sent_to_anybody(self, api: Api) -> None:
        made(api, users(ana(TemporaryPassword=PASSWORD, UserAttributes=named(email="ana@example.com"))))
        assert api.world.mailbox.messages() == []

    @pytest.mark.parametrize("prefix", [b"2a", b"2b"])
    def test_a_bcrypt_hash_of_another_system_signs_in(self, api: Api, prefix: bytes) -> None:
        made(api, users(ana(PasswordHash=bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4, prefix)).decode())))
        assert refusal(lambda: sign_in(api, CLIENT, password="Wrong-Horse-1")) == WRONG
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_a_bcrypt_hash_of_php_signs_in(self, api: Api) -> None:
        text = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
        made(api, users(ana(PasswordHash="$2y$" + text.removeprefix("$2b$"))))
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_srp_takes_a_hashed_password_once_the_plain_one_has_signed_in(self, api: Api) -> None:
        """A verifier cannot be computed from a hash."""
        made(api, users(ana(PasswordHash=bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode())))
        assert attempt(srp(api)) == WRONG
        sign_in(api, CLIENT)
        assert srp(api).sign_in()["AuthenticationResult"]["AccessToken"]

    def test_a_user_without_a_password_gets_one_from_an_administrator(self, api: Api) -> None:
        made(api, users({"Username": "ana"}))
        assert shown(api)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
        assert refusal(lambda: sign_in(api, CLIENT)) == WRONG
        api.idp("AdminSetUserPassword", UserPoolId=POOL, Username="ana", Password=PASSWORD, Permanent=True)
        assert sign_in(api, CLIENT)["AccessToken"]


class TestNames:
    def test_a_sub_is_pinned_by_the_attribute(self, api: Api) -> None:
        made(api, users(ana(UserAttributes=named(sub=SUB))))
        assert shown(api)["UserAttributes"]["sub"] == SUB
        assert shown(api, SUB)["Username"] == "ana"

    def test_where_addresses_are_usernames_the_username_is_the_sub(self, api: Api) -> None:
        made(api, users({"Username": "ana@example.com", "Password": PASSWORD}, UsernameAttributes=["email"]))
        found = shown(api, "ana@example.com")
        assert found["Username"] == found["UserAttributes"]["sub"]
        assert found["UserAttributes"]["email"] == "ana@example.com"
        assert srp(api).sign_in("ana@example.com")["AuthenticationResult"]

    def test_a_username_that_is_a_sub_is_pinned_where_addresses_are_usernames(self, api: Api) -> None:
        """As list-users shows such a user."""
        entry = {"Username": SUB, "Password": PASSWORD, "UserAttributes": named(email="ana@example.com")}
        made(api, users(entry, UsernameAttributes=["email"]))
        assert shown(api, "ana@example.com")["Username"] == SUB
        assert shown(api, SUB)["UserAttributes"]["sub"] == SUB
        assert srp(api).sign_in("ana@example.com")["AuthenticationResult"]

    def test_verified_addresses_are_aliases(self, api: Api) -> None:
        verified = named(email="ana@example.com", email_verified="true")
        made(api, users(ana(UserAttributes=verified), AliasAttributes=["email"]))
        assert sign_in(api, CLIENT, "ana@example.com")["AccessToken"]

    def test_case_does_not_count_where_it_does_not_in_the_pool(self, api: Api) -> None:
        made(api, users(ana(Username="Ana"), UsernameConfiguration={"CaseSensitive": False}))
        assert sign_in(api, CLIENT, "aNA")["AccessToken"]
        assert shown(api)["Username"] == "Ana"


class TestStates:
    @pytest.mark.parametrize("status", ["UNCONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD"])
    def test_a_status_that_is_given_counts(self, api: Api, status: str) -> None:
        made(api, users(ana(UserStatus=status)))
        assert shown(api)["UserStatus"] == status

    def test_who_is_unconfirmed_has_unverified_addresses_as_after_a_sign_up(self, api: Api) -> None:
        made(api, users(ana(UserStatus="UNCONFIRMED", UserAttributes=named(email="ana@example.com"))))
        assert attributes(api) == {"email": "ana@example.com", "email_verified": "false"}
        api.idp("AdminConfirmSignUp", UserPoolId=POOL, Username="ana")
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_a_disabled_user_cannot_sign_in(self, api: Api) -> None:
        made(api, users(ana(Enabled=False)))
        assert shown(api)["Enabled"] is False
        assert refusal(lambda: sign_in(api, CLIENT)) == "NotAuthorizedException: User is disabled."

    def test_a_user_of_an_identity_provider_is_one(self, api: Api, store: Store) -> None:
        identity = (
            '[{"userId":"42","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":true,'
            '"dateCreated":1700000000123}]'
        )
        made(api, users({"Username": "Corp_42", "UserAttributes": named(identities=identity)}))
        found = shown(api, "Corp_42")
        assert found["UserStatus"] == "EXTERNAL_PROVIDER"
        assert found["UserAttributes"]["identities"] == identity
        with store.unit(writes=False) as unit:
            link = unit.links.get(POOL, "Corp", "Cognito_Subject", "42")
        assert link is not None

    def test_required_attributes_may_be_missing_as_for_an_administrator(self, api: Api) -> None:
        schema = [{"Name": "email", "Required": True}]
        made(api, users(ana(TemporaryPassword=PASSWORD), ana(Username="bob", UserStatus="CONFIRMED"), Schema=schema))
        assert attributes(api) == attributes(api, "bob") == {}

    def test_custom_and_immutable_attributes_are_set(self, api: Api) -> None:
        schema = [{"Name": "plan", "AttributeDataType": "Boolean", "Mutable": False}]
        made(api, users(ana(UserAttributes=[{"Name": "custom:plan", "Value": "True"}]), Schema=schema))
        assert attributes(api) == {"custom:plan": "true"}


class TestFactors:
    def test_an_authenticator_app_is_set_up(self, api: Api) -> None:
        secret = "jbswy3dpehpk3pxp"
        entry = ana(SecretCode=secret, UserMFASettingList=["SOFTWARE_TOKEN_MFA"], FriendlyDeviceName="phone")
        made(api, users(entry, mfa=TOTP))
        challenge = srp(api).sign_in()
        assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        code = totp.code(secret, totp.step(api.world.clock.now()))
        answered = api.idp(
            "RespondToAuthChallenge",
            ClientId=CLIENT,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code},
        )
        assert answered["AuthenticationResult"]["AccessToken"]

    def test_preferences_are_those_that_admin_get_user_shows(self, api: Api) -> None:
        preferences = {
            "UserMFASettingList": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
            "PreferredMfaSetting": "SMS_MFA",
            "MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}],
        }
        made(api, users(ana(**preferences, UserAttributes=named(phone_number="+15555550100"))))
        found = shown(api)
        assert {name: found[name] for name in preferences} == preferences


def test_the_example_of_the_documentation_goes_in(api: Api) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "seed-users.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    assert sow(api, example) == counts(created=5)
    client = a_client(api, POOL)
    for username in ("ada", "eve"):
        assert sign_in(api, client, username, "Passw0rd!")["AccessToken"]


class TestWhatAWSPrints:
    def test_an_item_of_list_users_goes_in(self, api: Api) -> None:
        item = {
            "Username": "ana",
            "Attributes": named(sub=SUB, email="ana@example.com", email_verified="true"),
            "UserCreateDate": "2024-02-01T10:00:00.123000+01:00",
            "UserLastModifiedDate": 1_706_778_000.5,
            "Enabled": True,
            "UserStatus": "CONFIRMED",
        }
        made(api, users(item))
        found = shown(api)
        assert found["UserAttributes"] == unpaired(item["Attributes"])  # type: ignore[arg-type]
        assert (found["UserStatus"], found["Enabled"]) == ("CONFIRMED", True)

    def test_the_answer_of_admin_create_user_goes_in_with_its_envelope(self, api: Api) -> None:
        api.idp("CreateUserPool", PoolName="other")
        pool = api.idp("ListUserPools", MaxResults=1)["UserPools"][0]["Id"]
        answer = api.idp("AdminCreateUser", UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
        made(api, users(answer))
        assert shown(api)["UserAttributes"] == unpaired(answer["User"]["Attributes"])

    def test_the_answer_of_admin_get_user_goes_in(self, api: Api) -> None:
        made(api, users(ana(UserAttributes=named(email="ana@example.com"), Enabled=False)))
        answer = api.idp("AdminGetUser", UserPoolId=POOL, Username="ana")
        api.http.post("/_emulator/reset")
        made(api, users(answer))
        assert shown(api)["UserAttributes"] == unpaired(answer["UserAttributes"])
        assert shown(api)["Enabled"] is False


def test_users_are_in_their_groups(api: Api) -> None:
    document = users(ana(groups=["admins", "staff"]), ana(Username="bob", groups=["staff"]))
    document["user_pools"][0]["groups"].append({"GroupName": "staff"})
    made(api, document)
    assert (sorted(groups(api)), groups(api, "bob")) == (["admins", "staff"], ["staff"])


def test_a_group_may_be_one_that_the_pool_has_already(api: Api) -> None:
    made(api, users())
    made(api, one_pool(users=[ana(groups=["admins"])]))
    assert groups(api) == ["admins"]


def test_users_are_counted(api: Api) -> None:
    assert sow(api, users(ana(), ana(Username="bob"))) == counts(created=5)
    assert api.idp("DescribeUserPool", UserPoolId=POOL)["UserPool"]["EstimatedNumberOfUsers"] == 2
