"""Private statistics of a dataset, and the budget they are paid from, from a client."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gonogo.schemas import disclosures as schemas
from gonogo.sdk.http import Http, part
from gonogo.sdk.shapes import shaped

Bounds = tuple[float, float]
"""The range that values are cut to, known without looking at them."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What may be told of the people in a dataset; all its versions share one budget."""

    http: Http = field(repr=False)
    dataset: str
    """Name of the dataset."""

    def account(self) -> schemas.PrivacyAccount:
        """The budget, what is spent of it, and the releases it was spent on."""
        return self.http.get(self._path, schemas.PrivacyAccount)

    def set_budget(
        self, epsilon: float, *, rationale: str, delta: float = 0.0, rows_per_person: int = 1
    ) -> schemas.PrivacyAccount:
        """Say how much may be told in all; for a risk officer or a manager."""
        asked = {
            "epsilon": epsilon,
            "delta": delta,
            "rows_per_person": rows_per_person,
            "rationale": rationale,
        }
        said = shaped(schemas.NewBudget, asked, "budget")
        return self.http.put(self._path, schemas.PrivacyAccount, said)

    @property
    def _path(self) -> str:
        return f"/datasets/{part(self.dataset)}/privacy"


@dataclass(frozen=True, slots=True)
class PrivateStatistics:
    """Releases about one dataset version: each costs `epsilon`, asked again it costs nothing.

    Every answer has an interval, which tells of the noise alone: it is about the rows there are.
    """

    http: Http = field(repr=False)
    dataset: str
    version: str

    def count(self, *, epsilon: float) -> schemas.PrivateStatistic:
        """How many rows there are."""
        return self._released({"statistic": "count", "epsilon": epsilon})

    def sum(self, column: str, *, epsilon: float, bounds: Bounds) -> schemas.PrivateStatistic:
        """The sum of a column, each value cut to `bounds`; missing ones left out."""
        return self._bounded("sum", column, epsilon, bounds)

    def mean(self, column: str, *, epsilon: float, bounds: Bounds) -> schemas.PrivateStatistic:
        """The mean of a column, each value cut to `bounds`; missing ones left out."""
        return self._bounded("mean", column, epsilon, bounds)

    def quantile(
        self, column: str, q: float, *, epsilon: float, bounds: Bounds
    ) -> schemas.PrivateStatistic:
        """The `q`-quantile of a column, to a 64th of `bounds`."""
        return self._bounded("quantile", column, epsilon, bounds, q=q)

    def histogram(
        self, column: str, categories: Sequence[str] = (), *, epsilon: float
    ) -> schemas.PrivateStatistic:
        """How many rows have each of `categories`, and how many anything else.

        Of a boolean column the categories are false and true.
        """
        asked = {"statistic": "histogram", "column": column, "categories": list(categories)}
        return self._released({**asked, "epsilon": epsilon})

    def _bounded(
        self, statistic: str, column: str, epsilon: float, bounds: Bounds, q: float | None = None
    ) -> schemas.PrivateStatistic:
        asked = {"statistic": statistic, "column": column, "epsilon": epsilon, "q": q}
        return self._released({**asked, "low": bounds[0], "high": bounds[1]})

    def _released(self, asked: dict[str, object]) -> schemas.PrivateStatistic:
        path = f"/datasets/{part(self.dataset)}/versions/{part(self.version)}/statistics"
        said = shaped(schemas.NewStatistic, asked, "statistic")
        return self.http.post(path, schemas.PrivateStatistic, said)
