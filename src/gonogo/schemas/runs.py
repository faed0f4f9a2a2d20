"""Runs as they travel."""

from gonogo.schemas.base import Told


class Run(Told):
    """A run of the tracking server, as gonogo keeps it."""

    subject: str
    run_id: str
    experiment: str
    name: str
    user: str
    actor: str | None
    status: str
    started_at: str
    ended_at: str | None
    hypothesis: str | None
    counts: bool
    why_not: str | None
    params: dict[str, str]
    metrics: dict[str, float | None]
    entry: str


class Runs(Told):
    """A page of runs, newest first."""

    items: list[Run]
    next: str | None


class Synced(Told):
    """What the tracking server told."""

    runs: int
    """Runs it has."""
    changed: int
    """Runs that were new or had changed."""
