"""The page on which a use case is scored: criteria, what answers each, and what may be said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.scoring.actions import may_speak_for
from gonogo.domain.scoring.inputs import NAMES, PARTS, Method, Prioritised, StatedInputs
from gonogo.domain.scoring.rules import Graded, Opinion, Scored, StatedRubric
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.portfolio.rubrics import HIGHEST, LOWEST
from gonogo.store.work import Work
from gonogo.views.charts.values import Chart, Intervals, Tone, Whisker
from gonogo.views.evidence import called
from gonogo.views.refused import Refused

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """What an assessor said."""

    role: str
    by: str
    """How the account is called."""
    says: str
    """Its levels in words: 3, or 2 to 5, likeliest 4."""
    reason: str
    evidence: tuple[str, ...]
    at: str
    entry: str
    aside: str
    """Why it does not count; "" where it does."""


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """One criterion, what is known of it, and what its levels mean."""

    key: str
    title: str
    asks: str
    weight: float
    low: float
    value: float
    high: float
    known: bool
    computed: bool
    says: str
    """From what it is computed, or why it is not."""
    evidence: tuple[str, ...]
    opinions: tuple[OpinionLine, ...]
    apart: str
    """How far its assessors are apart; "" where they are not."""
    levels: tuple[str, ...]
    """What the levels from 1 on mean."""


@dataclass(frozen=True, slots=True)
class PriorityInput:
    """One part of RICE or WSJF."""

    part: str
    low: float
    value: float
    high: float
    says: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Priority:
    """The use case by RICE or WSJF."""

    method: str
    score: Measured
    unit: str
    inputs: tuple[PriorityInput, ...]


@dataclass(frozen=True, slots=True)
class InputField:
    """One part that can be stated."""

    part: str
    method: str
    asks: str
    value: str
    """As it is stated, or as it was filled in."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """A use case by the rubric, and by RICE and WSJF."""

    case: str
    case_title: str
    rubric: str
    number: int
    headline: str
    score: Measured
    known: int
    criteria: tuple[CriterionPart, ...]
    chart: Chart
    roles: tuple[str, ...]
    """Roles that the reader may speak for."""
    may_assess: bool
    may_state: bool
    """Whether the reader may state what goes into RICE and WSJF."""
    open: tuple[CriterionPart, ...]
    """Criteria of which people say the level."""
    priorities: tuple[Priority, ...]
    fields: tuple[InputField, ...]
    filled: Mapping[str, str]
    refused: Refused | None


def page(
    work: Work,
    stated: StatedRubric,
    found: Scored,
    ranked: Sequence[tuple[Method, Prioritised]],
    inputs: StatedInputs | None,
    *,
    filled: Mapping[str, str] = NOTHING,
    refused: Refused | None = None,
) -> ScorePage:
    """The page of a use case; `filled`: what was sent and refused."""
    case = cases.get(work, found.case)
    subject = Subject(SubjectKind.CASE, found.case)
    lineage = work.subjects.lineage(subject)
    opinions = [one for level in found.graded for one in _all(level)]
    names = accounts.names(work, {one.by for one in opinions})
    weights = stated.rubric.weights
    criteria = tuple(
        _part(one, weight, names) for one, weight in zip(found.graded, weights, strict=True)
    )
    may_assess = work.caller.refuses(Action.CASE_ASSESS, lineage) is None
    return ScorePage(
        case=found.case,
        case_title=case.text.title,
        rubric=stated.rubric.name,
        number=stated.number,
        headline=_headline(found),
        score=found.score,
        known=found.known,
        criteria=criteria,
        chart=_chart(criteria),
        roles=tuple(str(one) for one in may_speak_for(work, subject)) if may_assess else (),
        may_assess=may_assess,
        may_state=work.caller.refuses(Action.CASE_EDIT, lineage) is None,
        open=tuple(one for one in criteria if not one.computed),
        priorities=tuple(_priority(method, one) for method, one in ranked),
        fields=_fields(inputs, filled),
        filled=filled,
        refused=refused,
    )


def _all(level: Graded) -> list[Opinion]:
    return [*level.opinions, *(one for one, _ in level.aside)]


def _part(found: Graded, weight: float, names: Mapping[str, str]) -> CriterionPart:
    computed, apart = found.computed, found.apart
    return CriterionPart(
        key=found.criterion.key,
        title=found.criterion.title,
        asks=found.criterion.asks,
        weight=weight,
        low=found.low,
        value=found.value,
        high=found.high,
        known=found.known,
        computed=computed is not None,
        says=found.why_not if computed is None else computed.says,
        evidence=() if computed is None else computed.evidence,
        opinions=(
            *(_line(one, "", names) for one in found.opinions),
            *(_line(one, why, names) for one, why in found.aside),
        ),
        apart=""
        if apart is None or not apart.apart
        else f"likeliest levels from {apart.low:g} to {apart.high:g}"
        + ("" if apart.overlap else "; no level lies within everybody's range"),
        levels=found.criterion.levels,
    )


def _line(found: Opinion, aside: str, names: Mapping[str, str]) -> OpinionLine:
    levels = found.levels
    says = f"{levels.likely:g}"
    if levels.low < levels.high:
        says = f"{levels.low:g} to {levels.high:g}, likeliest {levels.likely:g}"
    return OpinionLine(
        role=found.role,
        by=called(names, found.by),
        says=says,
        reason=found.reason,
        evidence=found.evidence,
        at=found.at,
        entry=found.entry,
        aside=aside,
    )


def _headline(found: Scored) -> str:
    if not isinstance(found.score, Estimate):
        return f"No score yet: {found.score.reason}."
    score, count = found.score, len(found.graded)
    said = (
        f"{score.value:.1f} of 5; {100 * score.level:.0f} % of futures lie between "
        f"{score.low:.1f} and {score.high:.1f}. {found.known} of {count} criteria are known"
    )
    missing = [one.criterion.title.lower() for one in found.graded if not one.known]
    if missing:
        said += f"; of {' and '.join(missing)} nobody has said anything, so any level counts"
    return f"{said}."


def _chart(criteria: Sequence[CriterionPart]) -> Intervals:
    return Intervals(
        title="Levels",
        across="level, 1 worst to 5 best",
        rows=tuple(
            Whisker(
                label=one.title,
                value=one.value,
                low=one.low,
                high=one.high,
                says="evidence" if one.computed else "assessors" if one.known else "nobody said",
                tone=Tone.ACCENT if one.computed else Tone.SECOND if one.known else Tone.QUIET,
            )
            for one in criteria
        ),
        within=(LOWEST, HIGHEST),
    )


def _priority(method: Method, found: Prioritised) -> Priority:
    return Priority(
        method=str(method).upper(),
        score=found.score,
        unit=found.unit,
        inputs=tuple(
            PriorityInput(one.part, *one.range, one.says, one.evidence) for one in found.inputs
        ),
    )


def _fields(inputs: StatedInputs | None, filled: Mapping[str, str]) -> tuple[InputField, ...]:
    stated = {} if inputs is None else inputs.ranges
    return tuple(
        InputField(
            part=part,
            method=str(method).upper(),
            asks=NAMES[part],
            value=filled.get(part)
            or (
                f"{stated[part].low:g}, {stated[part].likely:g}, {stated[part].high:g}"
                if part in stated
                else ""
            ),
        )
        for method, parts in PARTS.items()
        for part in parts
    )
