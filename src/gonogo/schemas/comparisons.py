"""Model versions side by side, as they travel."""

from typing import Any

from gonogo.schemas.base import Told


class Candidate(Told):
    """One of the versions compared."""

    subject: str
    stage: str
    champion: bool
    case: str
    data: str | None
    evaluation: str | None


class Cell(Told):
    """One measurement of one version."""

    subject: str
    measured: dict[str, Any] | None
    """A number with its interval, or why there is none; null: no data."""
    comparable: bool
    why: str
    """Why there is no number, or why it cannot be compared."""
    mark: str
    """ahead, behind or nothing, by intervals that lie apart."""
    data: str | None
    reproduced: bool
    digest: str | None


class Row(Told):
    """One check, measured of all candidates."""

    area: str
    check: str
    title: str
    narrowed: str
    good: str
    """Which way is better: higher, lower or neither."""
    unit: str
    setting: str
    """Data and parameters with which its numbers can be compared."""
    differs: bool
    cells: list[Cell]


class Criterion(Told):
    """One thing by which to choose, and the row that stands for it."""

    name: str
    weight: float
    why_not: str
    """Why it does not count in the ranking; nothing where it does."""
    row: Row


class Weight(Told):
    """How much a criterion counts, and between which weights the first stays first."""

    criterion: str
    weight: float
    low: float
    high: float


class Place(Told):
    """One candidate in the ranking."""

    subject: str
    closeness: float
    first: float
    any_weights: float
    on_front: bool
    front: float


class Ranking(Told):
    """Candidates, best first."""

    places: list[Place]
    weights: list[Weight]
    source: str
    consistency: float | None
    method: str


class Comparison(Told):
    """Versions by criteria, and all that was measured of them."""

    headline: str
    candidates: list[Candidate]
    criteria: list[Criterion]
    ranking: Ranking | None
    rows: list[Row]
