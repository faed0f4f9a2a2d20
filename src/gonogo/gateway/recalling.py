"""Answers by the ids of clients, known again after a restart from the newest of the log."""

from pathlib import Path

from gonogo.core.errors import GonogoError
from gonogo.gateway.asked import Answer
from gonogo.gateway.deciding import stamp_of
from gonogo.gateway.incidents import Incidents
from gonogo.gateway.remembered import MOST, Remembered
from gonogo.gateway.ways.parts import encode
from gonogo.records import given
from gonogo.records.record import Decision

SPAN_US = 3_600_000_000
"""How far back: who asks again does so soon."""


def recall(
    remembered: Remembered,
    decisions: Path,
    worker: str,
    now: int,
    incidents: Incidents,
    *,
    most: int = MOST,
) -> None:
    """Know the ids of the last hour again, at most so many.

    A log that cannot be read does not keep a gateway from deciding: it is told as an incident.
    """
    try:
        found = given.newest(decisions, worker, now - SPAN_US, most)
    except (GonogoError, OSError) as error:
        incidents.tell("decision log", "", None, "ids-forgotten", str(error), 0)
        return
    for one in found:
        remembered.know((one.case, one.id), encode(answer_of(one)))


def answer_of(record: Decision) -> Answer:
    """What was answered, as the log tells."""
    return Answer(
        record.id,
        record.score,
        record.outcome,
        record.model,
        record.arm,
        stamp_of(record.at),
        record.kind,
        record.reasons or None,
        record.probability,
        record.conformal_set,
        record.conformal_interval,
        record.coverage,
        record.defaulted or None,
    )
