"""Choosing between versions on the command line."""

from pathlib import Path

import pytest

from gonogo.checks.findings.finding import Finding
from gonogo.sdk.client import Client
from gonogo.stats.estimate import Estimate
from tests.fixtures.loans import Approver, registered
from tests.interfaces.cli.conftest import Gonogo

NAMES = ("careful@1", "hasty@1")
JUDGEMENTS = "- {more: performance, less: latency, times: 4}\n"


@pytest.fixture(scope="module")
def candidates(remote: Client, quiet_mlflow: None) -> tuple[Approver, ...]:
    """Two models of one use case: one right more often, the other quicker."""
    made = tuple(registered(remote, name.partition("@")[0]) for name in NAMES)
    for approver, auc, latency in zip(made, (0.80, 0.70), (9.0, 3.0), strict=True):
        found = [
            Finding(check, {}, Estimate(value, value - 0.01, value + 0.01, 0.95, 300, unit, "m"))
            for check, value, unit in (
                ("performance.roc_auc", auc, "auc"),
                ("operations.latency_p99_ms", latency, "ms"),
            )
        ]
        approver.version.record(found, data=approver.test.subject)
    return made


class TestCompare:
    def test_shows_criteria_ranking_and_what_would_change_it(
        self, gonogo: Gonogo, candidates: tuple[Approver, ...]
    ) -> None:
        ran = gonogo(
            "model", "compare", *NAMES, "--weights", "performance=0.9,latency=0.1", "--all"
        )
        assert ran.code == 0
        assert "On performance and latency careful@1 comes first" in ran.out
        assert "0.8 [0.79, 0.81] ▲" in ran.out
        assert "9 [8.99, 9.01] ▼" in ran.out
        assert "Weights with which careful@1 stays first" in ran.out
        assert "Everything that was measured" in ran.out

    def test_the_same_as_json(self, gonogo: Gonogo, candidates: tuple[Approver, ...]) -> None:
        told = gonogo("model", "compare", *NAMES, "--weights", "latency=1", "--json").json
        assert told["ranking"]["places"][0]["subject"] == "model:hasty@1"
        assert told["criteria"][0]["row"]["cells"][0]["measured"]["value"] == 9.0

    def test_what_is_not_measured_is_said(
        self, gonogo: Gonogo, candidates: tuple[Approver, ...]
    ) -> None:
        out = gonogo("model", "compare", *NAMES).out
        assert "Not counted, for want of comparable data: fairness" in out
        assert "fairness does not count: careful@1: no data; hasty@1: no data" in out

    def test_weights_from_judgements_in_a_file(
        self, gonogo: Gonogo, candidates: tuple[Approver, ...], tmp_path: Path
    ) -> None:
        file = tmp_path / "judgements.yaml"
        file.write_text(JUDGEMENTS)
        told = gonogo("model", "compare", *NAMES, "--judgements", str(file), "--json").json
        assert [one["weight"] for one in told["criteria"]] == pytest.approx([0.8, 0.2])
        assert told["ranking"]["consistency"] == 0

    @pytest.mark.parametrize("text", ["a: b", "- {more: cost}", "- 3"])
    def test_a_file_without_judgements_is_wrong_input(
        self, gonogo: Gonogo, tmp_path: Path, text: str
    ) -> None:
        file = tmp_path / "judgements.yaml"
        file.write_text(text)
        assert gonogo("model", "compare", *NAMES, "--judgements", str(file)).code == 2

    @pytest.mark.parametrize("weights", ["performance", "=1", "performance=much"])
    def test_weights_that_are_none_are_wrong_input(self, gonogo: Gonogo, weights: str) -> None:
        assert gonogo("model", "compare", *NAMES, "--weights", weights).code == 2

    def test_one_alone_is_wrong_input_and_an_unknown_one_is_not_found(
        self, gonogo: Gonogo, candidates: tuple[Approver, ...]
    ) -> None:
        assert gonogo("model", "compare", NAMES[0]).code == 2
        assert gonogo("model", "compare", NAMES[0], "nobodys@1").code == 5
