"""A bandit learns from what the log tells, and says so in the next route table."""

from typing import Any

import numpy as np
import pytest

from gonogo.core import snapshot as shapes
from gonogo.core.roles import Role
from gonogo.stats.bandits import prepare
from tests.fixtures.released import Released
from tests.fixtures.rest import Json, done, refused

LINUCB: Json = {
    "kind": "linucb",
    "parameters": {"epsilon": 0.2},
    "context": ["calls"],
    "scaling": {"calls": [1, 4]},
}


def configured(live: Released, bandit: Json) -> Any:
    engineer = live.world.api.by(Role.ML_ENGINEER)
    return engineer.put("/cases/churn/route", json={"settings": {"bandit": bandit}})


def bandit_of(live: Released) -> shapes.Bandit:
    home = live.world.api.installation.settings.home
    found = shapes.decode((home / "gateway" / "snapshot.json").read_bytes())
    bandit = found.routes["churn"].bandit
    assert bandit is not None
    return bandit


class TestLinUcb:
    def test_matrices_follow_the_outcomes_and_their_corrections(self, live: Released) -> None:
        done(configured(live, LINUCB))
        live.start("3", "bandit")
        live.look()
        before = bandit_of(live)
        assert before.arms == {"challenger": {}, "champion": {}}
        made = live.decided(10, release="churn-2")
        live.decided(5, "champion", release="churn-2")
        live.outcomes(made[:6], 1.0)
        live.look()
        live.outcomes(made[6:8], 0.0)
        live.outcomes(made[:1], 0.0)
        live.look()
        found = bandit_of(live)
        assert (found.context, found.scaling) == (("calls",), {"calls": (1.0, 4.0)})
        # Eight outcomes of the context (1, (3 - 1) / 4), five of them successes in the end.
        one = found.arms["challenger"]
        assert one["a"] == [[9.0, 4.0], [4.0, 3.0]]
        assert one["b"] == [5.0, 2.5]
        assert (one["successes"], one["failures"]) == (5.0, 3.0)
        assert found.arms["champion"] == {}
        ready = prepare(found.kind, found.parameters, found.arms, found.context, found.scaling)
        chances = ready.propensities({"calls": 3})
        assert sum(chances.values()) == pytest.approx(1)
        assert min(chances.values()) == pytest.approx(0.1)
        weights = np.linalg.solve(one["a"], one["b"])
        theirs = np.linalg.lstsq(
            [*([[1.0, 0.5]] * 8), [1.0, 0.0], [0.0, 1.0]], [*[1.0] * 5, *[0.0] * 5]
        )[0]
        assert weights == pytest.approx(theirs)

    def test_a_holdout_teaches_nothing(self, live: Released) -> None:
        engineer = live.world.api.by(Role.ML_ENGINEER)
        settings = {"bandit": LINUCB, "holdout": 0.2}
        done(engineer.put("/cases/churn/route", json={"settings": settings}))
        live.start("3", "bandit")
        live.look()
        live.outcomes(live.decided(3, "holdout", release="churn-2"), 1.0)
        live.look()
        assert set(bandit_of(live).arms) == {"challenger", "champion"}

    def test_what_nobody_says_how_large_it_is_is_asked_for_first(self, live: Released) -> None:
        done(configured(live, {**LINUCB, "scaling": {}}))
        engineer = live.world.api.by(Role.ML_ENGINEER)
        asked = {"version": "caller@3", "strategy": "bandit"}
        told = refused(engineer.post("/cases/churn/releases", json=asked), 422, "bandit.scaling")
        assert told["value"] == "calls"

    def test_what_it_reads_stays_while_it_learns(self, live: Released) -> None:
        done(configured(live, LINUCB))
        live.start("3", "bandit")
        refused(configured(live, {**LINUCB, "scaling": {"calls": [0, 1]}}), 409, "bandit")
        done(configured(live, {**LINUCB, "parameters": {"epsilon": 0.5}}))
        live.order("rollback")
        done(configured(live, {**LINUCB, "scaling": {"calls": [0, 1]}}))

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"kind": "guess"}, "bandit.kind"),
            ({"context": ["calls", "calls"]}, "bandit.context"),
            ({"scaling": {"calls": [0, 0]}}, "bandit.scaling.calls"),
            ({"scaling": {"age": [0, 1]}}, "bandit.scaling"),
            ({"parameters": {"epsilon": 0}}, "bandit.parameters"),
        ],
    )
    def test_settings_that_make_no_sense_are_named(
        self, live: Released, changed: Json, field: str
    ) -> None:
        refused(configured(live, {**LINUCB, **changed}), 422, field)
