"""Pages of hypotheses: the list, what did not work and what was learned by it, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited, Condition, Settled
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict
from gonogo.core.roles import Action
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases import tables as case_tables
from gonogo.domain.experiments import reads as experiments
from gonogo.domain.hypotheses import reads, rules, tables
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.stats.estimate import Measured
from gonogo.store.ledger import to_cited
from gonogo.store.work import Work
from gonogo.views import decisions
from gonogo.views.cases import HypothesisLine, RunLine, hypothesis_line, run_line
from gonogo.views.decisions import DecisionLine
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import Figure, called, figures
from gonogo.views.history import history
from gonogo.views.refused import Refused

ROWS = 25
RUNS = 25
LATEST = 20
CASES = 200
"""Use cases that the filter names."""


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion, fixed beforehand, and what evidence makes of it."""

    title: str
    """The check and what it is asked with: "ROC AUC (versus scorecard)"."""
    check: str
    answers: str
    """The question that the check answers."""
    asked: str
    """The bound in words: "at least 0.01"."""
    at_least: float
    at_most: float
    level: float
    """Least confidence level of the interval."""
    reproduced: bool
    """Whether the server must have measured it itself."""
    verdict: Verdict
    reason: str
    """Why, and for a hold what would settle it."""
    measured: Measured | None
    evidence: str | None
    """Digest of the evidence it rests on."""
    more_needed: int | None
    """Observations that would settle a hold, where a number can be named."""


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """One hypothesis in the list; among the negative results with how it was settled."""

    line: HypothesisLine
    criteria: tuple[CriterionLine, ...]
    """How each criterion was settled; empty outside the negative results."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    case: str = ""
    """A use case; "" for all."""
    state: str = ""
    """A state; "" for all."""
    mine: bool = False
    """Only those that the reader registered."""
    negative: bool = False
    """Only those refuted or inconclusive, with what was learned."""
    text: str = ""
    """What address, statement, baseline or lesson must hold."""


@dataclass(frozen=True, slots=True)
class HypothesesPage:
    """Hypotheses, or the library of negative results."""

    headline: str
    rows: tuple[HypothesisRow, ...]
    next: str | None
    counts: Mapping[str, int]
    """How many there are in each state, whatever is asked."""
    wanted: Wanted
    cases: tuple[tuple[str, str], ...]
    """Use cases to choose from: name in addresses, title."""
    states: tuple[str, ...] = tuple(State)


@dataclass(frozen=True, slots=True)
class HypothesisPage:
    """One hypothesis."""

    hypothesis: Hypothesis
    case_title: str
    headline: str
    by: str
    """How the account that registered it is called."""
    position: int
    """Place in the ledger of the entry that registered it."""
    late: bool
    """Open beyond its time box."""
    criteria: tuple[CriterionLine, ...]
    outcome: Outcome
    """What settling by the present evidence makes of it; once closed, what it was settled as."""
    unready: str
    """Why it cannot be settled yet; "" where it can, or where it is closed."""
    may_settle: bool
    """Whether the reader may settle or abandon it."""
    counting: tuple[RunLine, ...]
    """Runs that count for it, newest first."""
    more_counting: bool
    apart: tuple[RunLine, ...]
    """Runs that name it and do not count."""
    more_apart: bool
    evidence: tuple[Figure, ...]
    """What was measured of it besides what its criteria rest on."""
    settlement: DecisionLine | None
    """The decision that closed it."""
    history: tuple[EntryLine, ...]
    values: Mapping[str, str]
    """What was filled in before a refusal."""
    refused: Refused | None


def listed(work: Work, wanted: Wanted, cursor: str | None = None) -> HypothesesPage:
    """Hypotheses by address, narrowed to what is wanted."""
    page = reads.listed(
        work,
        case=wanted.case or None,
        state=State(wanted.state) if wanted.state else None,
        negative=wanted.negative,
        by=str(work.caller.actor) if wanted.mine else None,
        text=wanted.text.strip() or None,
        cursor=cursor,
        limit=ROWS,
    )
    today = work.at[:10]
    settled = _settled(work, page.items) if wanted.negative else {}
    counts = reads.counted(work)
    return HypothesesPage(
        headline=_list_headline(counts, wanted, len(page.items)),
        rows=tuple(
            HypothesisRow(hypothesis_line(one, today), settled.get(one.entry, ()))
            for one in page.items
        ),
        next=page.next,
        counts={str(state): counts.get(state, 0) for state in State},
        wanted=wanted,
        cases=tuple((one.slug, one.text.title) for one in cases.listed(work, limit=CASES).items),
    )


def hypothesis(
    work: Work,
    case: str,
    slug: str,
    *,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> HypothesisPage:
    """One hypothesis with its standing, its runs and its history."""
    found = tables.get(work, case, slug)
    sealed = work.ledger.entry(found.sealed)
    current = work.ledger.latest(found.subject)
    criteria = _standing(work, found, current, sealed.position)
    counting = experiments.listed(work, hypothesis=found.subject, counts=True, limit=RUNS)
    apart = experiments.listed(work, hypothesis=found.subject, counts=False, limit=RUNS)
    used = {one.evidence for one in criteria}
    lineage = work.subjects.lineage(found.subject)
    late = hypothesis_line(found, work.at[:10]).late
    return HypothesisPage(
        hypothesis=found,
        case_title=case_tables.get(work, case).text.title,
        headline=_headline(found, criteria, late=late),
        by=called(accounts.names(work, {found.registered_by}), found.registered_by),
        position=sealed.position,
        late=late,
        criteria=criteria,
        outcome=_outcome(found, criteria),
        unready=_unready(work, found, current, sealed.position),
        may_settle=work.caller.refuses(Action.HYPOTHESIS_SETTLE, lineage) is None,
        counting=tuple(run_line(run) for run in counting.items),
        more_counting=counting.next is not None,
        apart=tuple(run_line(run) for run in apart.items),
        more_apart=apart.next is not None,
        evidence=figures(work, [one for one in current if one.digest not in used]),
        settlement=_decision(work, found),
        history=entry_lines(work, history(work, [str(found.subject)], most=LATEST)),
        values=values or {},
        refused=refused,
    )


def _standing(
    work: Work, found: Hypothesis, current: Sequence[Cited], registered: int
) -> tuple[CriterionLine, ...]:
    """As it was settled where it was, else by the present evidence."""
    settled = _settled(work, [found]).get(found.entry)
    if settled:
        return settled
    now = rules.standing(found, current, registered=registered, now=work.now)
    return tuple(_criterion(one) for one in now)


def _settled(work: Work, found: Sequence[Hypothesis]) -> dict[str, tuple[CriterionLine, ...]]:
    """How each was settled, by the digest of its decision; two queries for all."""
    settlements = reads.settlements(work, found)
    rows = [row for criteria in settlements.values() for row in criteria]
    entries = work.ledger.entries_of({row["evidence"] for row in rows if row["evidence"]})
    cited = {digest: to_cited(entry) for digest, entry in entries.items()}
    return {
        decision: tuple(_criterion(_read(row, cited)) for row in criteria)
        for decision, criteria in settlements.items()
    }


def _read(row: Mapping[str, Any], cited: Mapping[str, Cited]) -> Settled:
    """A criterion as the ledger keeps it."""
    return Settled(
        Condition.from_json(row["condition"]),
        Verdict(row["verdict"]),
        row["reason"],
        cited.get(row["evidence"]),
        row["more_needed"],
    )


def _criterion(settled: Settled) -> CriterionLine:
    condition, cited = settled.condition, settled.cited
    spec = CATALOGUE.get(condition.check)
    at_least, at_most = condition.bounds
    return CriterionLine(
        title=title(condition),
        check=condition.check,
        answers="" if spec is None else spec.answers,
        asked=asked(condition),
        at_least=at_least,
        at_most=at_most,
        level=condition.level,
        reproduced=condition.reproduced,
        verdict=settled.verdict,
        reason=settled.reason,
        measured=None if cited is None else cited.evidence.measured,
        evidence=None if cited is None else cited.digest,
        more_needed=settled.more_needed,
    )


def _outcome(found: Hypothesis, criteria: Sequence[CriterionLine]) -> Outcome:
    if found.state is not State.OPEN:
        return Outcome(found.state)
    return rules.outcome([one.verdict for one in criteria])


def _unready(work: Work, found: Hypothesis, current: Sequence[Cited], registered: int) -> str:
    if found.state is not State.OPEN:
        return ""
    try:
        rules.judge(found, current, registered=registered, now=work.now)
    except Conflict as refused:
        return refused.expected
    return ""


def _decision(work: Work, found: Hypothesis) -> DecisionLine | None:
    if found.state is State.OPEN:
        return None
    entry = work.ledger.entry(found.entry)
    return decisions.line(entry, called(accounts.names(work, {entry.actor}), entry.actor))


def _headline(found: Hypothesis, criteria: Sequence[CriterionLine], *, late: bool) -> str:
    """One sentence that a busy person can act on."""
    state = str(found.state).capitalize()
    if found.state is State.ABANDONED:
        return f"{state}: {found.learned}"
    if found.state is not State.OPEN:
        return f"{state} by the criteria that were fixed before any run counted."
    verdicts = [one.verdict for one in criteria]
    if late:
        return f"Its time box ended {found.text.time_box.isoformat()}: settle or abandon it."
    if Verdict.NO_GO in verdicts:
        return "By the present evidence it is refuted: settle it, and say what was learned."
    if all(verdict is Verdict.GO for verdict in verdicts):
        return "By the present evidence it is supported: settle it, and say what was learned."
    if all(verdict is Verdict.NO_DATA for verdict in verdicts):
        return f"Nothing is measured yet; due {found.text.time_box.isoformat()}."
    met = verdicts.count(Verdict.GO)
    if not met:
        return "The evidence does not settle it yet: no criterion holds for certain."
    return f"{met} of {len(verdicts)} criteria hold; the evidence does not settle the others yet."


def _list_headline(counts: Mapping[State, int], wanted: Wanted, shown: int) -> str:
    total = sum(counts.values())
    if not total:
        return "Nothing is claimed yet."
    if wanted.negative:
        lost = sum(counts.get(state, 0) for state in rules.NEGATIVE)
        return (
            f"{lost:,} of {total:,} {'was' if lost == 1 else 'were'} refuted or left inconclusive: "
            "what was learned, so that nobody measures it a second time."
        )
    if not shown:
        return "None fits what you ask for."
    each = ", ".join(f"{counts[state]:,} {state}" for state in State if counts.get(state))
    return f"{total:,} {'hypothesis' if total == 1 else 'hypotheses'}: {each}."
