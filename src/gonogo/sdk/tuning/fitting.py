"""Fitting and scoring one candidate on some rows: what a worker process is handed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.core.errors import Invalid
from gonogo.sdk.scoring import measured_of_all
from gonogo.stats.arrays import Integers
from gonogo.stats.estimate import Estimate

if TYPE_CHECKING:
    import pandas as pd

Fit = Callable[[dict[str, Any], "pd.DataFrame"], object]
"""Takes parameters and the rows to train on, label included; gives a model that can be asked."""


@dataclass(frozen=True, eq=False)
class Fitting:
    """How a candidate is made and by what it is scored."""

    model: Any
    """An estimator of scikit-learn's kind, whose copies take the parameters; or a `Fit`."""
    rows: "pd.DataFrame"
    features: tuple[str, ...]
    label: str
    metric: str
    """A check of the catalogue."""
    seed: int

    def fit(self, parameters: Mapping[str, Any], train: Integers) -> object:
        """A model with these parameters, trained on the rows of these numbers."""
        rows = self.rows.iloc[train]
        if not hasattr(self.model, "get_params"):
            return self.model(dict(parameters), rows[[*self.features, self.label]])
        from sklearn.base import clone

        made: Any = clone(self.model)
        known = made.get_params()
        # A forest without a seed would be another one each time it is fitted.
        drawn = [name for name, value in known.items() if _is_seed(name) and value is None]
        made.set_params(**dict.fromkeys(drawn, self.seed), **parameters)
        fitted: object = made.fit(rows[list(self.features)], rows[self.label])
        return fitted

    def measured(self, model: object, test: Integers, *, level: float, seed: int) -> Finding:
        """What the metric finds of `model` on the rows of these numbers."""
        return measured_of_all(
            model,
            self.rows.iloc[test][[*self.features, self.label]],
            label=self.label,
            groups=(),
            checks=[Asked(self.metric)],
            threshold=0.5,
            level=level,
            seed=seed,
            versus=None,
        )[0]

    def score(self, parameters: Mapping[str, Any], split: tuple[Integers, Integers]) -> float:
        """The metric on the second rows of `split`, trained on the first; raises `Invalid`."""
        train, test = split
        found = self.measured(self.fit(parameters, train), test, level=0.95, seed=self.seed)
        if not isinstance(found.measured, Estimate):
            raise Invalid(field=self.metric, value=dict(parameters), expected=found.measured.reason)
        return found.measured.value


@dataclass(frozen=True, eq=False)
class Folds:
    """Scores by fold, to be handed to workers."""

    fitting: Fitting
    splits: Sequence[tuple[Integers, Integers]]
    """Row numbers to train and to test on."""

    def __len__(self) -> int:
        return len(self.splits)

    def __call__(self, parameters: Mapping[str, Any], fold: int) -> float:
        return self.fitting.score(parameters, self.splits[fold])


def _is_seed(name: str) -> bool:
    return name == "random_state" or name.endswith("__random_state")
