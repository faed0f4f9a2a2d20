"""Privacy budgets and private statistics as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewBudget(Asked):
    """How much may be told of a dataset in all."""

    epsilon: float
    """ε of all releases together."""
    delta: float = 0.0
    """0: for certain, and releases add up. Above: but for this chance, and they add up slower."""
    rows_per_person: Annotated[int, Field(ge=1, le=1000)] = 1
    """Most rows that one person has in it."""
    rationale: Annotated[str, Field(min_length=1, max_length=2000)]
    """Why so much and no more."""


class NewStatistic(Asked):
    """What is to be released of a dataset version."""

    statistic: Literal["count", "sum", "mean", "histogram", "quantile"]
    epsilon: float
    """What it may cost."""
    column: Name | None = None
    low: float | None = None
    high: float | None = None
    """The range that values are cut to, known without looking at them."""
    categories: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=1000)
    ] = Field(default_factory=list)
    """The values that are counted, known without looking at them."""
    q: float | None = None
    """Which quantile, in (0, 1)."""


class PrivateStatistic(Told):
    """A release: an answer with the interval that its noise leaves."""

    subject: str
    query: dict[str, Any]
    """What was asked: statistic, epsilon, column, bounds, categories, q."""
    answer: dict[str, Any]
    """`measured`, or `categories` with one each; the scale of the noise; the noisy numbers."""
    at: str
    by: str
    entry: str
    """Digest of the entry that spent and answered."""


class PrivacyAccount(Told):
    """A dataset's privacy budget, what is spent of it, and on what."""

    dataset: str
    epsilon: float | None
    """None: no budget was set, so nothing is released."""
    delta: float | None
    rows_per_person: int | None
    rationale: str
    set_at: str
    set_by: str
    entry: str | None
    loss: float
    """The ε that all releases together have, for the budget's δ."""
    left: float
    """The greatest ε that one more release may have."""
    used: float
    """The share of the budget that is spent, in [0, 1]."""
    releases: list[PrivateStatistic]
    """The releases of all its versions, newest first."""
