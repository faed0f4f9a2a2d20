"""Hypotheses: statements fixed before any run counts, and what evidence makes of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.conditions import Cited, Condition, Settled, Situation
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.subjects import SLUG, Subject, SubjectKind
from gonogo.core.verdicts import Verdict
from gonogo.domain.hypotheses.looks import Judged, judged
from gonogo.domain.hypotheses.plans import Planned


class State(StrEnum):
    """What has become of a hypothesis."""

    OPEN = "open"
    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    ABANDONED = "abandoned"


NEGATIVE = (State.REFUTED, State.INCONCLUSIVE)
"""Results that are easily forgotten, and then measured again by somebody else."""


@dataclass(frozen=True, slots=True)
class Design:
    """How it will be tested, fixed with the statement."""

    method: str
    """Such as: 5-fold cross-validation repeated 10 times, Nadeau-Bengio interval."""
    folds: int | None = None
    """Parts into which the data are split, 2 or more."""
    repeats: int | None = None
    """How often the splitting is repeated, 1 or more."""
    seed: int | None = None
    """Of the splitting and everything else that is drawn."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is claimed, and what would settle it."""

    statement: str
    """The claim in one sentence."""
    criteria: tuple[Condition, ...]
    """All must hold for it to be supported."""
    design: Design
    baseline: str
    """What it is compared with, in words."""
    prior: float
    """How probable it was thought beforehand, in (0, 1)."""
    significance: float
    """Greatest share of false support that is accepted, in (0, 1)."""
    power: float
    """Chance of finding the minimum effect if it is there, in (0, 1)."""
    time_box: date
    """The last day on which work on it is wanted."""
    dataset: str | None
    """The dataset version it is tested on."""
    family: str = ""
    """The family it is tested with; "" for that of all of its use case that name none."""

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it."""
        # What is not said is left out: entries written before there were families stay as they are.
        named: dict[str, Json] = {"family": self.family} if self.family else {}
        return {
            "v": 1,
            **named,
            "statement": self.statement,
            "criteria": [condition.to_json() for condition in self.criteria],
            "design": design_json(self.design),
            "baseline": self.baseline,
            "prior": self.prior,
            "significance": self.significance,
            "power": self.power,
            "time_box": self.time_box.isoformat(),
            "dataset": self.dataset,
        }


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A registered hypothesis as it stands."""

    case: str
    """Slug of the use case it belongs to."""
    slug: str
    text: Statement
    state: State
    learned: str
    """What was learned, or why it was abandoned; empty while it is open."""
    registered_at: str
    registered_by: str
    sealed: str
    """Digest of the entry that registered it."""
    entry: str
    """Digest of the entry that last changed its state."""

    @property
    def subject(self) -> Subject:
        return hypothesis_subject(self.case, self.slug)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the evidence makes of a hypothesis."""

    outcome: Outcome
    rationale: str
    """Each criterion with its verdict and why, in words."""
    settled: tuple[Settled, ...]


def hypothesis_subject(case: str, slug: str) -> Subject:
    """The address of a hypothesis."""
    return Subject(SubjectKind.HYPOTHESIS, f"{case}/{slug}")


def design_json(design: Design) -> dict[str, Json]:
    """A design as it is stored and shown; what was not said is left out."""
    found: dict[str, Json] = {"method": design.method}
    for name in ("folds", "repeats", "seed"):
        value = getattr(design, name)
        if value is not None:
            found[name] = value
    return found


def criterion(found: Mapping[str, Any], place: str, significance: float) -> Condition:
    """The condition that `found` asks for; without a level it is that of the significance.

    Raises `Invalid` for an unknown check, parameters it does not take, or bounds that bound
    nothing.
    """
    spec = check_spec(found["check"], f"{place}.check")
    at_least, at_most = found.get("at_least"), found.get("at_most")
    condition = Condition(
        check=spec.name,
        parameters=checked_criterion_parameters(found, place),
        at_least=-math.inf if at_least is None else float(at_least),
        at_most=math.inf if at_most is None else float(at_most),
        level=found.get("level") or round(1 - significance, 12),
        reproduced=bool(found.get("reproduced")),
    )
    _check_bounds(condition, place)
    return condition


def checked_criterion_parameters(
    found: Mapping[str, Any], place: str
) -> dict[str, str | int | float | bool]:
    """The parameters that evidence must have been measured with."""
    spec = check_spec(found["check"], f"{place}.check")
    return checked_parameters(spec, dict(found.get("with") or {}), f"{place}.with")


def _check_bounds(condition: Condition, place: str) -> None:
    at_least, at_most = condition.at_least, condition.at_most
    if not (math.isfinite(at_least) or math.isfinite(at_most)):
        raise Invalid(field=f"{place}.at_least", expected="at_least, at_most or both")
    if math.isnan(at_least) or math.isnan(at_most) or at_least > at_most:
        raise Invalid(field=f"{place}.at_least", value=at_least, expected=f"at most {at_most:g}")
    if not 0 < condition.level <= 1:
        raise Invalid(field=f"{place}.level", value=condition.level, expected="a level in (0, 1]")


def check_statement(text: Statement, now: datetime) -> None:
    """Raise `Invalid` for a statement that could never be settled, or whose time is over."""
    if not text.statement.strip():
        raise Invalid(field="statement", value=text.statement, expected="a claim in words")
    if not text.criteria:
        raise Invalid(field="criteria", value=(), expected="at least one condition that settles it")
    if len({condition.key for condition in text.criteria}) < len(text.criteria):
        raise Invalid(field="criteria", expected="each condition once")
    for name in ("prior", "significance", "power"):
        value = getattr(text, name)
        if not 0 < value < 1:
            raise Invalid(field=name, value=value, expected="a probability in (0, 1)")
    if text.time_box < now.date():
        raise Invalid(
            field="time_box", value=text.time_box.isoformat(), expected="today or a later day"
        )
    if text.family and not SLUG.fullmatch(text.family):
        raise Invalid(
            field="family",
            value=text.family,
            expected="lower-case letters, digits and hyphens, 1 to 64 long; or nothing",
        )
    _check_design(text.design)


def _check_design(design: Design) -> None:
    for name, least in (("folds", 2), ("repeats", 1), ("seed", 0)):
        value = getattr(design, name)
        if value is not None and value < least:
            raise Invalid(field=f"design.{name}", value=value, expected=f"{least} or more")


def check_open(hypothesis: Hypothesis) -> None:
    """Raise `Conflict` where it is settled already."""
    if hypothesis.state is not State.OPEN:
        raise Conflict(
            field="state",
            value=str(hypothesis.state),
            expected="an open hypothesis; what is settled stays so: register a new one",
        )


def standing(
    hypothesis: Hypothesis,
    evidence: Sequence[Cited],
    *,
    registered: int,
    now: datetime,
    planned: Planned | None = None,
) -> tuple[Settled, ...]:
    """What `evidence` makes of each criterion, as `judgements` say."""
    found = judgements(hypothesis, evidence, registered=registered, now=now, planned=planned)
    return tuple(one.settled for one in found)


def judgements(
    hypothesis: Hypothesis,
    evidence: Sequence[Cited],
    *,
    registered: int,
    now: datetime,
    planned: Planned | None = None,
) -> tuple[Judged, ...]:
    """What `evidence` makes of each criterion; what was measured before `registered` is left out.

    `registered` is the position of the entry that registered the hypothesis. Under a plan all
    evidence there ever was is asked for, since each measurement was a look.
    """
    counting = [cited for cited in evidence if cited.position > registered]
    situation = Situation(now=now)
    plans = {} if planned is None else {planned.criterion: planned}
    return tuple(
        judged(one, counting, situation, plans.get(place))
        for place, one in enumerate(hypothesis.text.criteria)
    )


def judge(
    hypothesis: Hypothesis,
    evidence: Sequence[Cited],
    *,
    registered: int,
    now: datetime,
    planned: Planned | None = None,
) -> Settlement:
    """What `evidence` about the hypothesis makes of it, by its `standing`.

    Raises `Conflict` where there is nothing yet and the time box has not ended.
    """
    settled = standing(hypothesis, evidence, registered=registered, now=now, planned=planned)
    nothing = all(one.verdict is Verdict.NO_DATA for one in settled)
    if nothing and now.date() <= hypothesis.text.time_box:
        raise Conflict(
            field="evidence",
            value=0,
            expected="evidence about the hypothesis, measured after it was registered "
            f"(without any it can be settled after {hypothesis.text.time_box.isoformat()})",
            message="There is nothing yet to settle it by",
        )
    return Settlement(outcome([one.verdict for one in settled]), _rationale(settled), settled)


def outcome(verdicts: Sequence[Verdict]) -> Outcome:
    """All go supports, any no-go refutes, anything else decides nothing.

    >>> outcome([Verdict.GO, Verdict.HOLD])
    <Outcome.INCONCLUSIVE: 'inconclusive'>
    """
    if Verdict.NO_GO in verdicts:
        return Outcome.REFUTED
    if verdicts and all(verdict is Verdict.GO for verdict in verdicts):
        return Outcome.SUPPORTED
    return Outcome.INCONCLUSIVE


def _rationale(settled: Sequence[Settled]) -> str:
    return "; ".join(f"{s.condition.check}: {s.verdict.value}, {s.reason}" for s in settled)


def settled_json(settled: Settled) -> dict[str, Json]:
    """One criterion with what became of it, as the ledger keeps it."""
    return {
        "condition": settled.condition.to_json(),
        "verdict": settled.verdict.value,
        "reason": settled.reason,
        "evidence": None if settled.cited is None else settled.cited.digest,
        "more_needed": settled.more_needed,
    }
