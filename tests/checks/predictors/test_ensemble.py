"""Ensembles as models: their score is that of their members, put together as is said."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gonogo.checks.predictors.detect import Format, inspect_model
from gonogo.checks.predictors.ensemble import (
    MEMBERS,
    NAME,
    Ensemble,
    Member,
    signature_of,
    stack_order,
    union,
)
from gonogo.checks.predictors.load import load_predictor
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Served
from tests.fixtures.ensembles import ensemble, reading_scores
from tests.fixtures.gateways import NAMES, Models


def rows(n: int = 50) -> pd.DataFrame:
    drawn = np.random.default_rng(8)
    return pd.DataFrame(drawn.uniform(0, 60, (n, 3)), columns=list(NAMES))


def scores(*models: Served) -> Any:
    return np.column_stack(
        [load_predictor(Path(one.folder)).predict_score(rows()) for one in models]
    )


class TestScore:
    def test_it_is_the_weighted_mean(self, versions: Models, tmp_path: Path) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        folder = ensemble(tmp_path, (one, 3.0), (two, 1.0))
        loaded = load_predictor(folder)
        assert loaded.format is Format.ENSEMBLE
        assert loaded.names == NAMES
        wanted = scores(one, two) @ [0.75, 0.25]
        np.testing.assert_allclose(loaded.predict_score(rows()), wanted, rtol=1e-12)

    def test_a_stack_reads_what_the_members_say(self, versions: Models, tmp_path: Path) -> None:
        one, two = versions.lightgbm(), versions.lightgbm("2", seed=2)
        loaded = load_predictor(
            ensemble(tmp_path, (one, 1.0), (two, 1.0), stack=reading_scores(versions))
        )
        said = scores(one, two).astype(np.float32)
        wanted = said[:, 0] + 2 * said[:, 1] ** 2
        np.testing.assert_allclose(loaded.predict_score(rows()), wanted, rtol=1e-5)


class TestColumns:
    def test_those_of_all_members_each_once(self) -> None:
        found = union([[Feature("a", "double"), Feature("b", "long")], [Feature("b", "long")]])
        assert [one.name for one in found] == ["a", "b"]

    def test_one_that_any_member_needs_is_needed(self) -> None:
        (found,) = union([[Feature("a", "double", required=False)], [Feature("a", "double")]])
        assert found.required

    def test_two_types_of_one_column_are_refused(self) -> None:
        with pytest.raises(Invalid, match="same type"):
            union([[Feature("a", "double")], [Feature("a", "string")]])

    def test_a_member_without_a_signature_leaves_none(self) -> None:
        known: Any = {"inputs": [{"name": "a", "type": "double"}], "outputs": [{"type": "double"}]}
        assert signature_of([known, {}]) == {}
        assert signature_of([known, known]) == known

    @pytest.mark.parametrize(
        ("names", "order"),
        [
            (["trees@1", "line@2"], [0, 1]),
            (["line", "trees"], [1, 0]),
            (["line@2"], [1]),
            (["column_0", "column_1"], [0, 1]),
        ],
    )
    def test_a_stack_finds_its_columns(self, names: list[str], order: list[int]) -> None:
        made = Ensemble((Member("trees@1", 1), Member("line@2", 1)), "meta@1")
        assert stack_order(made, names) == order

    @pytest.mark.parametrize("names", [["a"], ["trees", "other"], ["a", "b", "c"]])
    def test_one_that_reads_others_is_refused(self, names: list[str]) -> None:
        made = Ensemble((Member("trees@1", 1), Member("line@2", 1)), "meta@1")
        with pytest.raises(Invalid):
            stack_order(made, names)

    def test_two_versions_of_a_model_are_told_apart_by_number_alone(self) -> None:
        made = Ensemble((Member("trees@1", 1), Member("trees@2", 1)), "meta@1")
        assert stack_order(made, ["trees@2", "trees@1"]) == [1, 0]
        with pytest.raises(Invalid):
            stack_order(made, ["trees", "trees@1"])


class TestRefusal:
    @pytest.mark.parametrize(
        "members", [(), (("a@1", 1.0),), (("a@1", 1.0), ("a@1", 2.0)), (("a@1", 1.0), ("b@1", 0.0))]
    )
    def test_of_what_is_no_ensemble(self, members: tuple[tuple[str, float], ...]) -> None:
        with pytest.raises(Invalid):
            Ensemble(tuple(Member(name, weight) for name, weight in members))

    @pytest.mark.parametrize(
        "text",
        [b"{", b"[]", b'{"kind": "other", "v": 1}', b'{"kind": "gonogo ensemble", "v": 1}'],
    )
    def test_of_a_file_that_says_something_else(self, text: bytes, tmp_path: Path) -> None:
        (tmp_path / NAME).write_bytes(text)
        with pytest.raises(Invalid):
            inspect_model(tmp_path)

    def test_of_a_member_that_is_not_there(self, versions: Models, tmp_path: Path) -> None:
        model = versions.lightgbm()
        folder = ensemble(tmp_path, (model, 1.0), (versions.lightgbm("2"), 1.0))
        said = json.loads((folder / NAME).read_bytes())
        said["members"].append({"version": "third@1", "weight": 1.0})
        (folder / NAME).write_text(json.dumps(said))
        with pytest.raises(Invalid, match="a folder for each member"):
            inspect_model(folder)

    def test_of_an_ensemble_within_one(self, versions: Models, tmp_path: Path) -> None:
        pair = (versions.lightgbm(), 1.0), (versions.lightgbm("2"), 1.0)
        inner = ensemble(tmp_path, *pair, name="inner")
        folder = ensemble(tmp_path, *pair)
        inner.rename(folder / MEMBERS / "2")
        said = json.loads((folder / NAME).read_bytes())
        said["members"].append({"version": "third@1", "weight": 1.0})
        (folder / NAME).write_text(json.dumps(said))
        with pytest.raises(Invalid, match="none of them an ensemble"):
            inspect_model(folder)

    def test_of_a_pickle_anywhere_in_it(self, versions: Models, tmp_path: Path) -> None:
        folder = ensemble(tmp_path, (versions.lightgbm(), 1.0), (versions.lightgbm("2"), 1.0))
        (folder / MEMBERS / "1" / "more").write_bytes(pickle.dumps({"a": 1}))
        with pytest.raises(Invalid, match="pickle"):
            load_predictor(folder)
