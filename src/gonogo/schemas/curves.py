"""Shapes of a learning curve: what more data would bring."""

from gonogo.schemas.base import Told


class Forecast(Told):
    """What the score is expected to be at a size, and its prediction interval."""

    size: int
    value: float
    low: float
    high: float


class Purchase(Told):
    """Buying rows up to where they stop paying."""

    size: int
    rows: int
    cost: float
    worth: float
    worth_low: float
    worth_high: float


class MoreData(Told):
    """Whether more data is worth it, and by what forecast."""

    answer: bool
    lacks: str
    """data, approach or capacity."""
    reason: str
    method: str
    level: float
    repeats: int
    sizes: list[int]
    means: list[float]
    weights: dict[str, float]
    forecasts: list[Forecast]
    gain: Forecast
    purchase: Purchase | None
