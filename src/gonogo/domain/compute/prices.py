"""What machines cost and draw, and grids emit, as somebody stated it."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Range:
    """A number that somebody states, and between what it surely lies."""

    low: float
    likely: float
    high: float

    def times(self, other: "Range") -> "Range":
        """End by end."""
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def by(self, factor: float) -> "Range":
        """Each end as many times."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of machine."""

    name: str
    hour: float
    """What an hour of it costs: of its CPUs and its GPUs together."""
    cpus: float
    gpus: float
    watts: Range | None
    """What it draws while it works; None where that is not known."""
    place: str | None
    """Where it stands, one of the places whose grid is stated."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Machines that are paid for whether they work or not."""

    machine: str
    first: date
    last: date
    hours_a_day: float
    number: int
    case: str | None
    """The use case that pays for it."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices, watts and grids as they were stated."""

    currency: str
    machines: dict[str, Machine]
    grids: dict[str, Range]
    """Grams of CO2e for a kilowatt-hour, by place."""
    otherwise: str | None
    """The machine of runs that do not say on which they ran; None: they have no price."""
    serving: str | None
    """The machine of the gateway; None: `otherwise`."""
    meter_within: float
    """The share by which meters may be off, either way."""
    reservations: tuple[Reservation, ...]
    text: str
    """The file as it was written."""

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it was written."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SavedPrices:
    """One wording of the prices."""

    number: int
    """From 1; the greatest is in force."""
    prices: Prices
    at: str
    by: str
    entry: str
