"""Developer users are looked up, merged and unlinked."""

from __future__ import annotations

import pytest

from tests.api.identity_app import DEVELOPER, NO_MATCH, App, an_app, forbidden, refused
from tests.api.test_developer_identities import TOKENS, look_up, merge, unknown, unlink
from tests.builders import Api

MISMATCH = ("ResourceConflictException", "The developer user is not linked to this identity.")


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    app.update(DeveloperProviderName=DEVELOPER)
    return app


class TestLookup:
    def test_a_user_leads_to_the_identity_and_back(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        both = {"IdentityId": identity, "DeveloperUserIdentifierList": ["ana"]}
        assert look_up(mine, DeveloperUserIdentifier="ana") == both
        assert look_up(mine, IdentityId=identity) == both
        assert look_up(mine, IdentityId=identity, DeveloperUserIdentifier="ana") == both

    def test_what_does_not_belong_together_is_a_conflict(self, mine: App) -> None:
        mine.vouch("ana")
        other = mine.vouch("bob")["IdentityId"]
        assert refused(look_up, mine, IdentityId=other, DeveloperUserIdentifier="ana") == MISMATCH

    def test_who_is_unknown_is_not_found(self, mine: App, api: Api) -> None:
        guest = an_app(api).get_id()
        assert refused(look_up, mine, DeveloperUserIdentifier="eve") == unknown("eve")
        assert refused(look_up, mine, IdentityId=mine.get_id(), DeveloperUserIdentifier="eve") == unknown("eve")
        told = ("ResourceNotFoundException", f"Identity '{guest}' not found.")
        assert refused(look_up, mine, IdentityId=guest) == told

    def test_an_identity_may_have_no_user(self, mine: App) -> None:
        guest = mine.get_id()
        assert look_up(mine, IdentityId=guest) == {"IdentityId": guest, "DeveloperUserIdentifierList": []}

    def test_one_of_the_two_is_needed(self, mine: App) -> None:
        told = ("InvalidParameterException", "Either IdentityId or DeveloperUserIdentifier is required.")
        assert refused(look_up, mine) == told

    def test_a_user_of_another_pool_with_the_same_name_is_another_one(self, mine: App, api: Api) -> None:
        other = an_app(api)
        other.update(DeveloperProviderName=DEVELOPER)
        assert mine.vouch("ana")["IdentityId"] != other.vouch("ana")["IdentityId"]


class TestMerge:
    def test_the_source_moves_to_the_destinations_identity(self, mine: App) -> None:
        source, destination = mine.vouch("ana")["IdentityId"], mine.vouch("bob")["IdentityId"]
        token = {TOKENS: mine.vouch("ana")["Token"]}
        assert merge(mine, "ana", "bob") == destination
        assert mine.vouch("ana")["IdentityId"] == destination
        assert look_up(mine, IdentityId=destination)["DeveloperUserIdentifierList"] == ["ana", "bob"]
        assert mine.described(destination)["Logins"] == [DEVELOPER]
        assert refused(mine.credentials, source, token) == NO_MATCH
        assert mine.described(source)["Logins"] == []

    def test_public_logins_move_too_unless_they_conflict(self, mine: App) -> None:
        ana, eve = mine.a_user("ana"), mine.a_user("eve")
        mine.vouch("a", Logins=ana)
        destination = mine.vouch("b")["IdentityId"]
        assert merge(mine, "a", "b") == destination == mine.get_id(ana)
        other = mine.vouch("e", Logins=eve)["IdentityId"]
        told = ("ResourceConflictException", f"Another login of {mine.provider} is linked to this identity.")
        assert refused(merge, mine, "e", "b") == told
        assert mine.get_id(eve) == other

    def test_users_of_one_identity_stay_there(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        assert merge(mine, "ana", "ana") == identity
        assert mine.vouch("ana")["IdentityId"] == identity

    def test_unknown_users_are_not_found(self, mine: App) -> None:
        mine.vouch("ana")
        assert refused(merge, mine, "ana", "eve") == unknown("eve")
        assert refused(merge, mine, "eve", "ana") == unknown("eve")

    def test_an_identity_has_twenty_logins_at_most(self, mine: App) -> None:
        destination = mine.vouch("0")["IdentityId"]
        for number in range(1, 20):
            mine.vouch(str(number))
            assert merge(mine, str(number), "0") == destination
        lonely = mine.vouch("20")["IdentityId"]
        told = ("ResourceConflictException", "An identity cannot have more than 20 logins.")
        assert refused(merge, mine, "20", "0") == told
        assert mine.vouch("20")["IdentityId"] == lonely
        assert refused(mine.vouch, "0", destination, Logins=mine.a_user()) == told


class TestUnlink:
    def test_an_unlinked_user_is_somebody_new(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        assert unlink(mine, identity, "ana") == {}
        assert mine.described(identity)["Logins"] == []
        assert mine.vouch("ana")["IdentityId"] != identity

    def test_an_identity_without_logins_is_closed_for_everybody(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        unlink(mine, identity, "ana")
        assert refused(mine.credentials, identity) == forbidden(identity)
        assert refused(mine.vouch, "ana", identity) == forbidden(identity)

    def test_other_logins_keep_it_open(self, mine: App) -> None:
        ana = mine.a_user()
        identity = mine.vouch("ana", Logins=ana)["IdentityId"]
        unlink(mine, identity, "ana")
        assert mine.credentials(identity, ana)["IdentityId"] == identity
        assert mine.described(identity)["Logins"] == [mine.provider]

    def test_only_the_identitys_own_user_is_unlinked(self, mine: App) -> None:
        ana, bob = mine.vouch("ana")["IdentityId"], mine.vouch("bob")["IdentityId"]
        assert refused(unlink, mine, bob, "ana") == MISMATCH
        assert refused(unlink, mine, bob, "eve") == unknown("eve")
        assert mine.vouch("ana")["IdentityId"] == ana
