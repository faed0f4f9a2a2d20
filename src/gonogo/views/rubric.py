"""The ML Test Score of a version: 28 points in four sections, what shows each, what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gonogo.checks.engineering.rubric import MEANINGS, POINT, POINTS, SCORE, How, Point, Section
from gonogo.checks.findings.finding import Finding
from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.core.wording import number as written
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.models import tables as models
from gonogo.stats.estimate import Estimate
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

SHOWN = 3
"""Entries that show a point and are linked; the others are counted."""
HOWS = (
    (str(How.MANUAL), "by hand, its result written down: half a point"),
    (str(How.AUTOMATED), "repeated by a system by itself: a point"),
    (str(How.NONE), "not done: takes back what was stated before"),
)
START: Mapping[str, str] = {"how": "manual"}
"""What a new form begins with."""


@dataclass(frozen=True, slots=True)
class PointLine:
    """One test of the rubric and how it is done."""

    id: str
    title: str
    asks: str
    score: float
    how: str
    says: str
    """Why it counts so much."""
    evidence: tuple[str, ...]
    """Digests of entries that show it, the newest few."""
    more: int
    """Entries that show it besides these."""
    reference: str
    """Where it can be seen, where a person stated it; "" for a measurement."""
    note: str
    by: str
    """How the account that stated it is called."""
    at: str
    whole_case: bool
    """Whether it was stated for every version of the use case."""
    measurable: bool
    """Whether evidence by a check would show it; otherwise it can only be stated."""


@dataclass(frozen=True, slots=True)
class SectionPart:
    """One section of the rubric."""

    title: str
    score: float
    weakest: bool
    """Whether no section has less: its sum is the score."""
    points: tuple[PointLine, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The score as it was last kept as evidence."""

    score: float
    at: str
    entry: str
    current: bool
    """Whether the points still come to the same."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """The ML Test Score of one version."""

    name: str
    number: str
    case: str
    policy: str
    headline: str
    score: float
    meaning: str
    meanings: tuple[tuple[str, str], ...]
    """The paper's table: from which to which score what holds."""
    done: int
    """Points that count something."""
    of: int
    """Points there are."""
    sections: tuple[SectionPart, ...]
    kept: Kept | None
    choices: tuple[tuple[str, str], ...]
    """The points that can be stated."""
    hows: tuple[tuple[str, str], ...]
    can_state: bool
    can_record: bool
    values: Mapping[str, str]
    refused: Refused | None


def score_page(
    work: Work,
    name: str,
    number: str,
    found: Finding,
    policy: str,
    *,
    values: Mapping[str, str] = START,
    refused: Refused | None = None,
) -> ScorePage:
    """The score `found` of a version as a page; raises `NotFound`."""
    version = models.get(work, name, number)
    case = Subject(SubjectKind.CASE, version.registration.case)
    cited = work.ledger.latest_of((version.subject, case), (POINT, SCORE))
    stated = {one.digest: one for listed in cited.values() for one in listed}
    names = accounts.names(work, {one.evidence.actor for one in stated.values()})
    detail: dict[str, Any] = dict(found.detail)
    sums: dict[str, float] = detail["sections"]
    score = min(sums.values())
    points = {one["id"]: one for one in detail["points"]}
    lineage = work.subjects.lineage(version.subject)
    sections = tuple(
        SectionPart(
            str(section),
            sums[str(section)],
            weakest=sums[str(section)] == score,
            points=tuple(
                _line(point, points[point.id], stated, names)
                for point in POINTS
                if point.section is section
            ),
        )
        for section in Section
    )
    done = sum(line.score > 0 for section in sections for line in section.points)
    return ScorePage(
        name=name,
        number=number,
        case=case.name,
        policy=policy,
        headline=_headline(score, detail["meaning"], sections),
        score=score,
        meaning=detail["meaning"],
        meanings=_meanings(),
        done=done,
        of=len(POINTS),
        sections=sections,
        kept=_kept(cited[version.subject], score),
        choices=tuple((point.id, f"{point.id}: {point.title}") for point in POINTS),
        hows=HOWS,
        can_state=work.caller.refuses(Action.EVIDENCE_RECORD, lineage) is None,
        can_record=work.caller.refuses(Action.EVIDENCE_REPRODUCE, lineage) is None,
        values=values,
        refused=refused,
    )


def _line(
    point: Point, said: Mapping[str, Any], stated: Mapping[str, Cited], names: Mapping[str, str]
) -> PointLine:
    digests: list[str] = said["evidence"]
    person = stated.get(digests[0]) if said["stated"] and digests else None
    evidence = None if person is None else person.evidence
    detail: Mapping[str, Any] = {} if evidence is None else evidence.detail
    return PointLine(
        id=point.id,
        title=point.title,
        asks=point.asks,
        score=said["score"],
        how=said["how"],
        says=said["says"],
        evidence=tuple(digests[-SHOWN:]),
        more=max(0, len(digests) - SHOWN),
        reference=str(detail.get("reference") or ""),
        note=str(detail.get("note") or ""),
        by="" if evidence is None else called(names, evidence.actor),
        at="" if evidence is None else stamp(evidence.at),
        whole_case=evidence is not None and evidence.subject.kind is SubjectKind.CASE,
        measurable=bool(point.checks),
    )


def _kept(cited: Sequence[Cited], score: float) -> Kept | None:
    """The newest score that was kept."""
    kept = [one for one in cited if one.evidence.check == SCORE]
    newest = max(kept, key=lambda one: one.position, default=None)
    if newest is None or not isinstance(newest.evidence.measured, Estimate):
        return None
    value = newest.evidence.measured.value
    return Kept(value, stamp(newest.evidence.at), newest.digest, current=value == score)


def _meanings() -> tuple[tuple[str, str], ...]:
    """The paper's table in words.

    >>> _meanings()[0][0], _meanings()[1][0], _meanings()[-1][0]
    ('0', 'above 0, up to 1', 'above 5')
    """
    rows = [("0", MEANINGS[0][1])]
    for (low, _), (high, says) in pairwise(MEANINGS):
        upper = "" if high == float("inf") else f", up to {written(high)}"
        rows.append((f"above {written(low)}{upper}", says))
    return tuple(rows)


def _headline(score: float, meaning: str, sections: Sequence[SectionPart]) -> str:
    """One sentence that a busy person can act on."""
    weakest = [section.title for section in sections if section.weakest]
    if len(weakest) == len(sections):
        return f"{written(score)} of 7: {meaning}. All sections are equally far."
    return f"{written(score)} of 7: {meaning}. What raises it: points of {' and '.join(weakest)}."
