"""The board: every use case in one line, polled; what a leader looks at first.

A fixed number of queries whatever there is: one page of use cases, then one query for each kind of
thing that belongs to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited
from gonogo.core.gates import STEPS, Gate, GateName
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import Case, Stage
from gonogo.domain.gates import rules as gates
from gonogo.domain.hypotheses import reads as hypotheses
from gonogo.domain.hypotheses.rules import State
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.policies import reads as policies
from gonogo.domain.policies.tables import Published
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.decisions import DecisionLine, latest_decisions
from gonogo.views.standing import standing_of

ROWS = 25
LATEST = 6


@dataclass(frozen=True, slots=True)
class Next:
    """What stands in the way of a version, the worst first."""

    verdict: Verdict
    gate: str
    says: str
    """In words: "Selection-rate ratio (group race) at least 0.8"."""
    measured: Measured | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One use case."""

    case: Case
    version: str | None
    """Address of its newest version."""
    champion: str | None
    """Address of the version that decides in production."""
    poll: Mapping[str, Verdict | None]
    """The verdict of each of the ten areas; None where the policy asks nothing."""
    verdict: Verdict
    """The worst of them."""
    next: Next | None
    open_hypotheses: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board."""

    headline: str
    cases: int
    in_production: int
    hypotheses: Mapping[str, int]
    """How many hypotheses are in each state."""
    settled: int
    entries: int
    """Entries in the ledger."""
    rows: tuple[BoardRow, ...]
    next: str | None
    decisions: tuple[DecisionLine, ...]
    areas: tuple[str, ...] = tuple(Area)


def board(work: Work, cursor: str | None = None, limit: int = ROWS) -> BoardPage:
    """The board, from `cursor` on."""
    page = cases.listed(work, cursor=cursor, limit=limit)
    slugs = [case.slug for case in page.items]
    versions = models.latest_of_cases(work, slugs)
    champions = models.champions_of(work, [v.registration.model for v in versions.values()])
    in_force = policies.in_force_of(work, {case.text.policy for case in page.items})
    waiting = hypotheses.open_of(work, slugs)
    evidence = work.ledger.latest_of(_asked_about(versions))
    rows = tuple(
        _row(
            work,
            case,
            versions.get(case.slug),
            champions,
            in_force.get(case.text.policy),
            evidence,
            waiting.get(case.slug, 0),
        )
        for case in page.items
    )
    stages = cases.counted(work)
    states = hypotheses.counted(work)
    live = sum(stages.get(stage, 0) for stage in (Stage.DEPLOYMENT, Stage.OPERATIONS))
    return BoardPage(
        headline=_headline(sum(stages.values()), live, rows),
        cases=sum(stages.values()),
        in_production=live,
        hypotheses={str(state): states.get(state, 0) for state in State},
        settled=sum(n for state, n in states.items() if state is not State.OPEN),
        entries=work.ledger.head()[0],
        rows=rows,
        next=page.next,
        decisions=latest_decisions(work, LATEST),
    )


def _asked_about(versions: Mapping[str, Version]) -> list[Subject]:
    found: dict[Subject, None] = {}
    for version in versions.values():
        standing = standing_of(version, "", None)
        found |= dict.fromkeys((version.subject, *standing.data))
    return list(found)


def _row(
    work: Work,
    case: Case,
    version: Version | None,
    champions: Mapping[str, str],
    policy: Published | None,
    evidence: Mapping[Subject, list[Cited]],
    waiting: int,
) -> BoardRow:
    nothing: dict[str, Verdict | None] = dict.fromkeys(Area)
    if version is None:
        return BoardRow(case, None, None, nothing, Verdict.NO_DATA, None, waiting)
    said = version.registration
    number = champions.get(said.model)
    champion = None if number is None else f"model:{said.model}@{number}"
    gate = next_gate(version, policy)
    if gate is None:
        verdict = Verdict.GO if version.stage is ModelStage.PRODUCTION else Verdict.NO_DATA
        return BoardRow(case, str(version.subject), champion, nothing, verdict, None, waiting)
    standing = standing_of(version, case.text.policy, number)
    about = (version.subject, *standing.data)
    found = [cited for subject in about for cited in evidence.get(subject, ())]
    poll = gates.poll(gate, found, standing, work.now)
    areas: dict[str, Verdict | None] = {area: poll.by_area.get(area) for area in Area}
    return BoardRow(
        case, str(version.subject), champion, areas, poll.verdict, _next(gate, poll), waiting
    )


def next_gate(version: Version, policy: Published | None) -> Gate | None:
    """The gate the version stands before; in production, the gate that it must go on holding."""
    if policy is None:
        return None
    stage = str(version.stage)
    wanted = [name for name, step in STEPS.items() if step.before == stage]
    if version.stage is ModelStage.PRODUCTION:
        wanted = [GateName.PRODUCTION]
    return next((g for g in policy.version.gates if g.name in wanted), None)


def _next(gate: Gate, poll: gates.Poll) -> Next:
    failing = max(poll.rows, key=lambda row: row.counts_as)
    if failing.counts_as is Verdict.GO:
        return Next(Verdict.GO, gate.name, f"every condition of {gate.name} holds")
    says = f"{title(failing.condition)} {asked(failing.condition)}"
    return Next(failing.counts_as, gate.name, says, failing.measured, failing.evidence)


def _headline(cases_: int, live: int, rows: tuple[BoardRow, ...]) -> str:
    if not cases_:
        return "No use case yet."
    held = [row.case.text.title for row in rows if row.verdict in {Verdict.NO_GO, Verdict.HOLD}]
    said = f"{_count(cases_, 'use case')}, {live} in production."
    if held:
        more = f" and {len(held) - 2} more" if len(held) > 2 else ""
        said += f" Held by evidence: {', '.join(held[:2])}{more}."
    return said


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
