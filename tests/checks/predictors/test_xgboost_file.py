"""XGBoost models: scored as by their library, and looked at before it sees them."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.universal_binary import read_universal_binary
from gonogo.checks.predictors.xgboost_sound import read_sound
from gonogo.checks.security.model_files import unsafe_model_files
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate

Change = Callable[[dict[str, Any], dict[str, Any]], None]
RNG = np.random.default_rng(3)
ROWS = pd.DataFrame(
    {
        "income": RNG.normal(size=200),
        "age": RNG.normal(size=200),
        "city": RNG.choice(["Brno", "Łódź", "Ústí"], 200),
    }
)
LABEL = (ROWS["income"] + 2 * (ROWS["city"] == "Łódź") + RNG.normal(size=200) > 0.5).astype(int)
NUMBERS = ROWS[["income", "age"]]


def fitted(rows: pd.DataFrame = NUMBERS, **said: Any) -> Any:
    said = {"n_estimators": 6, "max_depth": 3, "n_jobs": 1, "enable_categorical": True, **said}
    return xgboost.XGBClassifier(**said).fit(rows, LABEL)


def saved(model: Any, folder: Path, name: str = "model.json") -> Path:
    model.save_model(folder / "model.ubj" if name == "model.xgb" else folder / name)
    if name == "model.xgb":
        (folder / "model.ubj").rename(folder / name)
    return folder


@pytest.fixture(scope="module")
def plain() -> Any:
    """A model of two columns of numbers."""
    return fitted()


@pytest.fixture(scope="module")
def towns() -> Any:
    """A model that reads a category too."""
    return fitted(ROWS.astype({"city": "category"}), max_cat_to_onehot=1)


class TestScores:
    @pytest.mark.parametrize("name", ["model.json", "model.ubj", "model.xgb"])
    def test_are_those_of_the_library(self, name: str, plain: Any, tmp_path: Path) -> None:
        found = load_predictor(saved(plain, tmp_path, name))
        assert found.format is Format.XGBOOST
        assert found.names == ("income", "age")
        np.testing.assert_array_equal(
            found.predict_score(ROWS), plain.predict_proba(NUMBERS)[:, 1].astype(float)
        )

    @pytest.mark.parametrize("name", ["model.json", "model.ubj"])
    def test_text_is_told_by_its_names(self, name: str, towns: Any, tmp_path: Path) -> None:
        found = load_predictor(saved(towns, tmp_path, name))
        asked = ROWS.astype({"city": "category"})
        said = towns.predict_proba(asked)[:, 1].astype(float)
        np.testing.assert_array_equal(found.predict_score(ROWS), said)
        # Few rows hold few of the names: each is still the category that it was in training.
        few = ROWS[ROWS["city"] == "Ústí"]
        np.testing.assert_array_equal(found.predict_score(few), said[few.index])

    def test_numbers_that_were_read_as_categories_are_again(self, tmp_path: Path) -> None:
        rows = NUMBERS.assign(branch=np.arange(200) % 4)
        model = fitted(rows.astype({"branch": "category"}))
        found = load_predictor(saved(model, tmp_path))
        said = model.predict_proba(rows.astype({"branch": "category"}))[:, 1]
        np.testing.assert_array_equal(found.predict_score(rows), said.astype(float))

    def test_one_that_stopped_early_is_asked_up_to_its_best_round(self, tmp_path: Path) -> None:
        model = xgboost.XGBClassifier(n_estimators=40, early_stopping_rounds=3, n_jobs=1)
        model.fit(
            NUMBERS[:150], LABEL[:150], eval_set=[(NUMBERS[150:], LABEL[150:])], verbose=False
        )
        assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
        found = load_predictor(saved(model, tmp_path))
        said = model.predict_proba(NUMBERS)[:, 1].astype(float)
        np.testing.assert_array_equal(found.predict_score(NUMBERS), said)

    @pytest.mark.parametrize("booster", ["dart", "gblinear"])
    def test_other_boosters_of_the_library(self, booster: str, tmp_path: Path) -> None:
        model = xgboost.XGBClassifier(n_estimators=6, n_jobs=1, booster=booster)
        model.fit(NUMBERS, LABEL)
        found = load_predictor(saved(model, tmp_path, "model.ubj"))
        said = model.predict_proba(NUMBERS)[:, 1].astype(float)
        np.testing.assert_allclose(found.predict_score(NUMBERS), said, rtol=1e-6)

    def test_as_mlflow_keeps_it(self, plain: Any, tmp_path: Path) -> None:
        from mlflow.models import infer_signature
        from mlflow.xgboost import save_model

        said = plain.predict_proba(NUMBERS)[:, 1]
        save_model(plain, tmp_path / "kept", signature=infer_signature(NUMBERS, said))
        found = load_predictor(tmp_path / "kept")
        assert [feature.type for feature in found.features] == ["double", "double"]
        np.testing.assert_array_equal(found.predict_score(ROWS), said.astype(float))


class TestRefused:
    def test_without_the_library_it_is_named(
        self, plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "xgboost", None)
        with pytest.raises(Invalid) as refused:
            load_predictor(saved(plain, tmp_path))
        assert "pip install xgboost" in refused.value.expected

    def test_labels_are_no_scores(self, tmp_path: Path) -> None:
        model = fitted(objective="binary:hinge")
        with pytest.raises(Invalid, match="binary:hinge"):
            load_predictor(saved(model, tmp_path))

    def test_a_signature_with_other_columns(self, plain: Any, tmp_path: Path) -> None:
        inputs = '[{"type": "double", "name": "age"}, {"type": "double", "name": "income"}]'
        (saved(plain, tmp_path) / "MLmodel").write_text(f"signature:\n  inputs: '{inputs}'\n")
        with pytest.raises(Invalid) as refused:
            load_predictor(tmp_path)
        assert "income, age" in refused.value.expected

    def test_columns_without_names_are_named_by_the_caller(self, tmp_path: Path) -> None:
        model = xgboost.XGBClassifier(n_estimators=2, n_jobs=1).fit(NUMBERS.to_numpy(), LABEL)
        saved(model, tmp_path)
        with pytest.raises(Invalid, match=r"model\.json"):
            load_predictor(tmp_path)
        found = load_predictor(tmp_path, columns=["income", "age"])
        said = model.predict_proba(NUMBERS.to_numpy())[:, 1].astype(float)
        np.testing.assert_array_equal(found.predict_score(NUMBERS), said)


def changed(name: str, value: Any, place: int | None = 0) -> Change:
    def change(tree: dict[str, Any], _: dict[str, Any]) -> None:
        if place is None:
            tree[name] = value
        else:
            tree[name][place] = value

    return change


def model_changed(name: str, value: Any) -> Change:
    def change(_: dict[str, Any], model: dict[str, Any]) -> None:
        model[name][0] = value

    return change


HOSTILE: dict[str, Change] = {
    "a child that is not there": changed("left_children", 10**7),
    "a child before all": changed("right_children", -7),
    "a walk without end": changed("left_children", 0),
    "two ways to one node": lambda tree, _: tree["left_children"].__setitem__(
        0, tree["right_children"][0]
    ),
    "a column that is not there": changed("split_indices", 10**6),
    "a list too short": lambda tree, _: tree["split_conditions"].pop(),
    "a parent elsewhere": changed("parents", 5, 1),
    "a set of categories beyond": changed("categories_segments", 10**9),
    "a set without end": changed("categories_sizes", 10**6),
    "a category beyond all": changed("categories", 2**40),
    "an output that is not there": model_changed("tree_info", 10**7),
    "names that end elsewhere": lambda _, model: model["cats"]["enc"][2]["offsets"].append(10**6),
    "an order of other names": lambda _, model: model["cats"]["sorted_idx"].__setitem__(0, 10**6),
    "numbers that are text": changed("left_children", "one"),
}


class TestSound:
    @pytest.mark.parametrize("how", HOSTILE)
    def test_what_would_end_the_process_is_refused_before(
        self, how: str, towns: Any, tmp_path: Path
    ) -> None:
        path = saved(towns, tmp_path) / "model.json"
        found = json.loads(path.read_bytes())
        model = found["learner"]["gradient_booster"]["model"]
        HOSTILE[how](next(one for one in model["trees"] if one["categories"]), model)
        path.write_text(json.dumps(found))
        with pytest.raises(ValueError, match=r"."):
            read_sound(path)
        with pytest.raises(Invalid, match=r"model\.json"):
            load_predictor(tmp_path)
        told = unsafe_model_files(tmp_path, {})
        assert isinstance(told.measured, Estimate)
        assert told.measured.value == 1

    def test_the_check_of_files_knows_sound_ones(self, towns: Any, tmp_path: Path) -> None:
        found = unsafe_model_files(saved(towns, tmp_path, "model.ubj"), {})
        assert isinstance(found.measured, Estimate)
        assert found.measured.value == 0
        assert found.detail["models"] == [{"path": "model.ubj", "format": "xgboost"}]

    def test_both_forms_hold_the_same(self, towns: Any, tmp_path: Path) -> None:
        text = read_sound(saved(towns, tmp_path) / "model.json")
        binary = read_sound(saved(towns, tmp_path, "model.ubj") / "model.ubj")
        assert text.keys() == binary.keys()
        ours = [one["gradient_booster"]["model"]["trees"] for one in (text, binary)]
        for left, right in zip(*ours, strict=True):
            np.testing.assert_array_equal(left["left_children"], right["left_children"])
            np.testing.assert_allclose(
                left["split_conditions"], right["split_conditions"], atol=1e-40
            )


class TestUniversalBinary:
    @given(cut=st.integers(0, 3000), value=st.integers(0, 255))
    @settings(max_examples=60, deadline=None)
    def test_no_bytes_do_more_than_be_refused(
        self, plain: Any, tmp_path_factory: pytest.TempPathFactory, cut: int, value: int
    ) -> None:
        given_ = bytearray(plain.get_booster().save_raw("ubj"))
        given_[cut] = value
        path = tmp_path_factory.getbasetemp() / "changed.ubj"
        path.write_bytes(given_)
        with suppress(ValueError):
            learner = read_sound(path)
            assert learner["gradient_booster"]

    @pytest.mark.parametrize(
        "wrong",
        [b"", b"{", b"[#U\xff", b"[$d#U\xff", b"{U\x01aS", b"[$S#U\x01", b"[" * 100, b"Tx", b"?"],
    )
    def test_half_a_value_is_refused(self, wrong: bytes) -> None:
        with pytest.raises(ValueError, match=r"."):
            read_universal_binary(wrong)

    def test_an_array_of_one_type_comes_as_numbers(self) -> None:
        found = read_universal_binary(b"[$I#U\x02\x00\x05\xff\xff")
        assert found.tolist() == [5, -1]


def test_a_json_file_of_something_else_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "input_example.json").write_text('{"columns": ["learner"]}')
    saved(fitted(), tmp_path, "model.ubj")
    assert inspect_model(tmp_path).path == "model.ubj"
