"""`gonogo.tune` against a server: trials as runs, honest evidence, going on after kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import gonogo
from gonogo.core.errors import Conflict, Invalid
from gonogo.sdk import tracked
from gonogo.sdk.client import Client
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.tuning.tune import Tuned
from gonogo.stats.estimate import Estimate
from tests.fixtures.loans import FEATURES, prepared
from tests.fixtures.servers import Server

pytestmark = pytest.mark.filterwarnings("ignore")

SPACE = {"C": (1e-3, 10.0, "log")}


@pytest.fixture(scope="module")
def hypothesis(remote: Client) -> HypothesisRef:
    """A hypothesis of a use case."""
    prepared(remote, "tuned-approval")
    found: HypothesisRef = remote.case("tuned-approval").hypothesis("trees-beat-scorecard")
    return found


@pytest.fixture
def loans(remote: Client) -> Any:
    """A registered dataset version."""
    return prepared(remote, "tuned-approval")[0]


def tuned(hypothesis: HypothesisRef, loans: Any, folder: Path, **more: Any) -> Tuned:
    asked = {
        "features": FEATURES,
        "label": "approve",
        "trials": 4,
        "folds": 3,
        "storage": folder / "tune.db",
        **more,
    }
    return gonogo.tune(hypothesis, LogisticRegression(), SPACE, loans, **asked)


def runs(remote: Client, study: str) -> Iterator[tuple[str, Any]]:
    """The runs of a study by their tag."""
    from mlflow import MlflowClient

    with tracked.pointed(remote.tracking):
        client = MlflowClient()
        experiment = tracked.experiment("tuned-approval")
        for run in client.search_runs([experiment], f"tags.`gonogo.study` = '{study}'"):
            yield run.data.tags["gonogo.trial"], run


class TestTune:
    def test_trials_are_runs_of_the_hypothesis_and_the_evidence_is_on_their_study(
        self, remote: Client, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        found = tuned(hypothesis, loans, tmp_path, study="held")
        listed = dict(runs(remote, "held"))
        assert sorted(listed) == ["0", "1", "2", "3", "study"]
        own = listed["study"].info.run_id
        assert own == found.run_id
        assert {run.data.tags.get("mlflow.parentRunId") for run in listed.values()} == {None, own}
        for trial in found.trials:
            run = listed[str(trial.number)]
            assert float(run.data.params["C"]) == trial.parameters["C"]
            assert run.data.metrics["cv.performance.roc_auc"] == pytest.approx(trial.score)
            told = remote.runs.read(run.info.run_id)
            assert (told.status, told.counts) == ("FINISHED", True)
        kept = {one.check: one for one in remote.evidence_of(f"run:{own}")}
        assert set(kept) == {"performance.roc_auc", "performance.tuning_optimism"}
        assert kept["performance.roc_auc"].data == loans.subject
        assert "held back from 4 trials" in str(kept["performance.roc_auc"].with_["design"])

    def test_the_honest_estimate_is_of_rows_the_winner_never_saw(
        self, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        found = tuned(hypothesis, loans, tmp_path, study="unseen")
        assert isinstance(found.honest, Estimate)
        assert isinstance(found.optimism, Estimate)
        assert found.honest.n == pytest.approx(0.25 * loans.told.rows, abs=1)
        assert found.optimism.value == pytest.approx(found.score - found.honest.value)
        assert found.optimism.low == pytest.approx(found.score - found.honest.high)
        assert found.score == max(one.score for one in found.trials if one.state == "complete")
        assert found.parameters["C"] == found.model.C

    def test_nested_searches_anew_in_every_outer_fold(
        self, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        asked = {"study": "nested", "honest": "nested", "outer": 3, "trials": 2}
        found = tuned(hypothesis, loans, tmp_path, **asked)
        assert isinstance(found.honest, Estimate)
        assert (found.honest.n, found.honest.resampled) == (3, True)
        told = found.findings[0]
        best = found.findings[1].detail["best_per_fold"]
        assert isinstance(best, list)
        assert isinstance(told.detail["per_fold"], list)
        assert isinstance(found.optimism, Estimate)
        assert found.optimism.value == pytest.approx(
            np.mean(np.array(best) - np.array(told.detail["per_fold"]))
        )

    def test_a_loss_is_made_small_and_its_optimism_is_positive_where_it_looked_too_small(
        self, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        found = tuned(hypothesis, loans, tmp_path, study="loss", metric="performance.log_loss")
        assert found.score == min(one.score for one in found.trials if one.state == "complete")
        assert isinstance(found.honest, Estimate)
        assert isinstance(found.optimism, Estimate)
        assert found.optimism.value == pytest.approx(found.honest.value - found.score)

    def test_a_function_that_fits_will_do(
        self, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        def fit(parameters: dict[str, Any], train: pd.DataFrame) -> LogisticRegression:
            return LogisticRegression(**parameters).fit(train[FEATURES], train["approve"])

        found = gonogo.tune(
            hypothesis,
            fit,
            SPACE,
            loans.frame(),
            features=FEATURES,
            label="approve",
            study="function",
            trials=2,
            folds=2,
            storage=tmp_path / "tune.db",
        )
        same = tuned(hypothesis, loans, tmp_path, study="estimator", trials=2, folds=2)
        assert [one.folds for one in found.trials] == [one.folds for one in same.trials]

    def test_again_does_nothing_twice_and_more_trials_go_on(
        self, remote: Client, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        first = tuned(hypothesis, loans, tmp_path, study="again", trials=2)
        position = remote.evidence_of(f"run:{first.run_id}")[0].position
        again = tuned(hypothesis, loans, tmp_path, study="again", trials=2)
        assert again.trials == first.trials
        assert again.honest == first.honest
        assert remote.evidence_of(f"run:{first.run_id}")[0].position == position
        more = tuned(hypothesis, loans, tmp_path, study="again", trials=3)
        assert list(more.trials[:2]) == list(first.trials)
        assert len(list(runs(remote, "again"))) == 4

    def test_another_question_under_the_same_name_is_a_conflict(
        self, hypothesis: HypothesisRef, loans: Any, tmp_path: Path
    ) -> None:
        tuned(hypothesis, loans, tmp_path, study="taken", trials=1)
        with pytest.raises(Conflict) as refused:
            tuned(hypothesis, loans, tmp_path, study="taken", trials=1, folds=4)
        assert refused.value.field == "folds"
        rows = loans.frame().iloc[:300]
        with pytest.raises(Conflict) as refused:
            tuned(hypothesis, rows, tmp_path, study="taken", trials=1)
        assert refused.value.field == "data"

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("metric", {"metric": "data.missing_share"}),
            ("metric", {"metric": "performance.cost_optimal_threshold"}),
            ("trials", {"trials": 0}),
            ("folds", {"folds": 1}),
            ("held_back", {"held_back": 0.9}),
            ("honest", {"honest": "trust me"}),
            ("level", {"level": 1.0}),
            ("features", {"features": ["nobody"]}),
            ("features", {"label": "nobody"}),
            ("study", {"study": "A b", "storage": None}),
        ],
    )
    def test_what_is_wrong_is_named(
        self,
        hypothesis: HypothesisRef,
        loans: Any,
        tmp_path: Path,
        field: str,
        given: dict[str, Any],
    ) -> None:
        with pytest.raises(Invalid) as refused:
            tuned(hypothesis, loans, tmp_path, **given)
        assert refused.value.field == field


CHILD = """
import sys, time
from pathlib import Path
import gonogo
from sklearn.linear_model import LogisticRegression

class Slow(LogisticRegression):
    def fit(self, *rows):
        time.sleep(0.05)
        return super().fit(*rows)

with gonogo.connect() as client:
    hypothesis = client.case("tuned-approval").hypothesis("trees-beat-scorecard")
    gonogo.tune(
        hypothesis, Slow(), {"C": (1e-3, 10.0, "log")}, client.dataset(sys.argv[1]),
        features=sys.argv[3].split(","), label="approve", study="killed", trials=6, folds=3,
        storage=sys.argv[2],
    )
"""


@pytest.mark.slow
class TestKilled:
    def test_goes_on_without_a_lost_trial_and_without_a_run_twice(
        self,
        remote: Client,
        server: Server,
        server_token: str,
        hypothesis: HypothesisRef,
        loans: Any,
        tmp_path: Path,
    ) -> None:
        """kill -9 in the midst of a trial, once and once more."""
        environment = {**os.environ, "GONOGO_URL": server.url, "GONOGO_TOKEN": server_token}
        arguments = [loans.subject, str(tmp_path / "tune.db"), ",".join(FEATURES)]
        done: dict[str, float] = {}
        for wanted in (1, 3):
            with subprocess.Popen(
                [sys.executable, "-c", CHILD, *arguments], env=environment, cwd=tmp_path
            ) as child:
                while len(_finished(remote)) < wanted and child.poll() is None:
                    time.sleep(0.05)
                assert child.poll() is None
                os.kill(child.pid, signal.SIGKILL)
            done.update(_finished(remote))
        found = tuned(hypothesis, loans, tmp_path, study="killed", trials=6)
        whole = tuned(hypothesis, loans, tmp_path, study="whole", trials=6)
        assert list(found.trials) == list(whole.trials)
        assert found.honest == whole.honest
        numbers = [trial for trial, _ in runs(remote, "killed")]
        assert sorted(numbers) == ["0", "1", "2", "3", "4", "5", "study"]
        scores = {str(one.number): one.score for one in found.trials}
        assert {trial: pytest.approx(scores[trial]) for trial in done} == done
        assert {run.info.status for _, run in runs(remote, "killed")} == {"FINISHED"}


def _finished(remote: Client) -> dict[str, float]:
    return {
        trial: run.data.metrics["cv.performance.roc_auc"]
        for trial, run in runs(remote, "killed")
        if trial != "study" and run.info.status == "FINISHED"
    }
