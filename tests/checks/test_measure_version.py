"""Measuring a model under test: each kind of check by name, in every way it is measured in."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.about import BY_OTHER_MEANS, about_dataset, about_version
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.probing import Rival
from gonogo.checks.measure_version import OF_VERSION, measure_version
from gonogo.checks.under_test import Model, Stored, UnderTest
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
from gonogo.core.tasks import Task, TaskKind
from gonogo.stats.estimate import Estimate

RNG = np.random.default_rng(4)
ROWS = pd.DataFrame(
    {
        "income": RNG.normal(0, 1, 300),
        "sex": RNG.choice(["f", "m"], 300),
        "race": RNG.choice(["a", "b"], 300),
    }
)
ROWS["label"] = (ROWS["income"] + RNG.normal(0, 1, 300) > 0).astype(int)
CHAMPION = "model:m@1"
PAYOFFS = {
    "true_positive": 10.0,
    "false_positive": -20.0,
    "false_negative": 0.0,
    "true_negative": 0.0,
}


def ask(rows: pd.DataFrame) -> Any:
    return 1 / (1 + np.exp(-rows["income"].to_numpy()))


def under(**more: Any) -> UnderTest:
    given: dict[str, Any] = {
        "load": lambda: Model(ask, ("income",)),
        "rows": ROWS,
        "label": "label",
        "groups": ("sex", "race"),
        "rivals": (Rival(CHAMPION, lambda rows: 1 - ask(rows), 0.5),),
        "worth": PAYOFFS,
    }
    return UnderTest(**{**given, **more})


def told(found: list[Finding]) -> list[tuple[str, object]]:
    return [(one.check, one.parameters.get("versus", one.parameters.get("group"))) for one in found]


class TestByName:
    def test_a_comparison_is_made_with_the_champion_too(self) -> None:
        found = measure_version(under(), [Asked("performance.roc_auc")])
        assert told(found) == [("performance.roc_auc", None), ("performance.roc_auc", CHAMPION)]
        assert isinstance(found[1].measured, Estimate)
        assert found[1].measured.value > 0

    def test_fairness_of_every_group_and_both_at_once(self) -> None:
        found = measure_version(under(), [Asked("fairness.selection_rate_ratio")])
        assert [group for _, group in told(found)] == ["sex", "race", "sex&race"]

    def test_with_parameters_it_is_measured_as_asked(self) -> None:
        asked = Asked("fairness.selection_rate_ratio", {"group": "race"})
        assert told(measure_version(under(), [asked])) == [(asked.check, "race")]

    def test_the_payoffs_are_those_of_the_use_case(self) -> None:
        found = measure_version(under(rivals=()), [Asked("value.benefit_per_decision")])
        assert found[0].parameters["false_positive"] == -20

    def test_payoffs_that_are_asked_go_before(self) -> None:
        asked = Asked("value.benefit_per_decision", {"false_positive": -5.0})
        (found,) = measure_version(under(), [asked])
        assert (found.parameters["false_positive"], found.parameters["true_positive"]) == (-5, 10)

    def test_payoffs_that_nobody_said_are_asked_for(self) -> None:
        with pytest.raises(Invalid, match="true_positive"):
            measure_version(under(worth=None), [Asked("value.benefit_per_decision")])

    def test_numbers_of_which_no_task_is_declared(self) -> None:
        (found,) = measure_version(under(rivals=()), [Asked("performance.mae")])
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == pytest.approx(np.abs(ROWS["label"] - ask(ROWS)).mean())

    def test_a_ranking_by_the_column_that_its_task_names(self) -> None:
        task = Task(TaskKind.RANKING, query="query")
        one = under(rows=ROWS.assign(query=np.arange(300) // 10), task=task)
        found = measure_version(one, [Asked("performance.ndcg")])
        assert told(found) == [("performance.ndcg", None), ("performance.ndcg", CHAMPION)]

    def test_level_and_seed_reach_whoever_takes_them(self) -> None:
        asked = [Asked("operations.latency_p50_ms"), Asked("robustness.noise")]
        latency, noise = measure_version(under(), asked, level=0.8, seed=11)
        assert latency.parameters["level"] == 0.8
        assert (noise.parameters["level"], noise.parameters["seed"]) == (0.8, 11)


class TestUsual:
    def test_files_are_read_of_a_stored_model_only(self, tmp_path: Path) -> None:
        in_notebook = measure_version(under())
        stored = measure_version(under(stored=Stored(lambda: tmp_path, {})))
        more = [one.check for one in stored][len(in_notebook) :]
        assert more == ["operations.latency_p99_ms", "engineering.model_card_completeness"]

    def test_a_regression_is_measured_by_its_errors(self) -> None:
        found = measure_version(under(rivals=(), task=Task(TaskKind.REGRESSION)))
        assert {"performance.mae", "performance.r2"} <= {one.check for one in found}


class TestMissing:
    def test_files_that_are_not_there(self) -> None:
        with pytest.raises(Invalid, match="a stored model"):
            measure_version(under(), [Asked("security.unsafe_model_files")])

    def test_a_model_that_does_not_load_has_files_all_the_same(self, tmp_path: Path) -> None:
        def broken() -> Model:
            raise Invalid(field="model", expected="a model")

        asked = [Asked("security.unsafe_model_files")]
        one = under(load=broken, stored=Stored(lambda: tmp_path, {}))
        assert measure_version(one, asked)[0].check == asked[0].check

    def test_a_label(self) -> None:
        with pytest.raises(Invalid, match="label"):
            measure_version(under(label=None), [Asked("performance.roc_auc")])

    def test_seals_are_compared_where_the_files_are_kept(self, tmp_path: Path) -> None:
        one = under(stored=Stored(lambda: tmp_path, {}))
        with pytest.raises(Invalid, match="by the server"):
            measure_version(one, [Asked("security.stored_model_integrity")])

    def test_a_check_about_something_else(self) -> None:
        with pytest.raises(Invalid, match="one about a model"):
            measure_version(under(), [Asked("data.missing_share")])


class TestAbout:
    def test_every_check_is_about_something_that_can_be_measured(self) -> None:
        elsewhere = set(CATALOGUE) - set(about_version()) - set(about_dataset())
        assert elsewhere == set(BY_OTHER_MEANS)

    def test_what_can_be_measured_is_in_the_catalogue(self) -> None:
        assert set(about_version()) == OF_VERSION
