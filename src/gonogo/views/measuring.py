"""What the server measures of something at this moment, how far it is, and whether it failed."""

from dataclasses import dataclass

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.subjects import Subject
from gonogo.domain.measurements import tables
from gonogo.domain.measurements.rules import Measurement, State, refusal
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Measuring:
    """One measurement that is not done, or the last one, which failed."""

    says: str
    """How far it is, or why it failed, in words."""
    failed: bool
    done: int
    total: int
    """Checks there are; 0 while it is not known."""
    asked_at: str


def measuring(work: Work, subject: Subject) -> tuple[Measuring, ...]:
    """What is measured of `subject` or waits to be, the oldest first; else what failed last."""
    found = tables.open_of(work, subject)
    last = None if found else tables.last_of(work, subject)
    if last is not None and last.state is State.FAILED:
        found = [last]
    return tuple(
        Measuring(_says(one), one.state is State.FAILED, one.done, one.total, one.asked_at)
        for one in found
    )


def _says(one: Measurement) -> str:
    if one.state is State.FAILED:
        return f"Measuring failed. {refusal(one)}"
    if not one.total:
        return "It has been asked for and begins soon."
    spec = CATALOGUE.get(one.doing)
    now = one.doing if spec is None else spec.title
    return f"{one.done} of {one.total} checks are done; now: {now}."
