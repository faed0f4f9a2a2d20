"""Pages of hypotheses: read, registered, settled and abandoned in the browser."""

from typing import Any

import pytest

from gonogo.core.conditions import Condition
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.tracking import TrackedRun
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.experiments import actions as experiments
from gonogo.domain.hypotheses import actions, tables
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.interfaces.web.kit import plain
from gonogo.views import hypotheses as views
from tests.fixtures.clocks import FakeClock
from tests.fixtures.rooms import Written, statement
from tests.fixtures.work import WorkAs
from tests.interfaces.web.conftest import Reader

TREES = "/hypotheses/churn/trees"
FILLED = {
    "slug": "ensembles",
    "statement": "Two models <together> beat one",
    "time_box": "2026-12-24",
    "criteria.0.check": "fairness.selection_rate_ratio",
    "criteria.0.with": "group = race, threshold = 0.5",
    "criteria.0.at_least": "0.9",
    "criteria.0.at_most": "",
    "criteria.0.level": "",
    "design.method": "cross-validation",
    "design.folds": "5",
    "design.repeats": "10",
    "design.seed": "7",
    "dataset": "",
    "baseline": "one model",
    "prior": "0.3",
    "significance": "0.05",
    "power": "0.8",
}


def measured(low: float, value: float, high: float, method: str = "DeLong") -> dict[str, Any]:
    return {
        "value": value,
        "low": low,
        "high": high,
        "level": 0.95,
        "n": 500,
        "unit": "auc",
        "method": method,
    }


def record(work_as: WorkAs, found: dict[str, Any]) -> str:
    """ROC AUC of churn/trees; the digest of the evidence."""
    with work_as(Role.DATA_SCIENTIST) as work:
        draft = EvidenceDraft("hypothesis:churn/trees", "performance.roc_auc", found)
        return evidence.record(work, [draft])[0].digest


@pytest.fixture
def refuted(work_as: WorkAs, hypothesis: Hypothesis) -> Hypothesis:
    """churn/trees, found to be wrong."""
    record(work_as, measured(0.5, 0.55, 0.6))
    with work_as(Role.DATA_SCIENTIST) as work:
        learned = "Trees need <more> rows than we have"
        return actions.settle(work, hypothesis.subject, learned=learned)[0]


class TestList:
    def test_an_empty_one_says_what_to_do_next(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/hypotheses")
        assert "Nothing is claimed yet" in page
        assert 'href="/cases"' in page

    def test_each_is_there_with_its_state(self, console: Reader, hypothesis: Hypothesis) -> None:
        page = console(Role.VIEWER).page("/hypotheses")
        assert 'href="/hypotheses/churn/trees"' in page
        assert "Trees beat the scorecard" in page

    def test_its_twin_is_the_view(
        self, console: Reader, refuted: Hypothesis, work_as: WorkAs
    ) -> None:
        told = console(Role.VIEWER).json("/hypotheses?state=refuted")
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.listed(work, views.Wanted(state="refuted")))

    def test_mine_are_those_that_the_reader_registered(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        reader.post("/cases/churn/hypotheses", FILLED)
        rows: Any = reader.json("/hypotheses?mine=yes")["rows"]
        assert [row["slug"] for row in rows] == ["ensembles"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("case=churn", True),
            ("case=fraud", False),
            ("state=refuted", True),
            ("state=open", False),
            ("text=SCORECARD", True),
            ("text=rows%20than", True),
            ("text=100%25", False),
        ],
    )
    def test_it_is_narrowed_to_what_is_asked(
        self, console: Reader, refuted: Hypothesis, query: str, found: bool
    ) -> None:
        rows = console(Role.VIEWER).json(f"/hypotheses?{query}")["rows"]
        assert bool(rows) is found

    def test_a_search_without_a_hit_says_so(self, console: Reader, hypothesis: Hypothesis) -> None:
        assert "None fits what you ask for" in console(Role.VIEWER).page("/hypotheses?text=nothing")

    def test_an_unknown_state_is_named(self, console: Reader) -> None:
        answer = console(Role.VIEWER).get("/hypotheses?state=happy")
        assert answer.status_code == 422
        assert "one of open, supported, refuted" in answer.text

    def test_negative_results_are_in_the_library(self, console: Reader) -> None:
        answer = console(Role.VIEWER).get("/hypotheses?negative=yes")
        assert (answer.status_code, answer.headers["location"]) == (303, "/library")

    def test_the_next_page_asks_for_the_same(
        self, console: Reader, case: str, work_as: WorkAs
    ) -> None:
        with work_as(Role.DATA_SCIENTIST) as work:
            for number in range(views.ROWS + 1):
                actions.register(work, case, f"trees-{number:02}", statement())
        reader = console(Role.VIEWER)
        page = reader.page("/hypotheses?state=open&text=trees")
        (after,) = [part for part in page.split('"') if "cursor=" in part]
        rest: Any = reader.json(after.replace("&amp;", "&"))["rows"]
        assert "state=open" in after
        assert [row["slug"] for row in rest] == [f"trees-{views.ROWS:02}"]

    def test_a_stranger_is_sent_to_sign_in(self, stranger: Any) -> None:
        answer = stranger.get("/hypotheses")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


class TestShow:
    def test_it_says_what_was_fixed_when_and_by_whom(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        page = console(Role.VIEWER).page(TREES)
        assert "at least 0.7" in page
        assert f'href="/ledger/{hypothesis.sealed}"' in page
        assert "logistic scorecard" in page
        assert "not measured yet" in page

    def test_its_twin_is_the_view(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as, measured(0.6, 0.71, 0.8))
        told = console(Role.VIEWER).json(TREES)
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.hypothesis(work, "churn", "trees"))

    def test_the_interval_is_drawn_against_its_bound(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        digest = record(work_as, measured(0.6, 0.71, 0.8))
        page = console(Role.VIEWER).page(TREES)
        assert '<svg class="estimate hold"' in page
        assert 'class="bound"' in page
        assert f'href="/ledger/{digest}"' in page
        assert "more observations would settle it" in page

    def test_resampled_evidence_names_no_number_of_observations(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as, measured(0.6, 0.71, 0.8, "corrected resampled t interval"))
        page = console(Role.VIEWER).page(TREES)
        assert "more observations" not in page
        assert "more rows would narrow it" in page

    def test_runs_that_do_not_count_say_why(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs, clock: FakeClock
    ) -> None:
        tags = {"gonogo.hypothesis": "churn/trees"}
        early = clock.now.replace(year=2025)
        clock.advance(minutes=1)
        with work_as(Role.DATA_SCIENTIST) as work:
            for run_id, started in (("a1", early), ("b2", clock.now)):
                run = TrackedRun(run_id, "0", run_id, "", "RUNNING", started, None, tags, {}, {})
                experiments.adopt(work, run)
        told: Any = console(Role.VIEWER).json(TREES)
        assert [run["run_id"] for run in told["counting"]] == ["b2"]
        assert [run["run_id"] for run in told["apart"]] == ["a1"]
        assert "before the hypothesis was registered" in console(Role.VIEWER).page(TREES)

    def test_what_is_settled_shows_what_it_was_settled_by(
        self, console: Reader, refuted: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as, measured(0.8, 0.85, 0.9))
        page = console(Role.DATA_SCIENTIST).page(TREES)
        assert "Trees need &lt;more&gt; rows" in page
        assert "95 % interval 0.5 to 0.6" in page
        assert "/settle" not in page

    def test_an_unknown_one_is_not_found(self, console: Reader) -> None:
        assert console(Role.VIEWER).get("/hypotheses/churn/nothing").status_code == 404


class TestRegister:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.RISK_OFFICER])
    def test_who_may_not_sees_no_form(self, console: Reader, case: str, role: Role) -> None:
        reader = console(role)
        assert reader.get("/cases/churn/hypotheses/new").status_code == 403
        assert reader.post("/cases/churn/hypotheses", FILLED).status_code == 403

    def test_what_was_filled_in_is_registered(
        self, console: Reader, case: str, work_as: WorkAs
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        assert "Register hypothesis" in reader.page("/cases/churn/hypotheses/new")
        answer = reader.post("/cases/churn/hypotheses", FILLED)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/hypotheses/churn/ensembles?done=")
        with work_as(Role.VIEWER, write=False) as work:
            made = tables.get(work, "churn", "ensembles")
        assert made.registered_by == reader.actor
        assert made.text.criteria == (
            Condition(
                "fairness.selection_rate_ratio",
                {"group": "race", "threshold": 0.5},
                at_least=0.9,
                level=0.95,
            ),
        )
        assert (made.text.design.folds, made.text.prior) == (5, 0.3)
        page = reader.page("/hypotheses/churn/ensembles")
        assert "Two models &lt;together&gt; beat one" in page

    def test_one_more_criterion_keeps_what_was_filled_in(
        self, console: Reader, case: str, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post("/cases/churn/hypotheses", FILLED | {"more": "yes"})
        assert answer.status_code == 200
        assert 'name="criteria.1.check"' in answer.text
        assert 'value="group = race, threshold = 0.5"' in answer.text
        assert "Two models &lt;together&gt; beat one" in answer.text
        assert written()["head"] == before["head"]

    def test_a_criterion_left_empty_is_left_out(
        self, console: Reader, case: str, work_as: WorkAs
    ) -> None:
        second = {"criteria.1.check": "", "criteria.1.at_least": " "}
        third = {"criteria.2.check": "performance.roc_auc", "criteria.2.at_least": "0.7"}
        console(Role.DATA_SCIENTIST).post("/cases/churn/hypotheses", FILLED | second | third)
        with work_as(Role.VIEWER, write=False) as work:
            made = tables.get(work, "churn", "ensembles")
        assert [one.check for one in made.text.criteria] == [
            "fairness.selection_rate_ratio",
            "performance.roc_auc",
        ]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"slug": "Two Words"}, "slug"),
            ({"statement": ""}, "statement"),
            ({"time_box": "tomorrow"}, "time_box"),
            ({"time_box": "2020-01-01"}, "time_box"),
            ({"prior": "1"}, "prior"),
            ({"prior": "nan"}, "prior"),
            ({"design.folds": "many"}, "design.folds"),
            ({"design.folds": "1"}, "design.folds"),
            ({"design.seed": "9" * 12}, "design.seed"),
            ({"criteria.0.check": ""}, "criteria.0.check"),
            ({"criteria.0.check": "fairness.luck"}, "criteria.0.check"),
            ({"criteria.0.with": "race"}, "criteria.0.with"),
            ({"criteria.0.with": ""}, "criteria.0.with"),
            ({"criteria.0.with": "group = race, colour = red"}, "criteria.0.with"),
            ({"criteria.0.at_least": ""}, "criteria.0.at_least"),
            ({"criteria.0.at_least": "high"}, "criteria.0.at_least"),
            ({"criteria.0.at_most": "0.1"}, "criteria.0.at_least"),
            ({"criteria.0.level": "95"}, "criteria.0.level"),
            ({"dataset": "loans"}, "dataset"),
            ({"dataset": "case:churn"}, "dataset"),
        ],
    )
    def test_what_cannot_be_comes_back_as_it_was_filled_in(
        self,
        console: Reader,
        case: str,
        written: Written,
        change: dict[str, str],
        field: str,
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post("/cases/churn/hypotheses", FILLED | change)
        assert answer.status_code in {404, 422}
        assert f'<span class="mono">{field}</span>' in answer.text
        assert 'value="one model"' in answer.text
        marked = answer.text.partition(f'name="{field}"')[2].partition(">")[0]
        assert 'aria-invalid="true"' in marked
        assert written() == before

    def test_a_taken_name_is_a_conflict(
        self, console: Reader, hypothesis: Hypothesis, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post("/cases/churn/hypotheses", FILLED | {"slug": "trees"})
        assert answer.status_code == 409
        assert 'value="trees"' in answer.text
        assert written() == before

    def test_an_unknown_use_case_is_not_found(self, console: Reader) -> None:
        reader = console(Role.DATA_SCIENTIST)
        assert reader.get("/cases/nothing/hypotheses/new").status_code == 404
        assert reader.post("/cases/nothing/hypotheses", FILLED).status_code == 404

    def test_a_form_of_another_site_is_refused(
        self, console: Reader, case: str, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.http.post("/cases/churn/hypotheses", data=FILLED)
        assert answer.status_code == 403
        assert written() == before


class TestSettle:
    def test_who_may_not_sees_no_button_and_is_refused(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as, measured(0.8, 0.85, 0.9))
        reader = console(Role.VIEWER)
        assert "/settle" not in reader.page(TREES)
        assert reader.post(f"{TREES}/settle", {"learned": "x"}).status_code == 403
        with work_as(Role.VIEWER, write=False) as work:
            assert tables.get(work, "churn", "trees").state is State.OPEN

    def test_it_follows_from_the_criteria(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs
    ) -> None:
        record(work_as, measured(0.8, 0.85, 0.9))
        reader = console(Role.DATA_SCIENTIST)
        assert "Settle as supported" in reader.page(TREES)
        answer = reader.post(f"{TREES}/settle", {"learned": "Trees it is"})
        assert answer.status_code == 303
        assert "supported" in answer.headers["location"]
        page = reader.page(TREES)
        assert "Trees it is" in page
        assert "Supported by the criteria that were fixed before any run counted." in page

    def test_without_a_lesson_it_stays_open(
        self, console: Reader, hypothesis: Hypothesis, work_as: WorkAs, written: Written
    ) -> None:
        record(work_as, measured(0.8, 0.85, 0.9))
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post(f"{TREES}/settle", {"learned": " "})
        assert answer.status_code == 422
        assert '<span class="mono">learned</span>' in answer.text
        assert written() == before

    def test_without_evidence_it_says_what_is_missing_and_keeps_the_lesson(
        self, console: Reader, hypothesis: Hypothesis, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        answer = reader.post(f"{TREES}/settle", {"learned": "A long lesson"})
        assert answer.status_code == 409
        assert "There is nothing yet to settle it by" in answer.text
        assert "A long lesson" in answer.text
        assert written() == before

    def test_what_is_settled_stays_so(
        self, console: Reader, refuted: Hypothesis, written: Written
    ) -> None:
        reader = console(Role.DATA_SCIENTIST)
        before = written()
        assert reader.post(f"{TREES}/settle", {"learned": "Again"}).status_code == 409
        assert written() == before

    def test_a_role_on_its_use_case_is_enough(
        self, console: Reader, hypothesis: Hypothesis
    ) -> None:
        reader = console(Role.DATA_SCIENTIST, on=Subject.parse("case:churn"))
        assert "/abandon" in reader.page(TREES)
        answer = reader.post(f"{TREES}/abandon", {"reason": "Enough"})
        assert answer.status_code == 303


class TestAbandon:
    def test_it_keeps_the_reason(self, console: Reader, hypothesis: Hypothesis) -> None:
        reader = console(Role.PRODUCT_MANAGER)
        answer = reader.post(f"{TREES}/abandon", {"reason": "The <vendor> left"})
        assert answer.status_code == 303
        page = reader.page(TREES)
        assert "Abandoned: The &lt;vendor&gt; left" in page
        assert "/abandon" not in page

    def test_without_a_reason_it_stays_open(
        self, console: Reader, hypothesis: Hypothesis, written: Written
    ) -> None:
        reader = console(Role.PRODUCT_MANAGER)
        before = written()
        answer = reader.post(f"{TREES}/abandon", {"reason": ""})
        assert answer.status_code == 422
        assert '<span class="mono">reason</span>' in answer.text
        assert written() == before
