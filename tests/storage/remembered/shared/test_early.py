"""Units that assume that nothing has changed since, and ask along with their first statement; and calls that do so."""

from __future__ import annotations

import pytest

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.outside.world import World
from emulator.settings import Settings
from storage.records.pools import Pool
from storage.records.users import Attempts
from storage.store import Store
from storage.unit import Unit
from storage.violations import StaleRead
from tests.conftest import VAULT
from tests.storage.remembered.shared.stores import early, followed, of
from tests.storage.remembered.units import begin, rename, see, statements
from tests.storage.rows import a_user


class TestEarly:
    """Units that are run again if need be assume that nothing has changed, and ask along with their first statement."""

    def test_what_has_not_changed_is_confirmed_along_with_the_first_statement(self, here: Store, pool: Pool) -> None:
        with statements(here) as heard, early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            assert heard == []
            begin(unit)
            assert unit.pools.get(pool.id) == pool
        assert (len(of(heard, "users")), len(of(heard, "user_pools"))) == (1, 0)

    @pytest.mark.parametrize("change", ["there", "here"])
    def test_what_has_changed_has_the_unit_run_again(self, here: Store, there: Store, pool: Pool, change: str) -> None:
        rename({"here": here, "there": there}[change], pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            begin(unit)
        assert see(here, pool) == "new"
        with early(here) as unit:
            found = unit.pools.get(pool.id)
            begin(unit)
        assert found is not None
        assert found.name == "new"

    def test_a_unit_that_asks_for_nothing_is_confirmed_when_it_ends(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        with early(here) as unit:
            assert unit.pools.get(pool.id) == pool
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool

    def test_a_refusal_is_confirmed_too(self, here: Store, there: Store, pool: Pool) -> None:
        with pytest.raises(KeyError), early(here):
            raise KeyError
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here):
            raise KeyError

    def test_nothing_is_done_outside_before_it_is_confirmed(self, here: Store, there: Store, pool: Pool) -> None:
        done: list[str] = []
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            with unit.released(acts=True):
                done.append("a message")
        assert done == []

    def test_a_unit_that_may_not_run_again_is_confirmed_at_once(self, here: Store, there: Store, pool: Pool) -> None:
        with early(here) as unit:
            unit.take_nothing_early()
            rename(there, pool, "new")
            assert unit.pools.get(pool.id) == pool  # in its transaction
        rename(there, pool, "newest")
        with pytest.raises(StaleRead), early(here) as unit:
            unit.take_nothing_early()

    def test_the_clock_of_another_time_has_the_unit_run_again(self, here: Store, there: Store) -> None:
        with there.unit(writes=True) as unit:
            unit.server_state.move_clock(60.0)
        with pytest.raises(StaleRead), early(here) as unit:
            begin(unit)

    def test_after_a_release_the_state_is_read_first(self, here: Store, there: Store, pool: Pool) -> None:
        with early(here) as unit:
            assert unit.pools.get(pool.id) == pool
            with unit.released():
                rename(there, pool, "new")
            found = unit.pools.get(pool.id)
            assert found is not None
            assert found.name == "new"

    def test_nothing_is_assumed_before_the_state_was_read_once(self, store: Store, pool: Pool) -> None:
        new = Store(store.place, VAULT, several=True)
        new.on_state = followed
        with statements(new) as heard, early(new) as unit:
            assert len(of(heard, "server_state")) == 1
            assert unit.pools.get(pool.id) == pool
        new.close()


class TestWriting:
    """Units that write assume it too, where they run side by side."""

    @pytest.fixture
    def kind_of_database(self) -> str:
        """PostgreSQL."""
        return "postgresql"

    def test_what_was_written_on_a_wrong_assumption_is_rolled_back(self, here: Store, there: Store, pool: Pool) -> None:
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here, writes=True) as unit:
            assert unit.pools.get(pool.id) == pool
            a_user(unit, pool)
        with there.unit(writes=False) as unit:
            assert (unit.users.count(pool.id), unit.users.page(pool.id, 5, None).items) == (0, [])

    def test_what_nobody_waits_for_is_confirmed_before_the_commit(self, here: Store, there: Store, pool: Pool) -> None:
        rename(there, pool, "new")
        with pytest.raises(StaleRead), early(here, writes=True) as unit:
            unit.users.count_more(pool.id, 5)
        with there.unit(writes=False) as unit:
            assert unit.users.count(pool.id) == 0

    def test_who_configures_does_not_mind_another_version_but_another_clock(
        self, here: Store, there: Store, pool: Pool
    ) -> None:
        rename(there, pool, "new")
        with early(here, writes=True, configures=True) as unit:
            found = unit.pools.get(pool.id)
            assert found is not None
            assert found.name == "new"
        with there.unit(writes=True) as unit:
            unit.server_state.move_clock(60.0)
        with pytest.raises(StaleRead), early(here, writes=True, configures=True) as unit:
            unit.pools.get(pool.id)

    def test_a_call_that_began_out_of_date_may_act_and_still_run_again(
        self, here: Store, there: Store, pool: Pool, world: World, settings: Settings
    ) -> None:
        """As one does that did not: nothing had happened yet when it was found to be out of date."""
        with there.unit(writes=True) as unit:
            user = a_user(unit, pool)
        rename(there, pool, "new")
        runs: list[str] = []

        def function(context: Context) -> bool:
            found = context.unit.pools.get(pool.id)
            runs.append(found.name if found else "")
            if context.unit.users.get(user.id) is None:
                return False
            with context.unit.released(acts=True), there.unit(writes=True) as other:
                other.users.delete(user)
            context.unit.codes.put_attempts(Attempts(user.id, "lockout", 1, 0.0, 0.0, 0.0))
            return True

        def begin(unit: Unit) -> Context:
            return Context(unit, world, settings, RequestOrigin())

        assert not work.run(here, True, begin, function, configures=False)
        assert runs == [pool.name, "new", "new"]
