"""What is asked of the log while a release runs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Context:
    """A feature that LinUCB reads, and how it is standardised."""

    name: str
    centre: float
    unit: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be summed."""

    case: str
    release: str
    since: datetime
    """When the release began: nothing of it was written before."""
    positive: str
    """The outcome that counts as yes."""
    limits: tuple[float, ...] = ()
    """Limits of latency, ms."""
    groups: tuple[str, ...] = ()
    """Features by whose values yes and no are counted."""
    values: tuple[float, float] | None = None
    """Bounds to which what a decision came to is cut; None: it is not summed."""
    labels: tuple[float, float] | None = None
    """Likewise of outcomes that are numbers."""
    whole: tuple[int, int] | None = None
    """Entities are told apart from this snapshot on, counted by arm from that one on; None: where
    arms are drawn for each decision, no one's decisions belong together."""
    ripe: int | None = None
    """Outcomes count of decisions taken up to this time, microseconds since 1970; None: of all."""
    contexts: tuple[Context, ...] | None = None
    """What LinUCB reads, from which it learns by `labels`; None: nothing does."""
