"""An ensemble that is loaded: what its members say, and what they say together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gonogo.checks.predictors.ensemble import Ensemble, stack_order, union
from gonogo.checks.predictors.mlmodel import Feature
from gonogo.checks.predictors.predictor import Predictor
from gonogo.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """The models of an ensemble, loaded."""

    made: Ensemble
    members: tuple[Predictor, ...]
    stack: Predictor | None

    @property
    def features(self) -> tuple[Feature, ...]:
        """The columns that any member reads, in the order in which they come first."""
        return union([one.features for one in self.members])

    def scores(self, rows: "pd.DataFrame") -> npt.NDArray[np.float64]:
        """What each member says of each row, shape (n, members)."""
        return np.column_stack([one.predict_score(rows) for one in self.members])

    def score(self, rows: "pd.DataFrame") -> Floats:
        """What they say together, shape (n,)."""
        import pandas as pd

        said = self.scores(rows)
        if self.stack is None:
            return np.asarray(said @ self.made.shares, dtype=np.float64)
        order = stack_order(self.made, self.stack.names)
        return self.stack.predict_score(
            pd.DataFrame(said[:, order], columns=list(self.stack.names), index=rows.index)
        )
