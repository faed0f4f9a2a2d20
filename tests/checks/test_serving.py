"""What serving a stored model takes, by a real one: a LightGBM text file in a folder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.serving import OPERATIONS, STATED, serving_findings
from gonogo.core.catalogue import CATALOGUE
from gonogo.stats.estimate import Estimate

ROWS = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0)[::-1]})


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import lightgbm

    folder = tmp_path_factory.mktemp("model")
    data = lightgbm.Dataset(ROWS, label=np.arange(40) % 2)
    quiet = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1}
    lightgbm.train(quiet, data, num_boost_round=2).save_model(folder / "model.txt")
    return folder


class TestServing:
    @pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - STATED))
    def test_each_is_measured_by_its_name(self, model: Path, name: str) -> None:
        found = serving_findings(load_predictor(model), model, ROWS, [name], level=0.9)
        assert [one.check for one in found] == [name]
        measured = found[0].measured
        assert isinstance(measured, Estimate)
        assert measured.value > 0
        assert measured.unit == CATALOGUE[name].unit
        assert measured.level == (1.0 if CATALOGUE[name].exact else 0.9)

    def test_the_latency_where_nothing_is_named(self, model: Path) -> None:
        found = serving_findings(load_predictor(model), model, ROWS, [], level=0.95)
        assert [one.check for one in found] == ["operations.latency_p99_ms"]

    def test_what_needs_a_price_or_a_power_is_left_out(self, model: Path) -> None:
        named = [*STATED, "performance.roc_auc"]
        assert serving_findings(load_predictor(model), model, ROWS, named, level=0.95) == []

    def test_the_size_is_that_of_its_files(self, model: Path) -> None:
        named = ["operations.model_size_bytes"]
        measured = serving_findings(load_predictor(model), model, ROWS, named, 0.95)[0].measured
        assert isinstance(measured, Estimate)
        assert measured.value == (model / "model.txt").stat().st_size
