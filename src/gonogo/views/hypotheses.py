"""Pages of hypotheses: the list, and one of them with its plan, its evidence and its papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.decisions import Outcome
from gonogo.core.errors import Conflict
from gonogo.core.roles import Action
from gonogo.core.verdicts import Verdict
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases import tables as case_tables
from gonogo.domain.experiments import reads as experiments
from gonogo.domain.hypotheses import plan_tables, reads, rules, tables
from gonogo.domain.hypotheses.plans import Planned
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.store.work import Work
from gonogo.views import decisions
from gonogo.views.cases import HypothesisLine, RunLine, hypothesis_line, run_line
from gonogo.views.criteria import CriterionLine, criterion, settled
from gonogo.views.decisions import DecisionLine
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import Figure, called, figures
from gonogo.views.history import history
from gonogo.views.hypothesis_beliefs import BeliefPart, believed
from gonogo.views.hypothesis_plans import PlanPanel, plan_panel
from gonogo.views.hypothesis_series import Series, drawn
from gonogo.views.library import PaperLine, papers_of
from gonogo.views.refused import Refused

ROWS = 25
RUNS = 25
LATEST = 20
CASES = 200
"""Use cases that the filter names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    case: str = ""
    """A use case; "" for all."""
    state: str = ""
    """A state; "" for all."""
    mine: bool = False
    """Only those that the reader registered."""
    text: str = ""
    """What address, statement, baseline or lesson must hold."""


@dataclass(frozen=True, slots=True)
class HypothesesPage:
    """Hypotheses."""

    headline: str
    rows: tuple[HypothesisLine, ...]
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
    belief: BeliefPart | None
    """How probable it is by now; None where it is closed."""
    plan: PlanPanel | None
    """What was planned of it; None where nothing was."""
    series: tuple[Series, ...]
    """The measurements of each criterion as they came."""
    papers: tuple[PaperLine, ...]
    outcome: Outcome
    """What settling by the present evidence makes of it; once closed, what it was settled as."""
    unready: str
    """Why it cannot be settled yet; "" where it can, or where it is closed."""
    may_settle: bool
    """Whether the reader may settle or abandon it."""
    may_link: bool
    """Whether the reader may link papers to it."""
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
        by=str(work.caller.actor) if wanted.mine else None,
        text=wanted.text.strip() or None,
        cursor=cursor,
        limit=ROWS,
    )
    today = work.at[:10]
    counts = reads.counted(work)
    return HypothesesPage(
        headline=_list_headline(counts, len(page.items)),
        rows=tuple(hypothesis_line(one, today) for one in page.items),
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
    plans = plan_tables.of(work, found.subject)
    planned = plans[-1] if plans else None
    ever = _until_closed(work, found, reads.measured(work, [found.subject])[found.subject])
    counted = current if planned is None else ever
    criteria = _standing(work, found, counted, sealed.position, planned)
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
        belief=believed(work, found, ever, sealed.position, planned),
        plan=plan_panel(work, found, plans),
        series=tuple(drawn(found, ever, sealed.position, work.now, planned)),
        papers=papers_of(work, [found]).get(str(found.subject), ()),
        outcome=_outcome(found, criteria),
        unready=_unready(work, found, counted, sealed.position, planned),
        may_settle=work.caller.refuses(Action.HYPOTHESIS_SETTLE, lineage) is None,
        may_link=work.caller.refuses(Action.HYPOTHESIS_REGISTER, lineage) is None,
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


def _until_closed(work: Work, found: Hypothesis, ever: list[Cited]) -> list[Cited]:
    """The evidence that was in when it was closed; all of it while it is open."""
    if found.state is State.OPEN:
        return ever
    closed = work.ledger.entry(found.entry).position
    return [cited for cited in ever if cited.position < closed]


def _standing(
    work: Work,
    found: Hypothesis,
    counted: Sequence[Cited],
    registered: int,
    planned: Planned | None,
) -> tuple[CriterionLine, ...]:
    """As it was settled where it was, else by the present evidence."""
    closed = settled(work, [found]).get(found.entry)
    if closed:
        return closed
    now = rules.standing(found, counted, registered=registered, now=work.now, planned=planned)
    return tuple(criterion(one) for one in now)


def _outcome(found: Hypothesis, criteria: Sequence[CriterionLine]) -> Outcome:
    if found.state is not State.OPEN:
        return Outcome(found.state)
    return rules.outcome([one.verdict for one in criteria])


def _unready(
    work: Work,
    found: Hypothesis,
    counted: Sequence[Cited],
    registered: int,
    planned: Planned | None,
) -> str:
    if found.state is not State.OPEN:
        return ""
    try:
        rules.judge(found, counted, registered=registered, now=work.now, planned=planned)
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


def _list_headline(counts: Mapping[State, int], shown: int) -> str:
    total = sum(counts.values())
    if not total:
        return "Nothing is claimed yet."
    if not shown:
        return "None fits what you ask for."
    each = ", ".join(f"{counts[state]:,} {state}" for state in State if counts.get(state))
    return f"{total:,} {'hypothesis' if total == 1 else 'hypotheses'}: {each}."
