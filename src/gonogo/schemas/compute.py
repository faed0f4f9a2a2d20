"""Prices of machines, what runs used, quotas and what the next runs will take, as they travel."""

from typing import Annotated

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured


class PricesText(Asked):
    """A price list to be put into force."""

    text: Annotated[str, Field(min_length=1, max_length=32 * 1024)]
    """The file, in YAML."""


class Machine(Told):
    """A kind of machine."""

    name: str
    hour: float
    """What an hour of it costs."""
    cpus: float
    gpus: float
    watts: tuple[float, float, float] | None
    """At least, most likely, at most; null where that is not known."""
    place: str | None


class Prices(Told):
    """The price list in force."""

    number: int
    currency: str
    machines: list[Machine]
    otherwise: str | None
    text: str
    stated_at: str
    stated_by: str
    entry: str


class Total(Told):
    """What several runs used together."""

    name: str
    """Of the use case, the model, or the run; "" for those that say none."""
    runs: int
    hours: float
    cost: Measured
    unpriced: int
    """Runs without a price, which are not in the cost."""
    assumed: int
    """Runs that did not say on which machine they ran."""
    energy: Measured
    """Watt-hours."""
    metered: int
    """Runs whose energy was read from a meter; of the others it is estimated."""
    carbon: Measured
    """Grams of CO2e."""
    dark: int
    """Runs of which nothing is known to say what they emitted."""


class RunUsed(Told):
    """What one run used."""

    run: str
    name: str
    case: str
    model: str
    machine: str | None
    assumed: bool
    started_at: str
    status: str
    hours: float
    cost: float | None
    watt_hours: float | None
    metered: bool
    carbon: tuple[float, float, float] | None
    """Grams of CO2e: at least, most likely, at most."""


class NewQuota(Asked):
    """A quota to be set."""

    limit: float
    per: str = "month"
    warn: float = 0.8


class Quota(Told):
    """A quota in the period that is under way."""

    case: str
    what: str
    """hours, cost or carbon (kg CO2e)."""
    per: str
    limit: float
    warn: float
    period: str
    used: Measured
    state: str
    """within, warns or exceeded."""
    entry: str


class Quotas(Told):
    """Quotas, by use case."""

    items: list[Quota]
    next: str | None = None


class Reservation(Told):
    """How much of a reservation was used."""

    machine: str
    case: str | None
    first: str
    last: str
    reserved: float
    """Hours until now."""
    used: float
    idle_cost: float


class UnusedVersion(Told):
    """A version that is served and that nobody asked."""

    case: str
    version: str
    arm: str
    role: str
    days: int


class Served(Told):
    """What answering took in the last days: compute of the kind serving."""

    case: str
    version: str
    """"" where rules answered."""
    answers: int
    """Decisions, and what shadows would have decided."""
    days: int
    hours: float
    """For so long a worker of the gateway was busy with them."""
    machine: str | None
    cost: float | None
    """Null where the price list names no machine for the gateway."""
    per_thousand: float | None
    """What a thousand answers cost."""
    carbon: tuple[float, float, float] | None
    """Grams of CO2e: at least, most likely, at most."""


class Usage(Told):
    """What runs used in the last year, and what is paid for and not used."""

    currency: str
    """"" where nobody stated prices."""
    prices: int | None
    total: Total
    cases: list[Total]
    models: list[Total]
    runs: list[RunUsed]
    """Those that cost most."""
    quotas: list[Quota]
    serving: list[Served]
    """What answering took, the dearest first."""
    serving_by: str
    """How that is known."""
    reservations: list[Reservation]
    """Of one use case, those that it pays for."""
    unused: list[UnusedVersion]


class NextRuns(Told):
    """What the next runs of a use case will take."""

    case: str
    model: str | None
    runs: int
    past: int
    """Runs like them that it is estimated by."""
    hours: Measured
    cost: Measured
    carbon: Measured
