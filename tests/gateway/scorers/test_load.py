"""Models as the gateway asks them: the quick way gives the scores of the plain one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.predictor import Predictor
from gonogo.core.errors import GonogoError
from gonogo.core.snapshot import Feature, Served
from gonogo.gateway.scorers.load import load
from gonogo.gateway.scorers.table_rows import frame_of
from tests.fixtures.gateways import NAMES, Models, named, served

ROWS = st.tuples(
    st.floats(-1e6, 1e6) | st.none(), st.floats(-1e6, 1e6) | st.none(), st.integers(-60, 120)
)


def plain(model: Served, row: Any) -> float:
    return asked(load_predictor(Path(model.folder), columns=NAMES), row)


def asked(predictor: Predictor, row: Any) -> float:
    return float(predictor.predict_score(frame_of(predictor, [row]))[0])


class TestLightgbm:
    def test_one_row_has_the_score_of_a_table(self, versions: Models) -> None:
        """Also beyond all training rows and with values missing."""
        model = versions.lightgbm()
        loaded = load(model, Path)
        predictor = load_predictor(Path(model.folder), columns=NAMES)
        assert loaded.scorer.bounded

        @given(row=ROWS)
        @settings(max_examples=60, deadline=None)
        def same(row: Any) -> None:
            assert loaded.scorer.one(row) == asked(predictor, row)

        same()

    def test_text_is_given_as_its_category(self, versions: Models, tmp_path: Path) -> None:
        import lightgbm
        import pandas as pd

        drawn = np.random.default_rng(5)
        frame = pd.DataFrame(
            {
                "kind": pd.Categorical(drawn.choice(["a", "b", "c"], 300)),
                "size": drawn.uniform(0, 1, 300),
            }
        )
        label = ((frame["kind"] == "b") ^ (frame["size"] > 0.5)).astype(int)
        data = lightgbm.Dataset(frame, label)
        how = {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_per_group": 5}
        booster = lightgbm.train(how, data, 20)
        folder = tmp_path / "text"
        folder.mkdir()
        booster.save_model(folder / "model.txt")
        features = (Feature("kind", "text"), Feature("size", "number"))
        loaded = load(served(folder, "text", "1", features=features), Path)
        wanted: Any = booster.predict(frame, num_threads=1)
        found: Any = [
            loaded.scorer.one([kind, size])
            for kind, size in zip(frame["kind"], frame["size"], strict=True)
        ]
        np.testing.assert_allclose(found, wanted)
        assert len(set(found)) > 2
        assert loaded.scorer.bounded


class TestXgboost:
    def test_one_row_has_the_score_of_a_table(self, tmp_path: Path) -> None:
        drawn = np.random.default_rng(4)
        rows = drawn.uniform(0, 1000, (300, 3))
        label = (rows[:, 0] > rows[:, 1]).astype(int)
        data = xgboost.DMatrix(rows, label, feature_names=list(NAMES))
        how = {"objective": "binary:logistic", "nthread": 1}
        booster = xgboost.train(how, data, 15)
        folder = tmp_path / "boosted"
        folder.mkdir()
        booster.save_model(folder / "model.json")
        model = served(folder, "boosted", "1", background=named(rows[:5]))
        loaded = load(model, Path)
        assert loaded.scorer.bounded
        for row in (*rows[:40], (None, 5.0, 1), (-1e6, None, None)):
            assert loaded.scorer.one(list(row)) == pytest.approx(plain(model, list(row)), abs=1e-7)
        assert loaded.reasons is not None


class TestOnnx:
    def test_a_matrix(self, versions: Models) -> None:
        model = versions.onnx("sum", [helper.make_node("ReduceSum", ["x"], ["score"])])
        loaded = load(model, Path)
        assert loaded.scorer.bounded
        assert loaded.scorer.one([1.0, 2.0, 4]) == 7.0

    def test_what_may_loop_is_not_trusted_to_end(self, versions: Models) -> None:
        loaded = load(versions.hanging(), Path)
        assert not loaded.scorer.bounded
        assert loaded.scorer.one([0.5, 0.0, 0]) == pytest.approx(0.5)

    def test_an_input_for_each_column(self, tmp_path: Path) -> None:
        import onnx

        given = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, 1]) for n in NAMES]
        found = helper.make_tensor_value_info("score", TensorProto.FLOAT, None)
        nodes = [
            helper.make_node("Sub", ["income", "debt"], ["left"]),
            helper.make_node("Add", ["left", "years"], ["score"]),
        ]
        graph = helper.make_graph(nodes, "graph", given, [found])
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        folder = tmp_path / "columns"
        folder.mkdir()
        onnx.save(made, folder / "model.onnx")
        assert load(served(folder, "columns", "1"), Path).scorer.one([9.0, 2.0, 1]) == 8.0


class TestSkops:
    def test_it_is_asked_as_a_table(self, versions: Models) -> None:
        model = versions.skops()
        loaded = load(model, Path)
        assert not loaded.scorer.bounded
        row = [100.0, 20.0, 3]
        assert loaded.scorer.one(row) == plain(model, row)


class TestRefusal:
    def test_columns_the_schema_does_not_have_are_refused(self, versions: Models) -> None:
        model = versions.lightgbm(features=versions.lightgbm().features[:2])
        with pytest.raises(GonogoError):
            load(model, Path)

    def test_no_files_are_no_model(self, versions: Models, tmp_path: Path) -> None:
        with pytest.raises(GonogoError):
            load(versions.lightgbm(), lambda _: tmp_path / "nowhere")
