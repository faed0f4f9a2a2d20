"""What serving a stored model takes, by a real one: a LightGBM text file in a folder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.serving import OPERATIONS, SERVING, STATED
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.under_test import Model, Stored, UnderTest
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Invalid
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


def found(folder: Path, name: str, **asked: float) -> Finding:
    loaded = load_predictor(folder)
    under = UnderTest(
        lambda: Model(loaded.predict_score, loaded.names), ROWS, stored=Stored(lambda: folder, {})
    )
    return SERVING[name](under, dict(asked))


class TestServing:
    @pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - STATED))
    def test_each_is_measured_by_its_name(self, model: Path, name: str) -> None:
        exact = CATALOGUE[name].exact
        one = found(model, name) if exact else found(model, name, level=0.9)
        assert one.check == name
        assert isinstance(one.measured, Estimate)
        assert one.measured.value > 0
        assert one.measured.unit == CATALOGUE[name].unit
        assert one.measured.level == (1.0 if exact else 0.9)

    @pytest.mark.parametrize("name", sorted(STATED))
    def test_a_price_or_a_power_is_to_be_stated(self, model: Path, name: str) -> None:
        with pytest.raises(Invalid, match="with"):
            found(model, name)

    def test_the_size_is_that_of_its_files(self, model: Path) -> None:
        measured = found(model, "operations.model_size_bytes").measured
        assert isinstance(measured, Estimate)
        assert measured.value == (model / "model.txt").stat().st_size

    def test_every_check_of_serving_is_in_the_table(self) -> None:
        assert SERVING.keys() == OPERATIONS.keys()
