"""SRP for users who may not sign in, who have no password, and who do not exist: who learns what, and when."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from storage.records.users import User
from storage.store import Store
from tests.api.signing_in import TEMPORARY, WRONG, a_newcomer, refusal
from tests.api.srp_client import SrpClient, an_app, attempt
from tests.builders import PASSWORD, Api, a_pool, a_user, sign_in

NEW = "Another-Horse-2"
SUB_SHAPED = r"[0-9a-f]{8}-[0-9a-f]{4}-70[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{12}"
NO_TIMESTAMP = "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."


@pytest.fixture
def web(api: Api) -> SrpClient:
    """An app of a pool with Ana."""
    client = an_app(api)
    a_user(api, client.pool)
    return client


def the_user(store: Store, web: SrpClient, username: str = "ana") -> User:
    """A user as they are kept."""
    with store.unit(writes=False) as unit:
        user = unit.users.named(web.pool, username)
    assert user
    return user


def change(store: Store, web: SrpClient, **changes: Any) -> None:
    """Change what is kept of Ana, as no operation does."""
    with store.unit(writes=True) as unit:
        unit.users.change(the_user(store, web), **changes)


class TestUsersWhoMayNot:
    @pytest.mark.parametrize("mode", ["LEGACY", "ENABLED"])
    def test_disabled_ones_learn_it_once_they_prove_the_password(self, api: Api, mode: str) -> None:
        web = an_app(api, PreventUserExistenceErrors=mode)
        a_user(api, web.pool)
        begun = web.begin()
        api.idp("AdminDisableUser", UserPoolId=web.pool, Username="ana")
        assert attempt(web, password=NEW) == WRONG
        assert attempt(web) == "NotAuthorizedException: User is disabled."
        assert refusal(lambda: web.prove(begun)) == "NotAuthorizedException: User is disabled."

    @pytest.mark.parametrize("mode", ["LEGACY", "ENABLED"])
    def test_unconfirmed_ones_learn_it_at_their_proof_right_or_wrong(self, api: Api, mode: str) -> None:
        web = an_app(api, PreventUserExistenceErrors=mode)
        api.idp("SignUp", ClientId=web.client, Username="ana", Password=PASSWORD)
        for password in (NEW, PASSWORD):
            assert attempt(web, password=password) == "UserNotConfirmedException: User is not confirmed."

    def test_a_reset_that_is_due_is_told_at_once_where_nobody_hides(self, web: SrpClient, store: Store) -> None:
        challenge = web.begin()
        change(store, web, status="RESET_REQUIRED")
        due = "PasswordResetRequiredException: Password reset required for the user"
        assert refusal(web.begin) == due
        assert refusal(lambda: web.prove(challenge, NEW)) == WRONG

    def test_a_reset_that_is_due_is_told_to_who_proves_the_password_where_users_are_hidden(
        self, api: Api, store: Store
    ) -> None:
        web = an_app(api, PreventUserExistenceErrors="ENABLED")
        a_user(api, web.pool)
        change(store, web, status="RESET_REQUIRED")
        assert attempt(web, password=NEW) == WRONG
        assert attempt(web) == "PasswordResetRequiredException: Password reset required for the user"

    def test_an_expired_temporary_password_proves_nothing(self, api: Api) -> None:
        web = an_app(api)
        a_newcomer(api, web.pool)
        api.world.clock.advance(days=7)
        expected = "Temporary password has expired and must be reset by an administrator."
        assert attempt(web, password=TEMPORARY) == f"NotAuthorizedException: {expected}"


class TestNobody:
    def test_is_told_at_once_where_the_client_does_not_hide_who_exists(self, web: SrpClient) -> None:
        assert refusal(lambda: web.begin("nobody")) == "UserNotFoundException: User does not exist."

    def test_gets_a_challenge_like_everybody_elses_which_fails_at_the_end(self, api: Api) -> None:
        web = an_app(api, PreventUserExistenceErrors="ENABLED")
        a_user(api, web.pool)
        for _ in range(5):
            real, seeming = web.begin("ana"), web.begin("nobody")
            assert list(seeming) == list(real)
            real, seeming = real["ChallengeParameters"], seeming["ChallengeParameters"]
            assert list(seeming) == list(real)
            assert seeming["USERNAME"] == seeming["USER_ID_FOR_SRP"] == "nobody"
            for name in ("SALT", "SRP_B", "SECRET_BLOCK"):
                assert abs(len(seeming[name]) - len(real[name])) < 8
                assert seeming[name] != real[name]
            assert attempt(web, "nobody") == WRONG

    def test_is_refused_like_somebody_with_another_password_again_and_again(self, api: Api) -> None:
        web = an_app(api, PreventUserExistenceErrors="ENABLED")
        a_user(api, web.pool)
        for username in ("ana", "nobody"):
            challenge = web.begin(username)
            ends = [
                refusal(lambda c=challenge: web.prove(c, NEW, TIMESTAMP="nonsense")),  # type: ignore[misc]
                refusal(lambda c=challenge: web.prove(c, NEW, PASSWORD_CLAIM_SECRET_BLOCK="made up")),  # type: ignore[misc]
                refusal(lambda c=challenge: web.prove(c, NEW, USERNAME="bob")),  # type: ignore[misc]
                refusal(lambda c=challenge: web.prove(c, NEW)),  # type: ignore[misc]
                refusal(lambda c=challenge: web.prove(c, NEW)),  # type: ignore[misc]
            ]
            assert ends == [NO_TIMESTAMP, WRONG, WRONG, WRONG, WRONG]

    def test_seems_the_same_at_every_call_and_another_in_every_pool(self, api: Api) -> None:
        webs = [an_app(api, PreventUserExistenceErrors="ENABLED") for _ in range(2)]
        webs.append(an_app(api, webs[0].pool, PreventUserExistenceErrors="ENABLED"))
        salts = [[web.begin(name)["ChallengeParameters"]["SALT"] for name in ("nobody", "no one")] for web in webs]
        assert salts[0] == salts[2]
        assert len({salt for pair in salts for salt in pair}) == 4

    @pytest.mark.parametrize(
        ("pool", "typed", "same"),
        [
            ({"UsernameAttributes": ["email"]}, "no@example.com", "no@example.com"),
            (
                {"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": False}},
                "no@example.com",
                "No@Example.com",
            ),
            ({"UsernameAttributes": ["email", "phone_number"]}, "+15555550100", "+15555550100"),
            ({"UsernameAttributes": ["email"]}, "nobody", "nobody"),
            ({"AliasAttributes": ["email"]}, "no@example.com", "no@example.com"),
            ({"AliasAttributes": ["phone_number", "preferred_username"]}, "+15555550100", "+15555550100"),
        ],
    )
    def test_has_a_username_as_the_pools_users_have(
        self, api: Api, pool: dict[str, Any], typed: str, same: str
    ) -> None:
        web = an_app(api, a_pool(api, **pool), PreventUserExistenceErrors="ENABLED")
        one, other = web.begin(typed)["ChallengeParameters"], web.begin(same)["ChallengeParameters"]
        assert re.fullmatch(SUB_SHAPED, one["USER_ID_FOR_SRP"])
        assert one["USERNAME"] == one["USER_ID_FOR_SRP"] == other["USER_ID_FOR_SRP"]
        assert one["SALT"] == other["SALT"]
        assert attempt(web, typed) == WRONG

    @pytest.mark.parametrize(
        ("pool", "typed", "seems"),
        [
            ({"UsernameConfiguration": {"CaseSensitive": False}}, "NoBody", "nobody"),
            ({"UsernameConfiguration": {"CaseSensitive": True}}, "NoBody", "NoBody"),
            ({"AliasAttributes": ["email"]}, "nobody", "nobody"),
            ({"AliasAttributes": ["preferred_username"]}, "nobody", "nobody"),
        ],
    )
    def test_has_the_username_that_was_typed_where_users_have(
        self, api: Api, pool: dict[str, Any], typed: str, seems: str
    ) -> None:
        web = an_app(api, a_pool(api, **pool), PreventUserExistenceErrors="ENABLED")
        assert web.begin(typed)["ChallengeParameters"]["USER_ID_FOR_SRP"] == seems

    def test_costs_as_much_as_somebody(self, api: Api) -> None:
        web = an_app(api, PreventUserExistenceErrors="ENABLED")
        a_user(api, web.pool)

        def quickest(username: str) -> tuple[float, float]:
            halves: list[tuple[float, float]] = []
            for _ in range(8):
                api.world.clock.advance(hours=1)
                began = time.thread_time()
                challenge = web.begin(username)
                begun = time.thread_time()
                responses = web.proof(challenge, NEW)
                proved = time.thread_time()
                refusal(lambda c=challenge, r=responses: web.answer(c, r))  # type: ignore[misc]
                halves.append((begun - began, time.thread_time() - proved))
            return min(half[0] for half in halves), min(half[1] for half in halves)

        some, none = quickest("ana"), quickest("nobody")
        assert 0.6 < none[0] / some[0] < 1.6
        assert 0.6 < none[1] / some[1] < 1.6


class TestSomebodyWithoutAPassword:
    @pytest.mark.parametrize("mode", ["LEGACY", "ENABLED"])
    def test_gets_a_steady_challenge_that_fails_at_the_end(self, api: Api, store: Store, mode: str) -> None:
        web = an_app(api, PreventUserExistenceErrors=mode)
        a_user(api, web.pool)
        change(store, web, password=None, verifier=None)
        one, other = web.begin()["ChallengeParameters"], web.begin()["ChallengeParameters"]
        assert (one["USERNAME"], one["SALT"]) == ("ana", other["SALT"])
        assert attempt(web) == WRONG
        assert attempt(web, password="") == WRONG

    def test_may_be_one_from_before_verifiers_were_kept_until_the_password_is_seen(
        self, api: Api, web: SrpClient, store: Store
    ) -> None:
        change(store, web, verifier=None)
        assert attempt(web) == WRONG
        assert refusal(lambda: sign_in(api, web.client, password=NEW)) == WRONG
        assert the_user(store, web).verifier is None
        sign_in(api, web.client)
        kept = the_user(store, web).verifier
        assert "AuthenticationResult" in web.sign_in()
        sign_in(api, web.client)
        assert the_user(store, web).verifier == kept


def test_a_verifier_is_sealed_for_its_user_alone(api: Api, web: SrpClient, store: Store) -> None:
    a_user(api, web.pool, "bob")
    one, other = the_user(store, web), the_user(store, web, "bob")
    assert one.verifier
    assert other.verifier
    opened = [store.vault.open(user.verifier, f"verifier:{user.sub}") for user in (one, other) if user.verifier]
    assert [len(each) for each in opened] == [16 + 384, 16 + 384]
    assert opened[0] not in one.verifier
    with pytest.raises(ValueError, match="sealed under another key or context"):
        store.vault.open(one.verifier, f"verifier:{other.sub}")
