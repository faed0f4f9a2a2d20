"""A scikit-learn pipeline taken apart: what its last step reads, and from which column it comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Places = npt.NDArray[np.intp]
"""Of each prepared column the place of the column it is made from."""
ALONE = frozenset(
    {
        "KBinsDiscretizer", "MaxAbsScaler", "MinMaxScaler", "OrdinalEncoder", "PowerTransformer",
        "QuantileTransformer", "RobustScaler", "SimpleImputer", "StandardScaler", "TargetEncoder",
    }
)  # fmt: skip
"""Steps of scikit-learn that make one column of one, where they keep all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A model's last step, and how rows get there."""

    final: Any
    """The estimator that scores."""
    prepare: "Callable[[pd.DataFrame], Any]"
    """Rows of the columns the model reads, as the last step takes them."""
    sources: Places
    """Of each column that the last step takes, the column of the model it is made from."""
    prepared: bool
    """Whether there are steps before the last one."""


def taken_apart(native: object, features: Sequence[str]) -> Parts | None:
    """`native` as its last step and what leads there; None where columns are mixed on the way."""
    asked: Any = native
    steps = [step for _, step in asked.steps] if hasattr(native, "steps") else [asked]
    if hasattr(steps[-1], "steps"):
        return None
    sources: Places = np.arange(len(features))
    for place, step in enumerate(steps[:-1]):
        # Only the first step knows columns by their names: those after it get bare numbers.
        found = _through(step, tuple(features) if place == 0 else (), sources.size)
        if found is None:
            return None
        sources = sources[found]
    named = hasattr(native, "feature_names_in_")

    def prepare(rows: "pd.DataFrame") -> Any:
        found: Any = rows if named or len(steps) == 1 else rows.to_numpy()
        for step in steps[:-1]:
            found = found if _passes(step) else step.transform(found)
        return found.toarray() if hasattr(found, "toarray") else found

    return Parts(steps[-1], prepare, sources, len(steps) > 1)


def _through(step: Any, names: Sequence[str], width: int) -> Places | None:
    """Of each column that leaves `step` the place of the one it is made from; None: of several."""
    if _passes(step):
        return np.arange(width)
    if not type(step).__module__.startswith("sklearn."):
        return None
    name = type(step).__name__
    if name == "ColumnTransformer":
        return _columns(step, names, width)
    if name == "OneHotEncoder":
        return _one_hot(step)
    one_each = name in ALONE and len(step.get_feature_names_out()) == step.n_features_in_ == width
    return np.arange(width) if one_each else None


def _passes(step: Any) -> bool:
    if step is None or (isinstance(step, str) and step == "passthrough"):
        return True
    # What a ColumnTransformer makes of the columns that pass through it.
    return type(step).__name__ == "FunctionTransformer" and step.func is None


def _columns(step: Any, names: Sequence[str], width: int) -> Places | None:
    total = max((part.stop for part in step.output_indices_.values()), default=0)
    found = np.full(total, -1, dtype=np.intp)
    for name, inner, chosen in step.transformers_:
        part = step.output_indices_[name]
        if part.stop == part.start:
            continue
        taken = _chosen(chosen, names, width)
        steps = [one for _, one in inner.steps] if hasattr(inner, "steps") else [inner]
        for at, one in enumerate(steps):
            through = _through(one, () if at else names, taken.size) if taken is not None else None
            if through is None or taken is None:
                return None
            taken = taken[through]
        if taken is None or taken.size != part.stop - part.start:
            return None
        found[part] = taken
    return None if (found < 0).any() else found


def _chosen(chosen: Any, names: Sequence[str], width: int) -> Any:
    """The places of the columns that a part of a ColumnTransformer takes; None: unknown."""
    listed: Any = [chosen] if isinstance(chosen, str) else chosen
    if not isinstance(listed, slice) and any(isinstance(one, str) for one in listed):
        known = [str(one) for one in listed]
        if not set(known) <= set(names):
            return None
        return np.array([names.index(one) for one in known], dtype=np.intp)
    return np.arange(width)[listed]


def _one_hot(step: Any) -> Places | None:
    # Rare categories share a column, so that lengths alone do not tell whose it is.
    if any(one is not None for one in getattr(step, "infrequent_categories_", ())):
        return None
    dropped = [None] * len(step.categories_) if step.drop_idx_ is None else list(step.drop_idx_)
    sizes = [
        len(known) - (gone is not None)
        for known, gone in zip(step.categories_, dropped, strict=True)
    ]
    return np.repeat(np.arange(len(sizes)), sizes)
