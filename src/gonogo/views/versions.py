"""One model version: what it is, what the evidence says of each area, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from gonogo.core.areas import Area, area_of
from gonogo.core.caller import Caller
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.chain import Entry
from gonogo.core.conditions import Cited
from gonogo.core.gates import Gate
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.evidence import reads as evidence
from gonogo.domain.experiments import tables as runs
from gonogo.domain.gates import reads as review_reads
from gonogo.domain.gates import rules as gates
from gonogo.domain.gates import tables as reviews
from gonogo.domain.gates.turns import Turn, turns_to_go
from gonogo.domain.models import reads as models
from gonogo.domain.models import tables as versions
from gonogo.domain.models.rules import ModelFile, ModelStage, Version
from gonogo.domain.policies import reads as policies
from gonogo.domain.policies.tables import Published
from gonogo.store.work import Work
from gonogo.views.cards import CardLine, card_lines
from gonogo.views.curves import Curve, GroupTable, Reliability, drawn
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import Figure, called, figures
from gonogo.views.history import history as ledger_history
from gonogo.views.polls import next_gate
from gonogo.views.standing import standing_of

HISTORY = 200
"""Measurements that are looked back on."""
LATEST = 15
"""Entries of the ledger that are shown."""
TOLD = ("model-version", "model-card", "decision", "refusal")
"""Kinds of entries that are told as its history; evidence and reviews stand by themselves."""
REVIEWS = 10
"""Reviews that are shown."""
SERVER_MEASURES = frozenset({Area.PERFORMANCE, Area.FAIRNESS, Area.ENGINEERING, Area.OPERATIONS})
"""Areas that the server can measure itself from the sealed files."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence that the next gate asks for and that is not there."""

    says: str
    command: str | None


@dataclass(frozen=True, slots=True)
class AreaEvidence:
    """What is known of one area."""

    area: Area
    verdict: Verdict | None
    """What the next gate makes of it; None where it asks nothing."""
    figures: tuple[Figure, ...]
    without: tuple[str, ...]
    """Conditions that hold without evidence, and why."""
    missing: tuple[Missing, ...]
    command: str | None
    """What measures it, where nothing is measured yet; None where no check can."""


@dataclass(frozen=True, slots=True)
class History:
    """All there was of one way of measuring, newest first."""

    title: str
    narrowed: str
    changed: bool
    """Whether it came out differently at any time."""
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column that the model reads or gives."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class ReviewName:
    """One review of the version."""

    id: str
    gate: str
    outcome: str | None
    """None while it is open."""
    opened_at: str


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
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    threshold: float
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
    groups: tuple[GroupTable, ...]
    reliability: Reliability | None
    curves: tuple[Curve, ...]
    history: tuple[History, ...]
    entries: tuple[EntryLine, ...]
    """What the ledger says of it besides evidence, newest first."""
    reviews: tuple[ReviewName, ...]
    """Its gate reviews, newest first."""
    card: tuple[CardLine, ...]
    can_register: bool
    can_reproduce: bool
    can_open: bool


def version(work: Work, name: str, number: str) -> VersionPage:
    """One version with its evidence; raises `NotFound`."""
    found = versions.get(work, name, number)
    said = found.registration
    case = cases.get(work, said.case)
    champion = models.champion(work, name)
    standing = standing_of(found, case.text.policy, None if champion is None else champion.number)
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
    tables, reliability, curves = drawn(cited, found.subject)
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
        inputs=signature_columns(said.signature.get("inputs")),
        outputs=signature_columns(said.signature.get("outputs")),
        threshold=said.threshold,
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
        areas=_areas(found, shown, poll, standing, turns),
        groups=tables,
        reliability=reliability,
        curves=curves,
        history=_history(work, found.subject),
        entries=entry_lines(work, _told(work, found.subject)),
        reviews=_reviews(work, found.subject),
        card=card_lines(said.card),
        can_register=able(Action.MODEL_REGISTER),
        can_reproduce=able(Action.EVIDENCE_REPRODUCE),
        can_open=able(Action.REVIEW_OPEN),
    )


def _able(caller: Caller, lineage: frozenset[Subject], action: Action) -> bool:
    return caller.refuses(action, lineage) is None


def signature_columns(found: Any) -> tuple[Column, ...]:
    """The columns of one half of a signature, which MLflow writes as JSON in text."""
    try:
        listed = msgspec.json.decode(found) if isinstance(found, str) else found
        return tuple(_column(one) for one in listed or ())
    except (msgspec.DecodeError, AttributeError, TypeError):
        return ()


def _column(found: Mapping[str, Any]) -> Column:
    tensor = found.get("tensor-spec") or {}
    kind = str(found["type"]) if "type" in found else "unknown"
    if tensor:
        shape = " × ".join("n" if size == -1 else str(size) for size in tensor.get("shape", ()))
        kind = f"{tensor.get('dtype', '')} {shape}".strip()
    return Column(str(found.get("name", "")), kind, bool(found.get("required", True)))


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


def _areas(
    found: Version,
    shown: Sequence[Figure],
    poll: gates.Poll | None,
    standing: gates.Standing,
    turns: Sequence[Turn],
) -> tuple[AreaEvidence, ...]:
    holds = () if poll is None else poll.rows
    rows = [row for row in holds if row.evidence is None and row.counts_as is Verdict.GO]
    lacking = [turn for turn in turns if turn.verdict is Verdict.NO_DATA]
    return tuple(
        AreaEvidence(
            area=area,
            verdict=None if poll is None else poll.by_area.get(area),
            figures=tuple(one for one in shown if one.area is area),
            without=tuple(_held(row) for row in rows if row.condition.area is area),
            missing=tuple(
                Missing(turn.say, turn.command) for turn in lacking if area_of(turn.check) is area
            ),
            command=_command(found, area, standing),
        )
        for area in Area
    )


def _held(row: gates.Polled) -> str:
    why = row.reason if row.waiver is None else "waived"
    return f"{title(row.condition)} {asked(row.condition)}: {why}"


def _command(found: Version, area: Area, standing: gates.Standing) -> str | None:
    """What gives first evidence of an area."""
    checks = [spec.name for spec in CATALOGUE.values() if spec.area is area]
    if not checks:
        return None
    if area in SERVER_MEASURES:
        said = found.registration
        return f"gonogo model reproduce {said.model}@{said.number}"
    about = [str(one) for one in standing.data] or [str(found.subject)]
    return f"gonogo evidence measure {about[-1]} --check {checks[0]}"


def _history(work: Work, subject: Subject) -> tuple[History, ...]:
    """What was measured more than once in the same way."""
    found: Sequence[Cited] = evidence.listed(work, subject=subject, limit=HISTORY).items
    series: dict[tuple[str, str, str | None, bool], list[Figure]] = {}
    for one in figures(work, found):
        key = (one.check, one.narrowed, one.data, one.reproduced)
        series.setdefault(key, []).append(one)
    return tuple(
        History(
            title=of[0].title,
            narrowed=of[0].narrowed,
            changed=any(one.measured != of[0].measured for one in of),
            figures=tuple(of),
        )
        for of in series.values()
        if len(of) > 1
    )


def _told(work: Work, subject: Subject) -> list[Entry]:
    """The newest entries about the version that are no evidence."""
    found = [
        entry
        for kind in TOLD
        for entry in ledger_history(work, [str(subject)], most=LATEST, kind=kind)
    ]
    return sorted(found, key=lambda entry: -entry.position)[:LATEST]


def _reviews(work: Work, subject: Subject) -> tuple[ReviewName, ...]:
    return tuple(
        ReviewName(
            id=one.id,
            gate=str(one.gate),
            outcome=None if one.outcome is None else str(one.outcome),
            opened_at=one.opened_at,
        )
        for one in review_reads.of_subjects(work, [subject], limit=REVIEWS)
    )
