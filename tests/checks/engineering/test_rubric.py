"""The ML Test Score against the rules of its paper."""

import json

import pytest

from gonogo.checks.engineering.rubric import (
    BY_ID,
    NOTHING,
    POINTS,
    Answer,
    How,
    Section,
    answer_of,
    better,
    meaning,
    ml_test_score,
    shows,
    stated_point,
)
from gonogo.core.areas import area_of
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate

AUTOMATED, MANUAL = Answer(How.AUTOMATED, "a job"), Answer(How.MANUAL, "by hand")


def score_of(answers: dict[str, Answer]) -> float:
    found = ml_test_score(answers, {}).measured
    assert isinstance(found, Estimate)
    assert found.exact
    return found.value


class TestScore:
    def test_there_are_seven_tests_in_each_of_four_sections(self) -> None:
        """Tables I to IV of the paper."""
        assert len(BY_ID) == len(POINTS) == 28
        for section in Section:
            assert sum(point.section is section for point in POINTS) == 7

    def test_half_a_point_by_hand_and_one_if_automated(self) -> None:
        """Section VI of the paper: the score is the minimum of the four sums."""
        assert score_of({}) == 0
        assert score_of({point.id: MANUAL for point in POINTS}) == 3.5
        assert score_of({point.id: AUTOMATED for point in POINTS}) == 7

    def test_the_weakest_section_counts(self) -> None:
        strong = {p.id: AUTOMATED for p in POINTS if p.section is not Section.MONITORING}
        assert score_of(strong) == 0
        assert score_of({**strong, "monitor-1": MANUAL, "monitor-4": AUTOMATED}) == 1.5

    def test_each_point_is_told_with_what_shows_it(self) -> None:
        found = ml_test_score({"data-1": Answer(How.AUTOMATED, "a job", ("0" * 64,))}, {})
        told = json.loads(json.dumps(dict(found.detail)))
        assert told["sections"] == {
            "data": 1,
            "model": 0,
            "infrastructure": 0,
            "monitoring": 0,
        }
        assert told["points"][0] == {
            "id": "data-1",
            "score": 1,
            "how": "automated",
            "stated": False,
            "says": "a job",
            "evidence": ["0" * 64],
        }
        assert told["points"][1]["says"] == NOTHING.says

    def test_a_point_that_is_none_is_refused(self) -> None:
        with pytest.raises(Invalid, match="data-8"):
            ml_test_score({"data-8": MANUAL}, {})

    @pytest.mark.parametrize(
        ("score", "says"),
        [
            (0, "research"),
            (0.5, "serious holes"),
            (1, "serious holes"),
            (1.5, "first pass"),
            (2, "first pass"),
            (3, "reasonably"),
            (3.5, "strongly"),
            (5, "strongly"),
            (5.5, "exceptionally"),
            (7, "exceptionally"),
        ],
    )
    def test_what_a_score_means(self, score: float, says: str) -> None:
        """The paper's table of interpretations: 0, (0, 1], (1, 2], (2, 3], (3, 5], above 5."""
        assert says in meaning(score)


class TestStated:
    def test_is_worth_what_the_rubric_gives(self) -> None:
        for how, worth in (("none", 0), ("manual", 0.5), ("automated", 1)):
            found = stated_point("infra-7", how, "run book")
            assert isinstance(found.measured, Estimate)
            assert found.measured.value == worth
            assert found.parameters == {"point": "infra-7"}

    @pytest.mark.parametrize(
        ("point", "how", "reference", "field"),
        [
            ("infra-8", "manual", "x", "point"),
            ("infra-7", "often", "x", "how"),
            ("infra-7", "manual", " ", "reference"),
            ("infra-7", "manual", "x" * 1001, "reference"),
        ],
    )
    def test_what_nobody_could_look_at_is_refused(
        self, point: str, how: str, reference: str, field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            stated_point(point, how, reference)
        assert refused.value.field == field

    def test_that_it_is_not_done_needs_no_reference(self) -> None:
        assert stated_point("infra-7", "none", "").detail["how"] == "none"


class TestAnswers:
    def test_once_is_by_hand_and_asked_of_every_version_is_automated(self) -> None:
        assert answer_of([], repeated=True) is NOTHING
        assert answer_of(["a"], repeated=False).how is How.MANUAL
        assert answer_of(["a"], repeated=True).how is How.AUTOMATED

    def test_the_better_answer_counts_and_a_measured_one_before_a_stated(self) -> None:
        stated = Answer(How.AUTOMATED, "stated", stated=True)
        assert better(MANUAL, stated) is stated
        assert better(stated, AUTOMATED) is AUTOMATED

    def test_points_name_checks_of_an_area(self) -> None:
        """An area's name ends in a dot, and then every check of it shows the point."""
        for point in POINTS:
            for name in point.checks:
                assert area_of(name + "x") if name[-1] == "." else name in CATALOGUE
        assert shows(BY_ID["infra-4"], "performance.roc_auc")
        assert not shows(BY_ID["infra-4"], "operations.latency_p99_ms")
        assert not shows(BY_ID["model-6"], "performance.worst_slice_other")
