"""One model version: what it is, what the evidence says of each area, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from gonogo.core.areas import Area
from gonogo.core.caller import Caller
from gonogo.core.gates import Gate
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.experiments import tables as runs
from gonogo.domain.gates import rules as gates
from gonogo.domain.gates import tables as reviews
from gonogo.domain.gates.turns import Turn, turns_to_go
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import ModelFile, ModelStage, Version
from gonogo.domain.policies import reads as policies
from gonogo.domain.policies.tables import Published
from gonogo.store.work import Work
from gonogo.views import release_names
from gonogo.views.cards import CardLine, card_lines
from gonogo.views.drawn.fairness import GroupsDrawn, groups_drawn
from gonogo.views.drawn.table import plotted
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import called, figures
from gonogo.views.groups import group_tables
from gonogo.views.measuring import Measuring, measuring
from gonogo.views.polls import next_gate
from gonogo.views.release_names import ReleaseName
from gonogo.views.signatures import Column, signature_columns
from gonogo.views.standing import around, standing_of
from gonogo.views.version_areas import AreaEvidence, areas
from gonogo.views.version_history import History, ReviewName, review_names, series, told


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One model version."""

    name: str
    number: str
    subject: str
    case: str
    case_title: str
    headline: str
    stage: str
    champion: bool
    author: str
    """How the account that made it is called."""
    registered_at: str
    registered_by: str
    sealed: str
    """Digest of the entry that registered it."""
    run: str | None
    run_name: str | None
    format: str
    made_of: str | None
    """Of an ensemble: its members and their weights, in words."""
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    threshold: float
    task: str
    """What it is for, in words."""
    data: str | None
    evaluation: str | None
    code: str | None
    environment: str | None
    digest: str
    files: tuple[ModelFile, ...]
    policy: str
    policy_digest: str | None
    gate: str | None
    """The gate it stands before; None where there is none to pass."""
    review: str | None
    """Id of the review of this gate that is open."""
    poll: Mapping[str, Verdict | None]
    verdict: Verdict | None
    holding: int
    """Conditions of the gate that hold."""
    conditions: int
    """Conditions it has."""
    turns: tuple[Turn, ...]
    """What would turn the others to go, the worst first."""
    areas: tuple[AreaEvidence, ...]
    groups: tuple[GroupsDrawn, ...]
    """The rates of groups, which the comparisons of fairness rest on."""
    measuring: tuple[Measuring, ...]
    """What the server measures of it at this moment."""
    history: tuple[History, ...]
    entries: tuple[EntryLine, ...]
    """What the ledger says of it besides evidence, newest first."""
    reviews: tuple[ReviewName, ...]
    """Its gate reviews, newest first."""
    releases: tuple[ReleaseName, ...]
    """Those it was part of, the last ones, newest first."""
    card: tuple[CardLine, ...]
    can_register: bool
    can_reproduce: bool
    can_open: bool


def version(work: Work, name: str, number: str) -> VersionPage:
    """One version with its evidence; raises `NotFound`."""
    found = versions.get(work, name, number)
    said = found.registration
    case = cases.get(work, said.case)
    beside = around(work, [found])
    champion = beside.champions.get(name)
    standing = standing_of(found, case, beside)
    policy = policies.find(work, case.text.policy)
    gate = next_gate(found, policy)
    about = (found.subject, *standing.data)
    latest = work.ledger.latest_of(about)
    cited = [one for subject in about for one in latest[subject]]
    poll = None if gate is None else gates.poll(gate, cited, standing, work.now)
    rows = () if poll is None else poll.rows
    turns = turns_to_go(rows, str(found.subject), standing)
    review = _open_review(work, found, gate, policy)
    shown = figures(work, cited, _judged(poll))
    own = [one for one in cited if one.evidence.subject == found.subject]
    run = None if said.run is None else runs.find(work, said.run)
    names = accounts.names(work, {str(said.author), found.registered_by})
    able = partial(_able, work.caller, work.subjects.lineage(found.subject))
    return VersionPage(
        name=name,
        number=number,
        subject=str(found.subject),
        case=said.case,
        case_title=case.text.title,
        headline=_headline(found, gate, poll, review),
        stage=str(found.stage),
        champion=champion is not None and champion.number == number,
        author=called(names, str(said.author)),
        registered_at=found.registered_at,
        registered_by=called(names, found.registered_by),
        sealed=found.sealed,
        run=said.run,
        run_name=None if run is None else run.name,
        format=said.format,
        made_of=None if said.composition is None else said.composition.says,
        inputs=signature_columns(said.signature.get("inputs")),
        outputs=signature_columns(said.signature.get("outputs")),
        threshold=said.threshold,
        task=said.task.says,
        data=said.data,
        evaluation=said.evaluation,
        code=said.code,
        environment=said.environment,
        digest=said.digest,
        files=said.files,
        policy=case.text.policy,
        policy_digest=None if policy is None else policy.digest,
        gate=None if gate is None or found.stage is ModelStage.PRODUCTION else gate.name,
        review=review,
        poll={str(area): None if poll is None else poll.by_area.get(area) for area in Area},
        verdict=None if poll is None else poll.verdict,
        holding=sum(row.counts_as is Verdict.GO for row in rows),
        conditions=len(rows),
        turns=tuple(sorted(turns, key=lambda turn: turn.verdict, reverse=True)),
        areas=areas(found, shown, plotted(cited), poll, standing, turns),
        groups=groups_drawn(group_tables(own)),
        measuring=measuring(work, found.subject),
        history=series(work, found.subject),
        entries=entry_lines(work, told(work, found.subject)),
        reviews=review_names(work, found.subject),
        releases=release_names.of_version(work, str(found.subject)),
        card=card_lines(said.card),
        can_register=able(Action.MODEL_REGISTER),
        can_reproduce=able(Action.EVIDENCE_REPRODUCE),
        can_open=able(Action.REVIEW_OPEN),
    )


def _able(caller: Caller, lineage: frozenset[Subject], action: Action) -> bool:
    return caller.refuses(action, lineage) is None


def _judged(poll: gates.Poll | None) -> dict[str, gates.Polled]:
    rows = () if poll is None else poll.rows
    return {row.evidence: row for row in rows if row.evidence is not None}


def _open_review(
    work: Work, found: Version, gate: Gate | None, policy: Published | None
) -> str | None:
    if gate is None or policy is None:
        return None
    review = reviews.open_one(work, found.subject, gate.name, policy.digest)
    return None if review is None else review.id


def _headline(
    found: Version, gate: Gate | None, poll: gates.Poll | None, review: str | None
) -> str:
    if found.stage is ModelStage.RETIRED:
        return "Retired: it decides nothing any more."
    if gate is None or poll is None:
        return f"In {found.stage}; its policy has no gate for it."
    held = sum(row.counts_as is Verdict.GO for row in poll.rows)
    said = f"{held} of {len(poll.rows)} conditions of the gate {gate.name} hold"
    if held < len(poll.rows):
        said += f"; in the way: {in_the_way(poll)}"
    if found.stage is ModelStage.PRODUCTION:
        return f"It decides in production. {said}."
    todo = "its review is open" if review is not None else "its review can be opened"
    return f"{said}; {todo}." if held == len(poll.rows) or review is not None else f"{said}."


def in_the_way(poll: gates.Poll) -> str:
    """What keeps a poll from go, the worst first, in words."""
    failing = [row for row in poll.rows if row.counts_as is not Verdict.GO]
    if not failing:
        return "every condition holds"
    worst = max(failing, key=lambda row: row.counts_as)
    more = f" and {len(failing) - 1} more" if len(failing) > 1 else ""
    return f"{title(worst.condition)} {asked(worst.condition)}{more}"
