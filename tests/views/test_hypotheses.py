"""Pages of hypotheses: what they find, on both databases, and by how many questions."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from gonogo.core.decisions import Outcome
from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.store.work import Work
from gonogo.views import hypotheses, hypothesis_forms
from gonogo.views.hypotheses import HypothesisPage, Wanted
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rest import done
from tests.fixtures.work import WorkAs
from tests.fixtures.world import ROWS, World, measured
from tests.views.test_queries import counted

SUBJECT = "hypothesis:churn/trees"


def record(world: World, value: float, check: str = "performance.roc_auc", **more: Any) -> str:
    """A measurement of churn/trees; the digest of its entry."""
    found = {"subject": SUBJECT, "check": check, "measured": measured(value), **more}
    return world.record(found)[0]


def settle(world: World, slug: str = "trees", learned: str = "Trees do not help") -> None:
    asked = {"learned": learned}
    scientist = world.api.by(Role.DATA_SCIENTIST)
    done(scientist.post(f"/hypotheses/churn/{slug}/settle", json=asked), 200)


@pytest.fixture
def reading(world: World, work_as: WorkAs) -> WorkAs:
    """A Work of a reader, in a world where something happened."""
    return work_as


def shown(work_as: WorkAs) -> HypothesisPage:
    with work_as(Role.VIEWER, write=False) as work:
        return hypotheses.hypothesis(work, "churn", "trees")


class TestHypothesis:
    @pytest.mark.parametrize(
        ("value", "verdict", "outcome", "says"),
        [
            (0.8, Verdict.GO, Outcome.SUPPORTED, "it is supported: settle it"),
            (0.6, Verdict.NO_GO, Outcome.REFUTED, "it is refuted: settle it"),
            (0.71, Verdict.HOLD, Outcome.INCONCLUSIVE, "no criterion holds for certain"),
        ],
    )
    def test_its_standing_is_that_of_the_present_evidence(
        self,
        world: World,
        reading: WorkAs,
        value: float,
        verdict: Verdict,
        outcome: Outcome,
        says: str,
    ) -> None:
        digest = record(world, value)
        page = shown(reading)
        (criterion,) = page.criteria
        assert (criterion.verdict, criterion.evidence) == (verdict, digest)
        assert (page.outcome, page.unready) == (outcome, "")
        assert says in page.headline

    def test_without_evidence_it_says_what_is_missing(self, reading: WorkAs) -> None:
        page = shown(reading)
        assert page.criteria[0].verdict is Verdict.NO_DATA
        assert page.headline == "Nothing is measured yet; due 2026-12-24."
        assert "evidence about the hypothesis" in page.unready

    def test_beyond_its_time_box_it_is_to_be_closed(
        self, reading: WorkAs, clock: FakeClock
    ) -> None:
        clock.advance(days=60)
        page = shown(reading)
        assert page.late
        assert page.headline == "Its time box ended 2026-12-24: settle or abandon it."
        assert page.unready == ""

    def test_what_is_settled_stays_as_it_was_settled(self, world: World, reading: WorkAs) -> None:
        digest = record(world, 0.6)
        settle(world)
        later = record(world, 0.9)
        page = shown(reading)
        (criterion,) = page.criteria
        assert (criterion.verdict, criterion.evidence) == (Verdict.NO_GO, digest)
        assert page.outcome is Outcome.REFUTED
        assert page.settlement is not None
        assert page.settlement.cites == 2
        assert [one.digest for one in page.evidence] == [later]

    def test_what_no_criterion_asks_for_stands_apart(self, world: World, reading: WorkAs) -> None:
        record(world, 0.8)
        other = record(world, 0.1, "performance.brier")
        assert [one.digest for one in shown(reading).evidence] == [other]

    def test_who_may_settle_is_said_of_the_reader(self, world: World, reading: WorkAs) -> None:
        for role, allowed in ((Role.VIEWER, False), (Role.DATA_SCIENTIST, True)):
            with reading(role, write=False) as work:
                assert hypotheses.hypothesis(work, "churn", "trees").may_settle is allowed


class TestListed:
    def test_words_are_looked_for_everywhere_and_literally(
        self, world: World, reading: WorkAs
    ) -> None:
        world.hypothesis(slug="calls", statement="Calls before 10 % help", baseline="No Call_s")
        expected = {
            "TREES BEAT": ["trees"],
            "no call_s": ["calls"],
            "10 %": ["calls"],
            "%": ["calls"],
            "_": ["calls"],
            "churn/": ["calls", "trees"],
            "nowhere": [],
        }
        with reading(Role.VIEWER, write=False) as work:
            found = {
                text: [row.slug for row in hypotheses.listed(work, Wanted(text=text)).rows]
                for text in expected
            }
        assert found == expected


class TestBelief:
    def test_it_moves_from_the_prior_with_what_is_learned(
        self, world: World, reading: WorkAs
    ) -> None:
        before = shown(reading).belief
        assert before is not None
        assert (before.prior, before.moved, before.steps) == (before.now, (), ())

        plan = "plan: x\nsteps: {try: {title: Try them, days: 3, hypothesis: trees}}"
        manager = world.api.by(Role.PRODUCT_MANAGER)
        done(manager.post("/cases/churn/plans", json={"text": plan}), 201)
        record(world, 0.8, data=world.train)
        found = shown(reading).belief
        assert found is not None
        assert [one.what for one in found.moved] == ["runs"]
        assert found.now.measured.value > found.prior.measured.value == before.now.measured.value
        assert found.now.measured.low < found.now.measured.value < found.now.measured.high
        assert "1 of 1 settled runs" in found.now.says
        assert [(one.step, one.title) for one in found.steps] == [("try", "Try them")]

    def test_what_is_settled_is_certain(self, world: World, reading: WorkAs) -> None:
        record(world, 0.8)
        settle(world)
        assert shown(reading).belief is None


class TestFixedNumber:
    def test_of_questions(self, world: World, reading: WorkAs, engine: Engine) -> None:
        """One hypothesis or many, with more evidence and more datasets to choose from."""
        views: dict[str, Callable[[Work], object]] = {
            "list": lambda work: hypotheses.listed(work, Wanted()),
            "one": lambda work: hypotheses.hypothesis(work, "churn", "trees"),
            "form": lambda work: hypothesis_forms.form(work, "churn"),
        }

        def questions() -> dict[str, int]:
            found: dict[str, int] = {}
            for name, view in views.items():
                with reading(Role.VIEWER, write=False) as work, counted(engine) as asked:
                    view(work)
                found[name] = len(asked)
            return found

        record(world, 0.71)
        before = questions()
        for number in range(4):
            world.hypothesis(slug=f"more-{number}")
            made = world.dataset(f"more-{number}", ROWS.head(2 + number))
            record(world, 0.71 + number / 1000, data=made["subject"])
        assert questions() == before
        assert before["list"] <= 4
        assert before["one"] <= 20
        assert before["form"] <= 3
