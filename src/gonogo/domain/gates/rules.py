"""Gate reviews, and what the poll of a gate's conditions says; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from gonogo.core.areas import Area
from gonogo.core.canonical import Json
from gonogo.core.conditions import Cited, Condition, Settled, Situation, settle
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Evidence, measured_from_json, measured_to_json
from gonogo.core.gates import Gate, GateName
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment, stamp
from gonogo.core.verdicts import Verdict, worst
from gonogo.core.wording import asked, title
from gonogo.domain.gates.worth import Worth, not_as_stated, unstated
from gonogo.stats.estimate import Measured

OF_THE_DATA = frozenset({Area.DATA})
"""Areas whose evidence is about the dataset versions behind a model version."""
WHATEVER_DATA = frozenset({Area.ENGINEERING, Area.OPERATIONS, Area.SECURITY})
"""Areas whose evidence does not depend on the rows it was measured on."""
RULES = "rules"
"""The parameter that names the rules which data were held to."""
FOCUS = ("column",)
"""Parameters that narrow a check to a part: such evidence does not speak for the whole."""


class ReviewState(StrEnum):
    """Whether a review can still be signed, waived and decided."""

    OPEN = "open"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The rules that hold for a dataset."""

    name: str
    """How evidence names their wording."""
    since: str
    """When they were accepted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review must know of a model version; other rooms keep it."""

    author: Subject
    """Who made it: never who approves it."""
    stage: str
    """sandbox, validation, production or retired."""
    policy: str
    """Name of the policy of its use case."""
    champion: Subject | None = None
    """The version that decides in production now."""
    data: tuple[Subject, ...] = ()
    """The dataset versions it was made of and is evaluated on."""
    evaluated_on: frozenset[str] = frozenset()
    """Dataset versions its evidence must have been measured on; empty: any."""
    threshold: float | None = None
    """Score from which it says yes; evidence at another threshold is of another model."""
    worth: Worth | None = None
    """What its use case states of the value of decisions."""
    champion_since: str | None = None
    """Since when the champion decides in production."""
    rules: Mapping[str, RulesInForce] = field(default_factory=dict)
    """The rules in force for its datasets, by their names."""

    def situation(self, now: datetime, condition: Condition) -> Situation:
        """What evidence for `condition` must fit."""
        free = condition.area in OF_THE_DATA | WHATEVER_DATA
        return Situation(
            now=now,
            data=frozenset() if free else self.evaluated_on,
            champion=self.champion,
            champion_since=self.champion_since,
        )

    def older_rules(self, condition: Condition, evidence: Evidence) -> str | None:
        """That evidence was measured under rules which others have replaced, or None."""
        measured = evidence.parameters.get(RULES)
        now = self.rules.get(evidence.subject.name)
        if measured is None or RULES in condition.parameters or now is None:
            return None
        if measured == now.name:
            return None
        return (
            f"measured under older rules, {measured}; {now.name} hold since {now.since[:10]}: "
            f"measure again"
        )


@dataclass(frozen=True, slots=True)
class Review:
    """A gate, under one exact policy, for one model version."""

    id: str
    subject: Subject
    """The model version."""
    gate: GateName
    policy: str
    """Name of the policy."""
    policy_digest: str
    policy_entry: str
    """Digest of the ledger entry of the policy."""
    base: str | None
    """The decision on this gate that stood when the review was opened."""
    opened_by: str
    opened_at: str
    entry: str
    """Digest of the entry that opened it."""
    state: ReviewState = ReviewState.OPEN
    verdict: Verdict | None = None
    """The poll it was decided on."""
    outcome: Outcome | None = None
    decision: str | None = None
    """Digest of the decision."""

    @property
    def address(self) -> Subject:
        """The address of the review itself."""
        return Subject(SubjectKind.REVIEW, self.id)


@dataclass(frozen=True, slots=True)
class SignOff:
    """A role's yes or no, in somebody's name."""

    role: Role
    outcome: Outcome
    user: str
    at: str
    comment: str
    entry: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """That a role lets one condition pass for a time, and why."""

    condition: str
    """Key of the condition."""
    role: Role
    reason: str
    user: str
    at: str
    expires: str
    entry: str
    withdrawn: str | None = None
    """Digest of the entry that took it back."""

    def holds(self, now: datetime) -> bool:
        """Whether it counts at this time."""
        return self.withdrawn is None and now < moment(self.expires)


@dataclass(frozen=True, slots=True)
class Polled:
    """One condition and what the evidence says of it, live or as it was decided on."""

    condition: Condition
    verdict: Verdict
    """By the evidence alone, whether waived or not."""
    reason: str
    measured: Measured | None = None
    evidence: str | None = None
    """Digest of the evidence it rests on."""
    subject: str | None = None
    """What that evidence is about, or lacks it."""
    at: str | None = None
    """When it was measured."""
    more_needed: int | None = None
    waiver: str | None = None
    """Digest of the waiver that lets it pass."""

    @property
    def counts_as(self) -> Verdict:
        """The verdict that goes into the poll: go where waived."""
        return Verdict.GO if self.waiver is not None else self.verdict

    def to_json(self) -> dict[str, Json]:
        """As a decision keeps it."""
        return {
            "key": self.condition.key,
            "condition": self.condition.to_json(),
            "verdict": self.verdict.value,
            "reason": self.reason,
            "measured": None if self.measured is None else measured_to_json(self.measured),
            "evidence": self.evidence,
            "subject": self.subject,
            "at": self.at,
            "more_needed": self.more_needed,
            "waiver": self.waiver,
        }


def polled_from_json(found: Mapping[str, Json]) -> Polled:
    """What a decision kept of a condition."""
    measured = found["measured"]
    condition = found["condition"]
    more = found["more_needed"]
    if not isinstance(condition, Mapping):
        raise Invalid(field="poll", value=condition, expected="a condition")
    return Polled(
        condition=Condition.from_json(condition),
        verdict=Verdict(found["verdict"]),
        reason=str(found["reason"]),
        measured=measured_from_json(measured) if isinstance(measured, Mapping) else None,
        evidence=_text(found["evidence"]),
        subject=_text(found["subject"]),
        at=_text(found["at"]),
        more_needed=int(more) if isinstance(more, int | float) else None,
        waiver=_text(found["waiver"]),
    )


@dataclass(frozen=True, slots=True)
class Poll:
    """All conditions of a gate polled: as good as the worst."""

    verdict: Verdict
    rows: tuple[Polled, ...]
    by_area: Mapping[Area, Verdict]
    """The worst of each position that is asked for anything."""
    missing: tuple[Role, ...] = ()
    """Roles that have not signed yet."""
    against: tuple[Role, ...] = ()
    """Roles that signed no-go."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """Everything that stands between this poll and the decision go, in words, the worst first.

        "Selection-rate ratio (group race) at least 0.8: hold"
        """
        rows = [
            f"{title(row.condition)} {asked(row.condition)}: {row.counts_as.value}"
            for row in sorted(self.rows, key=lambda row: row.counts_as, reverse=True)
            if row.counts_as is not Verdict.GO
        ]
        missing = [f"{role} has not signed" for role in self.missing]
        return (*rows, *missing, *(f"{role} signed no-go" for role in self.against))

    @property
    def evidence(self) -> tuple[str, ...]:
        """Digests of all evidence it rests on, each once."""
        return tuple(dict.fromkeys(row.evidence for row in self.rows if row.evidence is not None))


def poll(
    gate: Gate,
    found: Iterable[Cited],
    standing: Standing,
    now: datetime,
    *,
    waivers: Iterable[Waiver] = (),
    sign_offs: Iterable[SignOff] = (),
) -> Poll:
    """Poll `gate` by the evidence `found` about the version and its dataset versions."""
    evidence = list(found)
    holding = {waiver.condition: waiver for waiver in waivers if waiver.holds(now)}
    rows = tuple(
        _waived(_polled(condition, evidence, standing, now), holding)
        for condition in gate.conditions
    )
    signed = {sign_off.role: sign_off.outcome for sign_off in sign_offs}
    return poll_of(
        rows,
        missing=tuple(role for role in gate.sign_off if role not in signed),
        against=tuple(role for role in gate.sign_off if signed.get(role) is Outcome.NO_GO),
    )


def poll_of(
    rows: Sequence[Polled], missing: tuple[Role, ...] = (), against: tuple[Role, ...] = ()
) -> Poll:
    """The poll that these rows make."""
    by_area: dict[Area, Verdict] = {}
    for row in rows:
        area = row.condition.area
        by_area[area] = max(by_area.get(area, Verdict.GO), row.counts_as)
    return Poll(worst(row.counts_as for row in rows), tuple(rows), by_area, missing, against)


def _polled(
    condition: Condition, found: Sequence[Cited], standing: Standing, now: datetime
) -> Polled:
    """The condition settled; about the data, by the worst of the dataset versions."""
    of_check = [cited for cited in found if cited.evidence.check == condition.check]
    apart = {cited.digest: _other_question(condition, cited, standing) for cited in of_check}
    usable = [cited for cited in of_check if apart[cited.digest] is None]
    situation = standing.situation(now, condition)
    groups: dict[Subject | None, list[Cited]] = {}
    for cited in usable:
        of = cited.evidence.subject if condition.area in OF_THE_DATA else None
        groups.setdefault(of, []).append(cited)
    if not groups:
        settled = settle(condition, (), situation)
        reasons = dict.fromkeys(reason for reason in apart.values() if reason is not None)
        missing = unstated(condition, standing.worth)
        if (missing or reasons) and settled.verdict is Verdict.NO_DATA:
            why = missing or f"not usable: {'; '.join(list(reasons)[:3])}"
            settled = replace(settled, reason=why)
        return _row(settled, None)
    rows = [(_settled(condition, groups[of], standing, situation), of) for of in groups]
    return _row(*max(rows, key=lambda row: row[0].verdict))


def _settled(
    condition: Condition, found: Sequence[Cited], standing: Standing, situation: Situation
) -> Settled:
    """The condition settled by evidence about one thing, but for what newer rules replaced."""
    older = {cited.digest: standing.older_rules(condition, cited.evidence) for cited in found}
    holding = [cited for cited in found if older[cited.digest] is None]
    newest = max(found, key=lambda cited: cited.position)
    if not holding:
        return Settled(condition, Verdict.NO_DATA, str(older[newest.digest]))
    return settle(condition, holding, situation)


def _other_question(condition: Condition, cited: Cited, standing: Standing) -> str | None:
    """Why evidence answers another question than the condition asks, or None."""
    given = cited.evidence.parameters
    for name in FOCUS:
        if name in given and name not in condition.parameters:
            return f"measured for {name} {given[name]} alone"
    threshold = given.get("threshold")
    free = "threshold" not in condition.parameters and standing.threshold is not None
    if threshold is not None and free and threshold != standing.threshold:
        return f"measured at threshold {threshold}, the version decides at {standing.threshold}"
    if (why := not_as_stated(condition, cited, standing.worth)) is not None:
        return why
    reference = given.get("reference")
    known = {str(subject) for subject in standing.data}
    if reference is not None and "reference" not in condition.parameters and known:
        return (
            None if reference in known else f"compared with {reference}, which it was not made of"
        )
    return None


def _row(settled: Settled, about: Subject | None) -> Polled:
    cited = settled.cited
    of = about if cited is None else cited.evidence.subject
    return Polled(
        condition=settled.condition,
        verdict=settled.verdict,
        reason=settled.reason,
        measured=None if cited is None else cited.evidence.measured,
        evidence=None if cited is None else cited.digest,
        subject=None if of is None else str(of),
        at=None if cited is None else stamp(cited.evidence.at),
        more_needed=settled.more_needed,
    )


def _waived(row: Polled, holding: Mapping[str, Waiver]) -> Polled:
    waiver = holding.get(row.condition.key)
    if waiver is None or row.verdict is Verdict.GO:
        return row
    return replace(row, waiver=waiver.entry)


def _text(found: Json) -> str | None:
    return None if found is None else str(found)
