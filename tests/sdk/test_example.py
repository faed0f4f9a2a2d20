"""The ten lines of the README, against a real server and in this process, with MLflow's client."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

import gonogo
from gonogo.checks.findings.finding import Asked
from gonogo.checks.inputs.forecasted import Classed, Forecast, Forecasted
from gonogo.core.verdicts import Verdict
from gonogo.sdk.models import VersionRef
from gonogo.sdk.reviews import Review
from gonogo.stats.estimate import Estimate
from tests.fixtures.loans import fit, prepared
from tests.fixtures.servers import Server

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(params=["server", "in-process"])
def connected(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[None]:
    """The environment of a notebook: a server's address and token, or nothing but a folder."""
    if request.param == "server":
        server: Server = request.getfixturevalue("server")
        monkeypatch.setenv("GONOGO_URL", server.url)
        monkeypatch.setenv("GONOGO_TOKEN", request.getfixturevalue("server_token"))
    empty = tmp_path / "notebook"
    empty.mkdir()
    monkeypatch.chdir(empty)
    yield
    assert list(empty.iterdir()) == [], "something was left in the working folder"


def example(train: pd.DataFrame, test: pd.DataFrame) -> tuple[VersionRef, Review]:
    """The example, line by line."""
    client = gonogo.connect()
    case = client.case("mortgage-approval")
    hypothesis = case.hypothesis("trees-beat-scorecard")
    with hypothesis.run() as run:
        model = fit(train)
        run.evaluate(model, test, label="approve", groups=["race", "sex"])
    version = run.register(model, "mortgage-approver", data=train)
    review = version.review("validation")
    return version, review


@pytest.mark.usefixtures("connected")
def test_runs_as_written() -> None:
    with gonogo.connect() as client:
        train, test = prepared(client)
        version, review = example(train.frame(), test.frame())
        assert review.verdict is Verdict.NO_DATA
        told = client.version(version.model, version.number).read()
        assert (told.format, told.data, told.stage) == ("skops", train.subject, "sandbox")
        run = client.runs.read(str(told.run))
        assert (run.counts, run.status) == (True, "FINISHED")
        measured = {one.check for one in client.evidence_of(version.subject)}
        assert {"performance.roc_auc", "fairness.selection_rate_ratio"} <= measured
        on_the_run = client.evidence_of(f"run:{told.run}")
        assert {one.data for one in on_the_run} == {test.subject}
        html = review._repr_html_()
        assert "ROC AUC" in html
        assert "NO DATA" in html


@pytest.mark.usefixtures("connected")
def test_forecasts_are_measured_in_their_order() -> None:
    with gonogo.connect() as client:
        prepared(client)
        rows = Forecasted([3, -0.5, 2, 7, 2], Forecast([2.5, 0, 2, 8, 1.25]), history=[5, 0.5, 4])
        with client.case("mortgage-approval").hypothesis("trees-beat-scorecard").run() as run:
            found = run.evaluate_forecasts(rows)
        kept = {one.check for one in client.evidence_of(run.subject)}
        assert kept == {one.check for one in found}
        assert "performance.mase" in kept


@pytest.mark.usefixtures("connected")
def test_several_classes_are_measured_by_their_scores() -> None:
    with gonogo.connect() as client:
        prepared(client)
        rows = Classed(["a", "b"], [[0.7, 0.2, 0.1], [0.5, 0.1, 0.4]], ["a", "b", "c"])
        asked = [Asked("performance.top_k_accuracy", {"k": 1})]
        with client.case("mortgage-approval").hypothesis("trees-beat-scorecard").run() as run:
            (found,) = run.evaluate_classes(rows, checks=asked)
        (kept,) = client.evidence_of(run.subject)
        assert (kept.check, kept.with_["k"]) == (found.check, 1)
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0.5


@pytest.mark.usefixtures("connected")
def test_a_model_is_trained_again_where_its_estimator_is_handed_in() -> None:
    checks: list[str | Asked] = [
        "privacy.membership_advantage",
        Asked("privacy.membership_likelihood_ratio", {"shadows": 4}),
        Asked("robustness.stability", {"models": 3}),
        Asked("fairness.mitigation_cost", {"group": "race"}),
    ]
    with gonogo.connect() as client:
        train, test = prepared(client)
        model = fit(train.frame())
        with client.case("mortgage-approval").hypothesis("trees-beat-scorecard").run() as run:
            found = run.evaluate(
                model, test, label="approve", checks=checks, trained_on=train, estimator=model
            )
        assert all(isinstance(one.measured, Estimate) for one in found)
        kept = client.evidence_of(run.subject)
        assert {one.check for one in kept} == {one.check for one in found}


@pytest.mark.parametrize("connected", ["in-process"], indirect=True)
@pytest.mark.usefixtures("connected")
def test_a_forecast_is_measured_alike_in_the_notebook_and_by_the_server() -> None:
    """What it is for is said once, where it is measured, and kept with the version."""
    rows = pd.DataFrame({"month": range(60), "season": [at % 12 for at in range(60)]})
    rows["sold"] = 50.0 + 3 * rows["season"] + np.random.default_rng(2).normal(0, 4, 60)
    about = {"licence": "CC0-1.0", "sensitivity": "public", "owner_role": "data-scientist"}
    with gonogo.connect() as client:
        prepared(client)
        before, after = (
            client.register_dataset(f"sales-{name}", part, label="sold", **about)
            for name, part in (("before", rows[:48]), ("after", rows[48:]))
        )
        train = before.frame()
        model = LinearRegression()
        model.fit(train[["season"]], train["sold"])
        with client.case("mortgage-approval").hypothesis("trees-beat-scorecard").run() as run:
            found = run.evaluate(
                model,
                after,
                label="sold",
                task={"kind": "forecast", "time": "month"},
                trained_on=before,
            )
            version = run.register(model, "sales", data=before, evaluation=after)
        assert version.read().task == {"kind": "forecast", "time": "month"}
        version.reproduce(checks=[Asked("performance.mase")])
        (server,) = (one for one in version.evidence() if one.reproduced)
        mine = next(one.measured for one in found if one.check == "performance.mase")
        assert isinstance(mine, Estimate)
        assert server.measured["value"] == pytest.approx(mine.value)
        assert 0 < mine.value < 1
