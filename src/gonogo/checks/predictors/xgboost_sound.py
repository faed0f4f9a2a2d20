"""Whether an XGBoost model holds together, told before XGBoost sees it.

XGBoost walks its trees in C++ by the numbers of the file and believes most of them: one that points
outside of its tree ends the process that scores. So they are looked at here first.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.predictors.universal_binary import read_universal_binary

LARGEST = 1 << 30
"""Bytes a model file may have."""
CATEGORIES = 1 << 24
"""What a category's number must be below, as XGBoost itself wants it."""
TREES = frozenset({"gbtree", "dart"})
ROOT = frozenset({-1, 2**31 - 1})
"""What stands as parent of a tree's root."""

Whole = npt.NDArray[np.int64]


def read_sound(path: Path) -> Mapping[str, Any]:
    """The learner in the file at `path`, in which every number points at something.

    Raises `ValueError` saying what does not hold.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(f"{size:,} bytes, more than {LARGEST:,}")
    given = path.read_bytes()
    try:
        found = json.loads(given) if _is_text(given) else read_universal_binary(given)
        learner: Mapping[str, Any] = found["learner"]
        _check_learner(learner)
    except (
        AttributeError,
        IndexError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        UnicodeDecodeError,
    ) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return learner


def names_categories(learner: Mapping[str, Any]) -> bool:
    """Whether a sound learner says how its categories are called."""
    booster = learner["gradient_booster"]
    return booster["name"] in TREES and bool((_trees(booster).get("cats") or {}).get("enc"))


def _trees(booster: Mapping[str, Any]) -> Mapping[str, Any]:
    # One whose trees may be dropped keeps them within.
    found: Mapping[str, Any] = (booster["gbtree"] if booster["name"] == "dart" else booster)[
        "model"
    ]
    return found


def _is_text(given: bytes) -> bool:
    return given[:64].lstrip()[1:].lstrip()[:1] == b'"'


def _check_learner(learner: Mapping[str, Any]) -> None:
    said = learner["learner_model_param"]
    columns = int(said["num_feature"])
    outputs = max(int(said["num_class"]), int(said.get("num_target", "1")), 1)
    booster = learner["gradient_booster"]
    _holds(columns > 0, f"{columns} columns")
    if booster["name"] == "gblinear":
        weights = booster["model"]["weights"]
        _holds(len(weights) == (columns + 1) * outputs, f"{len(weights)} weights")
        return
    _holds(booster["name"] in TREES, f"booster {booster['name']}")
    model = _trees(booster)
    trees = model["trees"]
    if booster["name"] == "dart":
        _holds(len(booster["weight_drop"]) == len(trees), "weights of other trees")
    groups = _whole(model["tree_info"])
    _holds(groups.size == len(trees), f"{groups.size} groups of {len(trees)} trees")
    _holds(_within(groups, 0, outputs), "trees of an output that is not there")
    for place, tree in enumerate(trees):
        _check_tree(tree, place, columns)
    _check_categories(model.get("cats"), columns)


def _check_tree(tree: Mapping[str, Any], place: int, columns: int) -> None:
    said = tree["tree_param"]
    n = int(said["num_nodes"])
    _holds(int(said.get("size_leaf_vector", "1")) <= 1, f"tree {place} gives several outputs")
    left, right = _whole(tree["left_children"]), _whole(tree["right_children"])
    parents, splits = _whole(tree["parents"]), _whole(tree["split_indices"])
    each = (tree[name] for name in ("split_conditions", "default_left", "split_type"))
    sizes = {len(one) for one in (left, right, parents, splits, *each)}
    _holds(n > 0 and sizes == {n}, f"tree {place} has {n} nodes and lists of {sorted(sizes)}")
    _holds(int(parents[0]) in ROOT, f"tree {place} has no root")
    seen = np.zeros(n, dtype=bool)
    at: Whole = np.zeros(1, dtype=np.int64)
    while at.size:
        seen[at] = True
        inner = at[left[at] != -1]
        _holds(_within(splits[inner], 0, columns), f"tree {place} splits by a column beyond")
        at = np.concatenate([left[inner], right[inner]])
        # No node twice and none again: a walk must come to an end.
        sound = _within(at, 1, n) and np.unique(at).size == at.size and not seen[at].any()
        _holds(sound, f"tree {place} leads to a node that is not there")
        _holds(
            bool((parents[at] == np.tile(inner, 2)).all()), f"tree {place} has a node of another"
        )
    _check_sets(tree, place, n)


def _check_sets(tree: Mapping[str, Any], place: int, n: int) -> None:
    """The sets of categories that nodes split by, where there are any."""
    by_set = np.flatnonzero(_whole(tree["split_type"]) == 1)
    nodes, begins, sizes, listed = (
        _whole(tree.get(name, []))
        for name in (
            "categories_nodes",
            "categories_segments",
            "categories_sizes",
            "categories",
        )
    )
    sound = (
        np.array_equal(nodes, by_set)
        and _within(nodes, 0, n)
        and begins.size == sizes.size == nodes.size
        and _within(begins, 0, listed.size + 1)
        and _within(sizes, 0, listed.size + 1)
        and _within(begins + sizes, 0, listed.size + 1)
        and _within(listed, 0, CATEGORIES)
    )
    _holds(sound, f"tree {place} splits by categories that are not there")


def _check_categories(given: Any, columns: int) -> None:
    """The names of the categories, one list for each column."""
    if not given or not given["enc"]:
        return
    wrong = "names of categories of other columns"
    begins, order = _whole(given["feature_segments"]), _whole(given["sorted_idx"])
    _holds(len(given["enc"]) == columns and begins.size == columns + 1, wrong)
    counts = [_named(one) for one in given["enc"]]
    _holds(np.array_equal(np.diff(begins, prepend=0), [0, *counts]), wrong)
    _holds(order.size == sum(counts), wrong)
    for begin, count in zip(begins[:-1], counts, strict=True):
        part = np.sort(order[begin : begin + count])
        _holds(np.array_equal(part, np.arange(count)), wrong)


def _named(one: Mapping[str, Any]) -> int:
    """How many categories a column has."""
    if "offsets" not in one:
        return len(one["values"])
    ends = _whole(one["offsets"])
    if not ends.size:
        _holds(len(one["values"]) == 0, "names of categories without an end")
        return 0
    sound = ends[0] == 0 and (np.diff(ends) >= 0).all() and ends[-1] == len(one["values"])
    _holds(bool(sound), "names of categories that end elsewhere")
    return int(ends.size) - 1


def _whole(given: Any) -> Whole:
    found = np.asarray(given)
    if found.size == 0:
        return np.zeros(0, dtype=np.int64)
    if found.ndim != 1 or found.dtype.kind not in "biu":
        raise ValueError(f"a list of {found.dtype} where whole numbers are wanted")
    return found.astype(np.int64)


def _within(given: Whole, low: int, end: int) -> bool:
    return bool(((given >= low) & (given < end)).all())


def _holds(sound: bool, otherwise: str) -> None:
    if not sound:
        raise ValueError(otherwise)
