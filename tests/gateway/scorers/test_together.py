"""Ensembles in the gateway: one row's score is that of a table, and says what it is made of."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from gonogo.checks.predictors.load import load_predictor
from gonogo.core.errors import Broken
from gonogo.core.snapshot import Conformal, Kind, Member, Probe, Served
from gonogo.gateway.scorers.load import load
from gonogo.gateway.scorers.table_rows import frame_of
from tests.fixtures.ensembles import ensemble, reading_scores, signed
from tests.fixtures.gateways import BAD, GOOD, Desk, Models, arm, route, served


@pytest.fixture
def weighted(versions: Models, tmp_path: Path) -> Served:
    """Three parts of one, one part of another."""
    pair = (versions.lightgbm(), 3.0), (versions.lightgbm("2", seed=2), 1.0)
    folder = ensemble(tmp_path, *pair, name="weighted")
    some = versions.lightgbm().background
    return served(
        folder,
        "both",
        "e1",
        background=some,
        probe=Probe(some, tuple(plain(folder, list(row.values())) for row in some)),
        members=(Member("trees@1", 0.75), Member("trees@2", 0.25)),
        words={"income": {"low": "little income"}, "debt": {"high": "high debts"}},
    )


def plain(folder: Path, row: Any) -> float:
    predictor = load_predictor(folder)
    return float(predictor.predict_score(frame_of(predictor, [row]))[0])


ROWS = [[900.0, 20.0, 30], [20.0, 900.0, 1], [480.0, 510.0, 12], [0.0, 0.0, 0]]


class TestLoad:
    @pytest.mark.parametrize("row", ROWS)
    def test_a_row_has_the_score_of_numpy(
        self, weighted: Served, versions: Models, row: Any
    ) -> None:
        one, two = (load(versions.lightgbm(str(n), seed=n), Path).scorer.one(row) for n in (1, 2))
        found = load(weighted, Path)
        assert found.scorer.one(row) == pytest.approx(np.average([one, two], weights=[3, 1]))
        assert found.scorer.bounded

    @pytest.mark.parametrize("row", ROWS)
    def test_a_stack_reads_their_scores(self, versions: Models, tmp_path: Path, row: Any) -> None:
        pair = (versions.lightgbm(), 1.0), (versions.lightgbm("2", seed=2), 1.0)
        folder = ensemble(tmp_path, *pair, stack=reading_scores(versions))
        found = load(served(folder, "both", "e1"), Path).scorer
        said = [load(one, Path).scorer.one(row) for one, _ in pair]
        assert found.one(row) == pytest.approx(said[0] + 2 * said[1] ** 2, rel=1e-5)
        assert found.one(row) == pytest.approx(plain(folder, row), rel=1e-6)

    def test_a_member_that_may_hang_is_not_trusted_to_end(
        self, versions: Models, tmp_path: Path
    ) -> None:
        pair = (versions.lightgbm(), 1.0), (signed(versions.skops(), tmp_path), 1.0)
        found = load(served(ensemble(tmp_path, *pair), "both", "e1"), Path).scorer
        assert not found.bounded

    def test_it_answers_its_probe_or_is_not_served(self, weighted: Served) -> None:
        probe = weighted.probe
        assert probe is not None
        scores = tuple(score + 0.01 for score in probe.scores)
        wrong = replace(weighted, probe=replace(probe, scores=scores))
        with pytest.raises(Broken):
            load(wrong, Path)

    def test_files_of_a_member_that_changed_are_not_served(
        self, weighted: Served, tmp_path: Path
    ) -> None:
        text = Path(weighted.folder, "members", "1", "model.txt")
        text.write_bytes(text.read_bytes() + b"\n")
        with pytest.raises(Broken):
            load(weighted, Path)


class TestDecide:
    def test_it_answers_with_reasons_set_and_coverage(self, desk: Desk, weighted: Served) -> None:
        """As a version of its own: whose score it is, why, and how sure it is."""
        model = replace(
            weighted,
            calibration=((0.0, 0.05), (1.0, 0.95)),
            conformal=Conformal(0.9, 0.5, 200),
        )
        desk.publish(routes=[route(arm("champion", model, kind=Kind.ENSEMBLE))], models=[model])
        said = desk.decide(BAD, explain=True).said
        assert (said["kind"], said["model"], said["outcome"]) == ("ensemble", "both@e1", "decline")
        assert said["score"] == pytest.approx(plain(Path(model.folder), list(BAD.values())))
        assert {"little income", "high debts"} & set(said["reasons"])
        assert said["probability"] == pytest.approx(0.05 + 0.9 * said["score"])
        assert (said["set"], said["coverage"]) == (["decline"], 0.9)
        assert desk.decide(GOOD).said["set"] == ["approve"]
        assert [one.kind for one in desk.decisions()] == ["ensemble", "ensemble"]

    def test_an_interval_is_about_the_score_even_where_that_is_a_share(
        self, desk: Desk, weighted: Served
    ) -> None:
        model = replace(weighted, conformal=Conformal(0.8, 0.125, 200, interval=True))
        desk.publish(routes=[route(arm("champion", model))], models=[model])
        said = desk.decide(GOOD).said
        assert said["interval"] == [said["score"] - 0.125, said["score"] + 0.125]
        assert said["coverage"] == 0.8
        assert "set" not in said
        assert "probability" not in said
