"""Pages of use cases: the list, one of them, and the form that says what is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases import tables
from gonogo.domain.cases.rules import Case, RiskTier
from gonogo.domain.experiments import reads as experiments
from gonogo.domain.experiments.rules import Run
from gonogo.domain.gates import reads as gates
from gonogo.domain.hypotheses import reads as hypotheses
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import Version
from gonogo.domain.policies import reads as policies
from gonogo.store.work import Work
from gonogo.views import case_plans, debts, incidents, release_names
from gonogo.views.decisions import DecisionLine
from gonogo.views.decisions import line as decision_line
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.families import FamilyTable
from gonogo.views.families import tables as family_tables
from gonogo.views.history import history
from gonogo.views.polls import VersionPoll, polled
from gonogo.views.refused import Refused
from gonogo.views.release_names import ReleaseName
from gonogo.views.risk_lines import RiskLine
from gonogo.views.risk_lines import top as top_risks

ROWS = 25
LATEST = 12
FEW = 6
MODELS = 5
"""Models whose history a use case's page reads."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One use case in the list."""

    slug: str
    title: str
    problem: str
    stage: str
    risk_tier: str
    owner_role: str
    policy: str
    open_hypotheses: int
    entry: str


@dataclass(frozen=True, slots=True)
class CasesPage:
    """All use cases."""

    headline: str
    rows: tuple[CaseLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class HypothesisLine:
    """A hypothesis in a list."""

    case: str
    slug: str
    statement: str
    state: str
    time_box: str
    late: bool
    """Open beyond its time box."""
    learned: str
    at: str
    """When it was registered."""
    entry: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list."""

    run_id: str
    name: str
    experiment: str
    user: str
    status: str
    started_at: str
    hypothesis: str | None
    counts: bool
    why_not: str | None
    metrics: Mapping[str, float | None]
    """The first few."""
    entry: str


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A gate review in a list."""

    id: str
    subject: str
    gate: str
    state: str
    verdict: Verdict | None
    outcome: str | None
    opened_at: str
    entry: str
    decision: str | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One use case."""

    case: Case
    headline: str
    hypotheses: tuple[HypothesisLine, ...]
    more_hypotheses: bool
    families: tuple[FamilyTable, ...]
    """Hypotheses tested together, where something of them was measured."""
    versions: tuple[VersionPoll, ...]
    more_versions: int
    """Older ones that are not shown."""
    reviews: tuple[ReviewLine, ...]
    runs: tuple[RunLine, ...]
    more_runs: bool
    debt: str
    """Its technical debt in one line; "" where none stands open."""
    incidents: str
    """What went wrong and is not resolved, in one line; "" for nothing."""
    plan: str
    """What its plan says in one line; "" where none is in force."""
    risks: tuple[RiskLine, ...]
    """Those that threaten it with most at stake."""
    releases: tuple[ReleaseName, ...]
    """The last ones, newest first."""
    decisions: tuple[DecisionLine, ...]
    history: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class CaseFormPage:
    """The form of a use case, new or edited."""

    slug: str | None
    """The use case that is edited; None for a new one."""
    entry: str
    """What the edit was made from."""
    values: Mapping[str, str]
    tiers: tuple[str, ...]
    roles: tuple[str, ...]
    policies: tuple[str, ...]
    refused: Refused | None = None


def listed(work: Work, cursor: str | None = None) -> CasesPage:
    """Use cases by name."""
    page = cases.listed(work, cursor=cursor, limit=ROWS)
    waiting = hypotheses.open_of(work, [case.slug for case in page.items])
    rows = tuple(_line(case, waiting.get(case.slug, 0)) for case in page.items)
    return CasesPage(_cases_headline(work), rows, page.next)


def case(work: Work, slug: str) -> CasePage:
    """One use case with everything that belongs to it."""
    found = tables.get(work, slug)
    claims = hypotheses.listed(work, case=slug, limit=ROWS)
    versions = models.versions_of_case(work, slug)
    polls = polled(work, versions[:FEW], {slug: found})
    reviews = gates.of_subjects(work, [one.subject for one in versions[:ROWS]], limit=LATEST)
    ran = experiments.listed(work, case=slug, limit=LATEST)
    about = [
        str(found.subject),
        f"hypothesis:{slug}",
        *(f"model:{name}" for name in _models(versions[:ROWS])),
    ]
    decided = history(work, about, most=FEW, kind="decision")
    names = {line.digest: line.by for line in entry_lines(work, decided)}
    return CasePage(
        case=found,
        headline=_headline(polls, claims.items, work.at[:10]),
        hypotheses=tuple(hypothesis_line(one, work.at[:10]) for one in claims.items),
        more_hypotheses=claims.next is not None,
        families=family_tables(work, slug),
        versions=polls,
        more_versions=len(versions) - len(polls),
        reviews=tuple(
            ReviewLine(
                id=one.id,
                subject=str(one.subject),
                gate=str(one.gate),
                state=str(one.state),
                verdict=one.verdict,
                outcome=None if one.outcome is None else str(one.outcome),
                opened_at=one.opened_at,
                entry=one.entry,
                decision=one.decision,
            )
            for one in reviews
        ),
        runs=tuple(run_line(run) for run in ran.items),
        more_runs=ran.next is not None,
        debt=debts.in_one_line(work, slug),
        incidents=incidents.in_one_line(work, slug),
        plan=case_plans.in_one_line(work, slug),
        risks=top_risks(work, slug),
        releases=release_names.of_case(work, slug),
        decisions=tuple(decision_line(entry, names[entry.digest]) for entry in decided),
        history=entry_lines(work, history(work, about, most=LATEST)),
    )


def form(
    work: Work,
    *,
    slug: str | None = None,
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> CaseFormPage:
    """The form, filled with what the use case says now or with `values` given before."""
    found = None if slug is None else tables.get(work, slug)
    filled = values
    if filled is None:
        filled = START if found is None else _values(found)
    return CaseFormPage(
        slug=slug,
        entry="" if found is None else found.entry,
        values=filled,
        tiers=tuple(RiskTier),
        roles=tuple(Role),
        policies=tuple(one.name for one in policies.listed(work, limit=200).items),
        refused=refused,
    )


START: Mapping[str, str] = {"risk_tier": "", "policy": "baseline"}
"""What a new form begins with."""


def hypothesis_line(found: Hypothesis, today: str) -> HypothesisLine:
    """A hypothesis in a list."""
    time_box = found.text.time_box.isoformat()
    return HypothesisLine(
        case=found.case,
        slug=found.slug,
        statement=found.text.statement,
        state=str(found.state),
        time_box=time_box,
        late=found.state is State.OPEN and time_box < today,
        learned=found.learned,
        at=found.registered_at,
        entry=found.entry,
    )


def run_line(run: Run, metrics: int = 3) -> RunLine:
    """A run in a list, with its first `metrics`."""
    hypothesis = run.standing.hypothesis
    return RunLine(
        run_id=run.run_id,
        name=run.name or run.run_id[:8],
        experiment=run.experiment,
        user=run.user,
        status=run.status.lower(),
        started_at=run.started_at,
        hypothesis=None if hypothesis is None else str(hypothesis),
        counts=run.standing.counts,
        why_not=run.standing.why_not,
        metrics=dict(list(run.metrics.items())[:metrics]),
        entry=run.entry,
    )


def _line(found: Case, waiting: int) -> CaseLine:
    text = found.text
    return CaseLine(
        slug=found.slug,
        title=text.title,
        problem=text.problem,
        stage=str(found.stage),
        risk_tier=str(text.risk_tier),
        owner_role=text.owner_role,
        policy=text.policy,
        open_hypotheses=waiting,
        entry=found.entry,
    )


def _cases_headline(work: Work) -> str:
    stages = cases.counted(work)
    if not stages:
        return "No use case yet."
    total = sum(stages.values())
    each = ", ".join(f"{count} in {stage}" for stage, count in sorted(stages.items()))
    return f"{total:,} use case{'' if total == 1 else 's'}: {each}."


def _models(versions: Sequence[Version]) -> list[str]:
    names = dict.fromkeys(one.registration.model for one in versions)
    return list(names)[:MODELS]


def _headline(versions: Sequence[VersionPoll], claims: Sequence[Hypothesis], today: str) -> str:
    """One sentence that a busy person can act on."""
    waiting = [one for one in claims if one.state is State.OPEN]
    late = [one for one in waiting if one.text.time_box.isoformat() < today]
    if versions and versions[0].next is not None:
        newest, step = versions[0], versions[0].next
        name = newest.version.removeprefix("model:")
        match step.verdict:
            case Verdict.GO:
                if newest.stage == "production":
                    return f"{name} is in production and {step.says}."
                return f"{name} is ready for gate {step.gate}: {step.says}."
            case Verdict.NO_DATA:
                return f"{name} waits for evidence before gate {step.gate}: {step.says}."
            case Verdict.HOLD:
                return f"{name} needs more data before gate {step.gate}: {step.says}."
            case Verdict.NO_GO:
                return f"{name} fails at gate {step.gate}: {step.says}."
    if late:
        return f"{late[0].slug} is beyond its time box: settle or abandon it."
    if waiting:
        last = min(one.text.time_box for one in waiting)
        many = "hypothesis is" if len(waiting) == 1 else "hypotheses are"
        return f"{len(waiting)} {many} open, the first due {last.isoformat()}."
    if claims:
        return "Every hypothesis is settled: register a model version, or the next hypothesis."
    return "Nothing is claimed yet: register the first hypothesis before any run."


def _values(found: Case) -> dict[str, str]:
    """What a use case says, as the fields of its form."""
    text = asdict(found.text)
    value = text.pop("value") or {}
    flat = {**text, **{f"value.{name}": one for name, one in value.items()}}
    return {name: _written(one) for name, one in flat.items()}


def _written(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
