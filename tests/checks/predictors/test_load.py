"""Models loaded without running code of their own: their scores are those of their libraries."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
import skops.io
import yaml
from lightgbm import LGBMClassifier
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from gonogo.checks.predictors.detect import Format
from gonogo.checks.predictors.load import load_predictor
from gonogo.core.errors import Invalid

NAMES = ("age", "income", "self")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Rows to learn from; one column has a name that Python uses for itself."""
    rng = np.random.default_rng(4)
    return pd.DataFrame(rng.normal(size=(200, 3)), columns=list(NAMES))


@pytest.fixture(scope="module")
def label(rows: pd.DataFrame) -> Any:
    """What is to be learned."""
    return (rows["age"] + rows["income"] > 0).astype(int)


def folder_of(place: Path, name: str, content: bytes, types: str = "double") -> Path:
    """A model folder with a signature, as MLflow writes it."""
    inputs = [{"type": types, "name": column, "required": True} for column in NAMES]
    said = {"signature": {"inputs": yaml.safe_dump(inputs, default_flow_style=True)}}
    said["signature"]["inputs"] = str(inputs).replace("'", '"').replace("True", "true")
    (place / "MLmodel").write_text(yaml.safe_dump(said))
    (place / name).write_bytes(content)
    return place


def scorecard() -> Any:
    """A model that keeps the types of its columns, as imputers do."""
    return make_pipeline(SimpleImputer(), LogisticRegression())


class TestScores:
    def test_skops(self, rows: pd.DataFrame, label: Any, tmp_path: Path) -> None:
        model = scorecard().fit(rows, label)
        loaded = load_predictor(folder_of(tmp_path, "model.skops", skops.io.dumps(model)))
        assert loaded.format is Format.SKOPS
        assert loaded.predict_score(rows).tolist() == model.predict_proba(rows)[:, 1].tolist()

    def test_lightgbm(self, rows: pd.DataFrame, label: Any, tmp_path: Path) -> None:
        model: Any = LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(rows, label)
        text = model.booster_.model_to_string().encode()
        loaded = load_predictor(folder_of(tmp_path, "model.lgb", text))
        assert loaded.predict_score(rows) == pytest.approx(model.predict_proba(rows)[:, 1])

    def test_onnx(self, rows: pd.DataFrame, label: Any, tmp_path: Path) -> None:
        model = scorecard().fit(rows, label)
        final = model.steps[-1][1]
        converted = to_onnx(
            model, rows.to_numpy(np.float32)[:1], options={id(final): {"zipmap": False}}
        )
        loaded = load_predictor(folder_of(tmp_path, "model.onnx", converted.SerializeToString()))
        said = loaded.predict_score(rows)
        assert said == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-5)

    def test_one_row_scores_as_it_does_among_many(
        self, rows: pd.DataFrame, label: Any, tmp_path: Path
    ) -> None:
        """In whatever order its columns come, and with others beside them."""
        model = scorecard().fit(rows, label)
        loaded = load_predictor(folder_of(tmp_path, "model.skops", skops.io.dumps(model)))
        together = loaded.predict_score(rows)
        shuffled = rows[["self", "income", "age"]].assign(name="x")
        alone = [loaded.predict_score(shuffled.iloc[[at]])[0] for at in range(5)]
        assert alone == pytest.approx(together[:5])
        whole = rows.round().astype(int)
        assert loaded.predict_score(whole) == pytest.approx(loaded.predict_score(whole * 1.0))

    def test_columns_without_a_signature_are_named_by_the_caller(
        self, rows: pd.DataFrame, label: Any, tmp_path: Path
    ) -> None:
        model = scorecard().fit(rows.to_numpy(), label)
        converted = to_onnx(
            model,
            rows.to_numpy(np.float32)[:1],
            options={id(model.steps[-1][1]): {"zipmap": False}},
        )
        (tmp_path / "model.onnx").write_bytes(converted.SerializeToString())
        with pytest.raises(Invalid, match="names its columns"):
            load_predictor(tmp_path)
        loaded = load_predictor(tmp_path, columns=NAMES)
        assert loaded.predict_score(rows) == pytest.approx(
            model.predict_proba(rows.to_numpy())[:, 1], abs=1e-5
        )


class TestRefused:
    def test_a_type_that_nobody_trusts(self, tmp_path: Path) -> None:
        """A transformer that carries a function is named and not built."""
        kept = skops.io.dumps(FunctionTransformer(os.mkdir))
        with pytest.raises(Invalid, match="mkdir"):
            load_predictor(folder_of(tmp_path, "model.skops", kept))

    def test_a_column_that_is_not_there(
        self, rows: pd.DataFrame, label: Any, tmp_path: Path
    ) -> None:
        model = scorecard().fit(rows, label)
        loaded = load_predictor(folder_of(tmp_path, "model.skops", skops.io.dumps(model)))
        with pytest.raises(Invalid, match="income"):
            loaded.predict_score(rows.drop(columns="income"))

    def test_text_where_numbers_are_read(
        self, rows: pd.DataFrame, label: Any, tmp_path: Path
    ) -> None:
        model = scorecard().fit(rows, label)
        loaded = load_predictor(folder_of(tmp_path, "model.skops", skops.io.dumps(model)))
        with pytest.raises(Invalid, match="age"):
            loaded.predict_score(rows.assign(age="old"))

    def test_weights_outside_the_folder(self, tmp_path: Path) -> None:
        """An ONNX model that reads another file of this machine."""
        weights = TensorProto(
            name="w", data_type=TensorProto.FLOAT, dims=[1], data_location=TensorProto.EXTERNAL
        )
        weights.external_data.add(key="location", value="../secret")
        graph = helper.make_graph(
            [helper.make_node("Add", ["x", "w"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
            [weights],
        )
        folder = tmp_path / "folder"
        folder.mkdir()
        (tmp_path / "secret").write_bytes(bytes(4))
        model = helper.make_model(graph, ir_version=10)
        (folder / "model.onnx").write_bytes(onnx.ModelProto.SerializeToString(model))
        with pytest.raises(Invalid, match="secret"):
            load_predictor(folder)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("model.onnx", b"\x08\x0a but nothing that is a model"),
            ("model.lgb", b"tree\nversion=v4\nbut no trees\n"),
            ("model.skops", b"PK\x03\x04 broken"),
        ],
    )
    def test_files_that_only_begin_as_models(
        self, name: str, content: bytes, tmp_path: Path
    ) -> None:
        with pytest.raises(Invalid):
            load_predictor(folder_of(tmp_path, name, content))
