"""Sign-up for a page: the app client is read again after a release, so that what it may not do any more is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from emulator.context import Context, RequestOrigin
from emulator.domain.pools.apps import AppById, CurrentApp, FoundApp
from emulator.domain.registration.sign_up import Form, SignedUp, create_account
from emulator.faults import Fault, NotAuthorizedException, ResourceNotFoundException
from emulator.settings import Settings
from storage.store import Store
from tests.builders import PASSWORD, Api, a_client, a_pool

CHOICE = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}

if TYPE_CHECKING:

    def _refused_by_the_type_checker(found: FoundApp) -> CurrentApp:
        return found  # type: ignore[return-value]


class Page:
    """A page on which Ana signs up, at a client that allows choice-based sign-in."""

    def __init__(self, api: Api, store: Store) -> None:
        self.api = api
        self.store = store
        self.pool = a_pool(api)
        self.client = a_client(api, self.pool, **CHOICE)

    def sign_up(self, *acts: Callable[[], object]) -> SignedUp:
        """Sign Ana up; at the first release of the connection, other calls do `acts`."""

        def moment() -> None:
            self.store.while_released = None
            for act in acts:
                act()

        self.store.while_released = moment
        with self.store.unit(writes=True) as unit:
            context = Context(unit, self.api.world, Settings(ephemeral=True), RequestOrigin(), "SignUp")
            return create_account(context, AppById(unit, self.client), Form("ana", PASSWORD))

    def delete_client(self) -> None:
        self.api.idp("DeleteUserPoolClient", UserPoolId=self.pool, ClientId=self.client)

    def delete_pool(self) -> None:
        self.api.idp("DeleteUserPool", UserPoolId=self.pool)

    def close_sign_up(self) -> None:
        only = {"AllowAdminCreateUserOnly": True}
        self.api.idp("UpdateUserPool", UserPoolId=self.pool, AdminCreateUserConfig=only)

    def end_choice(self) -> None:
        flows = ["ALLOW_USER_SRP_AUTH"]
        self.api.idp("UpdateUserPoolClient", UserPoolId=self.pool, ClientId=self.client, ExplicitAuthFlows=flows)


@pytest.fixture
def page(api: Api, store: Store) -> Page:
    return Page(api, store)


def test_a_page_signs_a_user_up(page: Page) -> None:
    signed_up = page.sign_up()
    assert (signed_up.user.username, signed_up.user.status) == ("ana", "UNCONFIRMED")
    assert signed_up.session


@pytest.mark.parametrize("delete", [Page.delete_client, Page.delete_pool])
def test_a_client_that_is_deleted_while_the_password_is_hashed_signs_nobody_up(
    page: Page, delete: Callable[[Page], None]
) -> None:
    with pytest.raises(ResourceNotFoundException) as refused:
        page.sign_up(lambda: delete(page))
    assert str(refused.value) == f"User pool client {page.client} does not exist."
    with page.store.unit(writes=False) as unit:
        assert unit.users.named(page.pool, "ana") is None


def test_a_pool_that_is_closed_while_the_password_is_hashed_signs_nobody_up(page: Page) -> None:
    with pytest.raises(NotAuthorizedException) as refused:
        page.sign_up(page.close_sign_up)
    assert str(refused.value) == "SignUp is not permitted for this user pool"
    with page.store.unit(writes=False) as unit:
        assert unit.users.named(page.pool, "ana") is None


def test_what_a_client_stops_to_allow_while_the_password_is_hashed_is_not_given(page: Page) -> None:
    assert page.sign_up(page.end_choice).session is None


def test_an_unknown_client_is_refused(page: Page, store: Store) -> None:
    with store.unit(writes=False) as unit, pytest.raises(Fault, match=r"User pool client nobody does not exist\."):
        _ = AppById(unit, "nobody").pool


def test_a_client_is_read_once_between_two_releases(page: Page, store: Store) -> None:
    with store.unit(writes=False) as unit:
        app = AppById(unit, page.client)
        first = app.client
        assert app.client is first
        with unit.released():
            page.end_choice()
        assert app.client.settings["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
