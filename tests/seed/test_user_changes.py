"""Users who exist: what a changed entry names is set, what it does not name stays, and others are left alone."""

from __future__ import annotations

from typing import Any

import bcrypt
import pytest

from storage.store import Store
from tests.api.device_client import a_device
from tests.api.device_client import a_place as a_tracking_place
from tests.api.second_factors import code_of
from tests.api.signing_in import refusal, renew
from tests.api.srp_client import SrpClient
from tests.builders import PASSWORD, Api, sign_in
from tests.seed.documents import CLIENT, POOL, counts, rows, sow, wrong
from tests.seed.seeded_users import SUB, Json, ana, attributes, groups, named, shown, users

NEW = "Another-Horse-2"
PATH = "user_pools[0].users[0]"
ADDRESS: Json = {"Username": "a@example.com", "Password": PASSWORD}


def changed(api: Api, document: Json) -> None:
    """Apply a document that changes one user."""
    told = sow(api, document)
    assert told.get("updated") == 1, told


def test_attributes_that_are_named_are_set_and_others_stay(api: Api) -> None:
    sow(api, users(ana(UserAttributes=named(name="Ana", nickname="A"))))
    changed(api, users(ana(UserAttributes=named(name="Anna", locale="de"))))
    assert attributes(api) == {"name": "Anna", "nickname": "A", "locale": "de"}


def test_an_attribute_with_an_empty_value_goes(api: Api) -> None:
    sow(api, users(ana(UserAttributes=named(name="Ana", email="a@example.com", email_verified="true"))))
    changed(api, users(ana(UserAttributes=named(email=""))))
    assert attributes(api) == {"name": "Ana"}


def test_an_address_that_changes_is_unverified_unless_it_is_said_to_be(api: Api) -> None:
    before = named(email="a@example.com", email_verified="true")
    sow(api, users(ana(UserAttributes=before)))
    changed(api, users(ana(UserAttributes=named(email="b@example.com"))))
    assert attributes(api) == {"email": "b@example.com", "email_verified": "false"}
    changed(api, users(ana(UserAttributes=named(email="c@example.com", email_verified="true"))))
    assert attributes(api) == {"email": "c@example.com", "email_verified": "true"}


def test_a_changed_address_signs_in_and_the_old_one_does_not(api: Api) -> None:
    before = named(email="a@example.com", email_verified="true")
    sow(api, users(ana(UserAttributes=before), AliasAttributes=["email"]))
    after = named(email="b@example.com", email_verified="true")
    changed(api, users(ana(UserAttributes=after), AliasAttributes=["email"]))
    assert sign_in(api, CLIENT, "b@example.com")["AccessToken"]
    assert refusal(lambda: sign_in(api, CLIENT, "a@example.com")).startswith("UserNotFoundException")


def test_a_freed_address_may_be_taken_in_the_same_document(api: Api) -> None:
    address, other = named(email="a@example.com", email_verified="true"), named(email="b@example.com")
    sow(api, users(ana(UserAttributes=address), AliasAttributes=["email"]))
    both = users(ana(Username="bob", UserAttributes=address), ana(UserAttributes=other), AliasAttributes=["email"])
    assert sow(api, both) == counts(created=1, updated=1, unchanged=3)
    assert shown(api, "a@example.com")["Username"] == "bob"


def test_the_address_of_another_is_refused(api: Api) -> None:
    address = named(email="a@example.com", email_verified="true")
    bob = ana(Username="bob")
    sow(api, users(ana(UserAttributes=address), bob, AliasAttributes=["email"]))
    document = users(ana(UserAttributes=address), bob | {"UserAttributes": address}, AliasAttributes=["email"])
    told = wrong(api, document)
    assert told == "user_pools[0].users[1].UserAttributes[0]: An account with the given email already exists."


def test_an_immutable_attribute_may_be_named_again_but_not_changed(api: Api) -> None:
    schema = [{"Name": "plan", "AttributeDataType": "String", "Mutable": False}]
    plan = {"Name": "custom:plan", "Value": "free"}
    sow(api, users(ana(UserAttributes=[plan]), Schema=schema))
    changed(api, users(ana(UserAttributes=[plan, *named(name="Ana")]), Schema=schema))
    told = wrong(api, users(ana(UserAttributes=[plan | {"Value": "paid"}]), Schema=schema))
    reason = "Invalid user attributes: user.custom:plan: Attribute cannot be updated."
    assert told == f"{PATH}.UserAttributes[0]: {reason}"


def test_a_sub_cannot_be_changed(api: Api) -> None:
    sow(api, users(ana(UserAttributes=named(sub=SUB))))
    other = SUB.replace("0a", "0b")
    assert wrong(api, users(ana(UserAttributes=named(sub=other)))) == (
        f"{PATH}.UserAttributes[0]: it cannot be changed: it is {SUB}"
    )


def test_a_sub_does_not_rename_a_user(api: Api) -> None:
    sow(api, users(ana(UserAttributes=named(sub=SUB))))
    told = wrong(api, users(ana(Username="bob", UserAttributes=named(sub=SUB))))
    assert told == f"{PATH}.Username: it cannot be changed: it is ana"


class TestPasswords:
    def test_a_password_is_set_anew_and_tokens_stay(self, api: Api) -> None:
        sow(api, users(ana()))
        token = sign_in(api, CLIENT)["RefreshToken"]
        changed(api, users(ana(Password=NEW)))
        assert refusal(lambda: sign_in(api, CLIENT)).startswith("NotAuthorizedException")
        assert SrpClient(api, POOL, CLIENT).sign_in(password=NEW)["AuthenticationResult"]
        assert renew(api, CLIENT, token)["AuthenticationResult"]["AccessToken"]

    def test_what_a_user_did_meanwhile_outlives_the_same_document(self, api: Api, store: Store) -> None:
        document = users(ana(UserAttributes=named(name="Ana")))
        sow(api, document)
        token = sign_in(api, CLIENT)["AccessToken"]
        api.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW)
        api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=named(name="Anna"))
        before = rows(store)
        assert sow(api, document) == counts(unchanged=4)
        assert rows(store) == before
        assert sow(api, document, "?reseed=true") == counts(updated=4)
        assert sign_in(api, CLIENT)["AccessToken"]
        assert attributes(api) == {"name": "Ana"}

    def test_a_lockout_ends(self, api: Api) -> None:
        sow(api, users(ana()))
        for _ in range(6):
            refusal(lambda: sign_in(api, CLIENT, password="Wrong-Horse-1"))
        assert refusal(lambda: sign_in(api, CLIENT)) == "NotAuthorizedException: Password attempts exceeded"
        changed(api, users(ana(Password=NEW)))
        assert sign_in(api, CLIENT, password=NEW)["AccessToken"]

    def test_a_password_of_the_history_is_set(self, api: Api) -> None:
        policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}
        sow(api, users(ana(), Policies=policy))
        changed(api, users(ana(Password=NEW), Policies=policy))
        changed(api, users(ana(), Policies=policy))
        token = sign_in(api, CLIENT)["AccessToken"]
        told = refusal(
            lambda: api.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW)
        )
        assert told.startswith("PasswordHistoryPolicyViolationException")

    def test_a_temporary_one_takes_the_place_of_a_permanent_one(self, api: Api) -> None:
        sow(api, users(ana()))
        changed(api, users(ana(TemporaryPassword=NEW)))
        assert shown(api)["UserStatus"] == "FORCE_CHANGE_PASSWORD"

    def test_a_hash_takes_the_place_of_a_password(self, api: Api) -> None:
        sow(api, users(ana()))
        changed(api, users(ana(PasswordHash=bcrypt.hashpw(NEW.encode(), bcrypt.gensalt(4)).decode())))
        assert sign_in(api, CLIENT, password=NEW)["AccessToken"]


class TestStates:
    def test_a_user_who_is_disabled_loses_tokens_as_by_the_operation(self, api: Api) -> None:
        sow(api, users(ana()))
        token = sign_in(api, CLIENT)["RefreshToken"]
        changed(api, users(ana(Enabled=False)))
        assert shown(api)["Enabled"] is False
        changed(api, users(ana(Enabled=True)))
        assert refusal(lambda: renew(api, CLIENT, token)).startswith("NotAuthorizedException")
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_a_status_is_changed(self, api: Api) -> None:
        sow(api, users(ana(UserStatus="UNCONFIRMED")))
        changed(api, users(ana(UserStatus="CONFIRMED")))
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_an_entry_without_a_password_leaves_password_and_status(self, api: Api) -> None:
        sow(api, users(ana()))
        changed(api, users({"Username": "ana", "UserAttributes": named(name="Ana")}))
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_groups_are_the_whole_membership_where_they_are_named(self, api: Api) -> None:
        sow(api, users(ana(groups=["admins"])))
        changed(api, users(ana(UserAttributes=named(name="Ana"))))
        assert groups(api) == ["admins"]
        changed(api, users(ana(groups=[])))
        assert groups(api) == []


class TestFactors:
    def test_a_secret_that_stays_leaves_used_codes_used(self, api: Api) -> None:
        secret = "JBSWY3DPEHPK3PXP"
        mfa = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
        entry = ana(SecretCode=secret, UserMFASettingList=["SOFTWARE_TOKEN_MFA"])
        sow(api, users(entry, mfa=mfa))
        web = SrpClient(api, POOL, CLIENT)
        code = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "ClientId": CLIENT}
        responses = {"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code_of(api, secret)}

        def enter() -> Any:
            session = web.sign_in()["Session"]
            return api.idp("RespondToAuthChallenge", **code, Session=session, ChallengeResponses=responses)

        enter()
        changed(api, users(entry | {"UserAttributes": named(name="Ana")}, mfa=mfa))
        assert refusal(enter).startswith("ExpiredCodeException")
        changed(api, users(entry | {"SecretCode": "KRSXG5CTMVRXEZLU"}, mfa=mfa))
        assert refusal(enter).startswith("CodeMismatchException")

    def test_preferences_are_changed_and_taken_back(self, api: Api) -> None:
        sow(api, users(ana(UserMFASettingList=["SMS_MFA", "EMAIL_OTP"], PreferredMfaSetting="SMS_MFA")))
        changed(api, users(ana(UserMFASettingList=["EMAIL_OTP"])))
        assert shown(api)["UserMFASettingList"] == ["EMAIL_OTP"]
        assert "PreferredMfaSetting" not in shown(api)
        changed(api, users(ana(UserMFASettingList=[])))
        assert "UserMFASettingList" not in shown(api)

    def test_the_device_of_another_is_refused(self, api: Api) -> None:
        device = a_device(a_tracking_place(api))
        entry = {"DeviceKey": device.key, "DeviceGroupKey": "g", "Verifier": f"{'ab' * 384}:abcd"}
        told = wrong(api, users(ana(Devices=[entry])))
        assert told == f"{PATH}.Devices[0].DeviceKey: another user has the device"

    def test_the_passkey_of_another_is_refused(self, api: Api) -> None:
        passkey = {
            "CredentialId": "abc",
            "PublicKey": "AAAA",
            "RelyingPartyId": "localhost",
            "FriendlyCredentialName": "Phone",
            "AuthenticatorTransports": [],
        }
        first, second = ana(WebAuthnCredentials=[passkey]), ana(Username="bob", WebAuthnCredentials=[passkey])
        told = wrong(api, users(first, second))
        assert told == "user_pools[0].users[1].WebAuthnCredentials[0].CredentialId: another user has the passkey"

    @pytest.mark.parametrize("by", ["Cognito_Subject", "email"])
    def test_the_identity_of_another_is_refused(self, api: Api, by: str) -> None:
        identity = '[{"userId":"42","providerName":"Corp","providerType":"OIDC","primary":false}]'
        linked = {"ProviderName": "Corp", "ProviderAttributeName": by, "ProviderAttributeValue": "42"}
        members = {"UserAttributes": named(identities=identity), "LinkedProviders": [linked]}
        if by == "Cognito_Subject":
            del members["LinkedProviders"]
        told = wrong(api, users(ana(**members), ana(Username="bob", **members)))
        assert told == "user_pools[0].users[1].UserAttributes[0]: another user has the identity 42 of Corp"

    def test_identities_that_are_named_take_the_place_of_the_others(self, api: Api, store: Store) -> None:
        identity = '[{"userId":"%s","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":false}]'
        sow(api, users(ana(UserAttributes=named(identities=identity % "42"))))
        changed(api, users(ana(UserAttributes=named(name="Ana"))))
        assert '"userId":"42"' in attributes(api)["identities"]
        changed(api, users(ana(UserAttributes=named(identities=identity % "43"))))
        assert '"userId":"43"' in attributes(api)["identities"]
        changed(api, users(ana(UserAttributes=named(identities=""))))
        assert "identities" not in attributes(api)
        with store.unit(writes=False) as unit:
            assert unit.links.get(POOL, "Corp", "Cognito_Subject", "43") is None


class TestWhoAnEntryIs:
    def test_a_user_whose_address_changed_is_still_the_one_of_the_entry(self, api: Api) -> None:
        document = users(ADDRESS, UsernameAttributes=["email"])
        sow(api, document)
        verified = named(email="b@example.com", email_verified="true")
        api.idp("AdminUpdateUserAttributes", UserPoolId=POOL, Username="a@example.com", UserAttributes=verified)
        assert sow(api, document) == counts(unchanged=4)
        changed(api, users(ADDRESS | {"UserAttributes": named(name="Ana")}, UsernameAttributes=["email"]))
        assert attributes(api, "a@example.com")["name"] == "Ana"
        assert len(api.idp("ListUsers", UserPoolId=POOL)["Users"]) == 1

    def test_a_deleted_user_is_made_again(self, api: Api) -> None:
        document = users(ana(groups=["admins"]))
        sow(api, document)
        before = shown(api)["UserAttributes"]["sub"]
        api.idp("AdminDeleteUser", UserPoolId=POOL, Username="ana")
        assert sow(api, document) == counts(created=1, unchanged=3)
        assert groups(api) == ["admins"]
        assert shown(api)["UserAttributes"]["sub"] != before

    def test_a_user_who_was_there_before_the_seed_is_changed(self, api: Api) -> None:
        sow(api, users())
        api.idp("AdminCreateUser", UserPoolId=POOL, Username="ana")
        sub = shown(api)["UserAttributes"]["sub"]
        assert sow(api, users(ana())) == counts(updated=1, unchanged=3)
        assert shown(api)["UserAttributes"]["sub"] == sub
        assert sign_in(api, CLIENT)["AccessToken"]

    def test_two_entries_cannot_describe_one_user(self, api: Api) -> None:
        document = users(ADDRESS, UsernameAttributes=["email"])
        sow(api, document)
        sub = shown(api, "a@example.com")["Username"]
        told = wrong(api, users(ADDRESS, {"Username": sub}, UsernameAttributes=["email"]))
        assert told == f"user_pools[0].users[1].Username: it describes the same user as {PATH}"

    def test_nobody_is_deleted_who_is_left_out(self, api: Api) -> None:
        sow(api, users(ana()))
        sow(api, users(ana(Username="bob")))
        names = [user["Username"] for user in api.idp("ListUsers", UserPoolId=POOL)["Users"]]
        assert names == ["ana", "bob"]
