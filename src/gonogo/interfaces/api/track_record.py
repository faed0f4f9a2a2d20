"""REST: how well forecasts have held."""

from typing import Any

from gonogo.core.evidence import measured_to_json
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.track_record import reads
from gonogo.domain.track_record.judging import ChanceRecord, DateRecord, Record, judged
from gonogo.domain.track_record.rules import LAPSED, OPEN, SCORED
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import track_record as schemas
from gonogo.stats.estimate import Undefined
from gonogo.store.work import Work
from gonogo.views import track_record as views

routes = Routes("track-record")

SCORES = 100
"""Scores that are told, the newest."""


@routes.get("/track-record")
def read(work: Work, case: str | None = None) -> schemas.TrackRecord:
    """How well the forecasts of a use case, or of all, have held: dates and chances."""
    if case is not None:
        work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    claims = reads.claims(work, case, state=SCORED)
    counted = reads.counted(work, case)
    newest = sorted(claims, key=lambda one: one.scored_at or "", reverse=True)
    return schemas.TrackRecord.model_validate(
        {
            "case": case,
            **_told(judged(claims)),
            "open": counted.get(OPEN, 0),
            "lapsed": counted.get(LAPSED, 0),
            "pace": views.pace_in_words(reads.finished(work), case),
            "scores": newest[:SCORES],
        }
    )


def _told(found: Record) -> dict[str, Any]:
    return {
        "headline": found.headline,
        "level": found.level,
        "milestones": found.milestones,
        "dates": [_date(one) for one in found.dates],
        "by_throughput": [_date(one) for one in found.by_throughput],
        "chances": [_chance(one) for one in found.chances],
    }


def _date(found: DateRecord) -> dict[str, Any]:
    return {
        "said": found.said,
        "n": found.n,
        "held": measured_to_json(found.held),
        "kept": found.kept,
        "loss": measured_to_json(found.loss),
    }


def _chance(found: ChanceRecord) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "title": found.title,
        "n": found.n,
        "brier": measured_to_json(found.brier),
        "came_true": measured_to_json(found.came_true),
        "parts": None if isinstance(found.parts, Undefined) else found.parts,
        "rows": [
            {
                "lowest": row.lowest,
                "highest": row.highest,
                "forecast": row.forecast,
                "yes": row.counts.yes,
                "n": row.counts.n,
                "observed": measured_to_json(row.observed),
            }
            for row in found.rows
        ],
    }
