"""Runs: what a tracking server ran, which hypothesis they test, and whether they count for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.core.tracking import ENERGY, MACHINE_TAG, PARENT_TAG, TrackedRun

TAG = "gonogo.hypothesis"
"""The tag by which a run says which hypothesis it tests: case/name."""

LONGEST = 100
"""Characters that are kept of a tag."""
OVER = frozenset({"FINISHED", "FAILED", "KILLED"})
"""Statuses after which a run changes no more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a run counts for the hypothesis it names."""

    hypothesis: Subject | None
    """The hypothesis it names and that is there."""
    counts: bool
    why_not: str | None
    """Why it does not count, in words; None where it does or where it names none."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time during which runs count for a hypothesis."""

    opened: datetime
    """When it was registered."""
    closed: datetime | None
    """When it was settled or abandoned; None while it is open."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as gonogo keeps it."""

    run_id: str
    experiment: str
    name: str
    user: str
    """Who ran it, in the tracking server's words."""
    actor: str | None
    """Who that is here, where it is known."""
    status: str
    started_at: str
    ended_at: str | None
    standing: Standing
    params: Mapping[str, str]
    metrics: Mapping[str, float | None]
    """Null where the tracking server keeps something that is no number."""
    entry: str
    """Digest of the entry that last told of it."""
    machine: str | None = None
    """The kind of machine it ran on, where it says so."""
    parent: str | None = None
    """The run that it is part of."""
    watt_hours: float | None = None
    """The energy it took, by a meter of its machine."""

    @property
    def subject(self) -> Subject:
        return run_subject(self.run_id)


def run_subject(run_id: str) -> Subject:
    """The address of a run."""
    return Subject(SubjectKind.RUN, run_id)


def named_hypothesis(run: TrackedRun) -> Subject | None:
    """The hypothesis a run names by its tag; None where it names none that could be.

    >>> started = datetime(2026, 11, 21)
    >>> tags = {TAG: "churn/trees"}
    >>> run = TrackedRun("a1", "0", "", "", "RUNNING", started, None, tags, {}, {})
    >>> str(named_hypothesis(run))
    'hypothesis:churn/trees'
    """
    named = run.tags.get(TAG, "")
    if "/" not in named:
        return None
    try:
        return Subject(SubjectKind.HYPOTHESIS, named)
    except Invalid:
        # Anybody may write any tag; one that is no address is no reason to lose the run.
        return None


def standing(run: TrackedRun, hypothesis: Subject | None, window: Window | None) -> Standing:
    """Whether `run` counts for the `hypothesis` it names, whose `window` is None if unknown."""
    if hypothesis is None or window is None:
        named = run.tags.get(TAG)
        why = None if named is None else f"there is no hypothesis {named}"
        return Standing(None, counts=False, why_not=why)
    if run.started < window.opened:
        return Standing(
            hypothesis,
            counts=False,
            why_not=f"it started {stamp(run.started)}, before the hypothesis was registered "
            f"{stamp(window.opened)}",
        )
    if window.closed is not None and run.started >= window.closed:
        return Standing(
            hypothesis,
            counts=False,
            why_not=f"it started {stamp(run.started)}, after the hypothesis was settled "
            f"{stamp(window.closed)}",
        )
    return Standing(hypothesis, counts=True, why_not=None)


def check_counts(run: TrackedRun, found: Standing) -> None:
    """Raise `Invalid` where somebody wants a run to count that does not."""
    if not found.counts:
        raise Invalid(
            field="run_id",
            value=run.run_id,
            expected=f"a run that started while the hypothesis was open; {found.why_not}",
        )


def check_free(before: Run | None, hypothesis: Subject) -> None:
    """Raise `Conflict` where the run counts for another hypothesis: it was made for that one."""
    if before is None or not before.standing.counts:
        return
    if before.standing.hypothesis != hypothesis:
        raise Conflict(
            field="run_id",
            value=before.run_id,
            expected=f"a run that does not count for {before.standing.hypothesis}",
        )


def worth_telling(before: Run | None, after: Run) -> bool:
    """Whether the ledger hears of it: a new run, one that ended, or one whose standing changed."""
    if before is None:
        return True
    ended = after.status in OVER and before.status != after.status
    return ended or before.standing != after.standing


def used(run: TrackedRun) -> tuple[str | None, str | None, float | None]:
    """On which machine it ran, of which run it is part, and what energy was metered."""
    machine = run.tags.get(MACHINE_TAG, "")[:LONGEST] or None
    parent = run.tags.get(PARENT_TAG, "")[:LONGEST] or None
    metered = run.metrics.get(ENERGY, -1.0)
    return machine, parent, metered if math.isfinite(metered) and metered >= 0 else None


def finite(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Metrics as JSON can carry them: what is no number is null.

    >>> finite({"auc": 0.8, "loss": float("nan")})
    {'auc': 0.8, 'loss': None}
    """
    return {name: value if math.isfinite(value) else None for name, value in metrics.items()}


def body(run: Run) -> dict[str, Json]:
    """What the ledger keeps of a run."""
    hypothesis = run.standing.hypothesis
    return {
        "v": 1,
        "experiment": run.experiment,
        "name": run.name,
        "user": run.user,
        "author": run.actor,
        "status": run.status,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "hypothesis": None if hypothesis is None else str(hypothesis),
        "counts": run.standing.counts,
        "why_not": run.standing.why_not,
        "params": dict(run.params),
        "metrics": dict(run.metrics),
        **({} if run.machine is None else {"machine": run.machine}),
        **({} if run.parent is None else {"parent": run.parent}),
    }
