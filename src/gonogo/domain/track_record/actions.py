"""What can be done with a track record: score what forecasts said, and keep it as evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from gonogo.checks.findings.finding import Finding
from gonogo.checks.track_record import forecast_chance_loss, forecast_date_loss
from gonogo.core.canonical import Json
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.track_record import tables
from gonogo.domain.track_record.rules import (
    BY_THROUGHPUT,
    DATES,
    DEADLINE,
    DEADLINES,
    PLANNED,
    SCORED,
    SHARES,
    Claim,
    date_loss,
)
from gonogo.store.measured import evidence_of
from gonogo.store.work import Work


def score(work: Work, before: Sequence[Claim], after: Sequence[Claim]) -> int:
    """Write what has changed of claims, each score as evidence; how many claims that were.

    Scoring again what has not changed writes nothing.
    """
    changed = {new.key for old, new in zip(before, after, strict=True) if _news(old) != _news(new)}
    ordered = sorted(after, key=_group)
    groups = [list(each) for _, each in groupby(ordered, key=_group)]
    groups = [each for each in groups if any(one.key in changed for one in each)]
    drafts = {
        _group(each[0]): evidence_of(work, _subject(each[0]), _told(each))
        for each in groups
        if any(one.state == SCORED for one in each)
    }
    entries = dict(zip(drafts, work.append_all(list(drafts.values())), strict=True))
    for each in groups:
        entry = entries.get(_group(each[0]))
        for one in each:
            # What is open or lapsed has no score, whatever it had before.
            if entry is None or one.state != SCORED:
                tables.score(work, replace(one, scored_at=None, entry=None))
            else:
                tables.score(work, replace(one, scored_at=work.at, entry=entry.digest))
    return len(changed)


def _news(found: Claim) -> tuple[object, ...]:
    return found.state, found.happened, found.actual, found.off, found.loss


def _group(found: Claim) -> tuple[str, str, int, str]:
    """What is one piece of evidence: all dates of a milestone, else each chance by itself."""
    if found.what in DATES:
        return found.case, found.name, found.forecast, "" if found.what in SHARES else "board"
    return found.case, found.name, found.forecast, found.what


def _subject(found: Claim) -> Subject:
    if found.what in PLANNED:
        return Subject(SubjectKind.CASE, found.case)
    return Subject(SubjectKind.HYPOTHESIS, f"{found.case}/{found.name}")


def _told(group: Sequence[Claim]) -> Finding:
    detail: dict[str, Json] = {"v": 1, "forecast": group[0].made, "claims": _claims(group)}
    return replace(_finding(group), detail=detail)


def _finding(group: Sequence[Claim]) -> Finding:
    first = group[0]
    asked: dict[str, str | int | float | bool] = {"forecast": first.forecast}
    if first.what in BY_THROUGHPUT:
        asked["by"] = "throughput"
    if first.what in DATES:
        return forecast_date_loss(date_loss(group), {**asked, "milestone": first.name})
    about = f"{DEADLINE} {first.day}" if first.what in DEADLINES else first.what
    return forecast_chance_loss(first.said, bool(first.happened), {**asked, "about": about})


def _claims(group: Iterable[Claim]) -> list[Json]:
    return [
        {
            "what": one.what,
            "said": one.said,
            "day": one.day,
            "happened": one.happened,
            "actual": one.actual,
            "working_days_late": one.off,
            "loss": one.loss,
        }
        for one in group
    ]
