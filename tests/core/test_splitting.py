"""A stable split: the same entity on the same side, shares as they were asked for."""

from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.splitting import ends_of, place, side


class TestPlace:
    @given(st.text(), st.text())
    def test_it_is_within_zero_and_one_and_does_not_change(self, salt: str, entity: str) -> None:
        found = place(salt, entity)
        assert 0 <= found < 1
        assert found == place(salt, entity)

    def test_it_is_the_same_in_every_version_of_the_program(self) -> None:
        assert place("salt", "entity") == 0.18436692774469654

    def test_another_salt_is_another_draw(self) -> None:
        """What one rollout's arm held says nothing of who is in another rollout's arm."""
        n = 4000
        both = sum(place("a", str(i)) < 0.5 and place("b", str(i)) < 0.5 for i in range(n))
        assert abs(both / n - 0.25) < 4 * sqrt(0.25 * 0.75 / n)

    def test_salt_and_entity_do_not_run_into_one_another(self) -> None:
        assert place("a", "bc") != place("ab", "c")


class TestSide:
    @given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.text())
    def test_everybody_has_a_side(self, weights: list[float], entity: str) -> None:
        ends = ends_of([weight / sum(weights) for weight in weights])
        assert 0 <= side(ends, place("salt", entity)) < len(weights)

    def test_the_shares_are_those_asked_for(self) -> None:
        """Within four standard errors of 20,000 entities."""
        n, shares = 20_000, (0.05, 0.25, 0.7)
        ends = ends_of(shares)
        found = [side(ends, place("rollout", f"customer-{i}")) for i in range(n)]
        for arm, share in enumerate(shares):
            assert abs(found.count(arm) / n - share) < 4 * sqrt(share * (1 - share) / n)

    def test_a_growing_share_only_takes_in_more(self) -> None:
        """Who is in a canary of 5 % is still in it at 20 %."""
        few, more = ends_of((0.05, 0.95)), ends_of((0.2, 0.8))
        within = [name for i in range(2000) if side(few, place("c", name := str(i))) == 0]
        assert within
        assert all(side(more, place("c", name)) == 0 for name in within)
