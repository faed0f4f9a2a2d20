"""Model versions polled: where each stands before its next gate, and what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited
from gonogo.core.gates import STEPS, Gate, GateName
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.cases.rules import Case
from gonogo.domain.gates import rules as gates
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.policies import reads as policies
from gonogo.domain.policies.tables import Published
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.standing import Around, around, data_of, standing_of


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
class VersionPoll:
    """A model version and what the gate before it says."""

    version: str
    """Its address."""
    stage: str
    champion: str | None
    """Address of the version of the same model that decides in production."""
    poll: Mapping[str, Verdict | None]
    """The verdict of each of the ten areas; None where the policy asks nothing."""
    verdict: Verdict
    """The worst of them."""
    next: Next | None
    """What stands in its way; None where no gate is before it."""
    gate: str | None
    registered_at: str
    entry: str


NOTHING: Mapping[str, Verdict | None] = dict.fromkeys(Area)
"""The poll where nothing is asked."""


def polled(
    work: Work, versions: Sequence[Version], cases: Mapping[str, Case]
) -> tuple[VersionPoll, ...]:
    """Each of `versions` polled; `cases` holds the use case of each by its name.

    Four queries, however many versions there are.
    """
    beside = around(work, versions)
    in_force = policies.in_force_of(work, {case.text.policy for case in cases.values()})
    evidence = work.ledger.latest_of(_asked_about(versions))
    return tuple(
        _polled(work, version, cases[version.registration.case], beside, in_force, evidence)
        for version in versions
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


def so_far(version: Version, policy: Published | None) -> Gate | None:
    """`next_gate` with the conditions of the gates before it, which must go on holding too."""
    last = next_gate(version, policy)
    if last is None or policy is None:
        return None
    passed = list(STEPS)[: list(STEPS).index(last.name) + 1]
    conditions = {
        condition.key: condition
        for gate in policy.version.gates
        if gate.name in passed
        for condition in gate.conditions
    }
    return replace(last, conditions=tuple(conditions.values()))


def _asked_about(versions: Sequence[Version]) -> list[Subject]:
    found: dict[Subject, None] = {}
    for version in versions:
        found |= dict.fromkeys((version.subject, *data_of(version)))
    return list(found)


def _polled(
    work: Work,
    version: Version,
    case: Case,
    beside: Around,
    in_force: Mapping[str, Published],
    evidence: Mapping[Subject, list[Cited]],
) -> VersionPoll:
    model = version.registration.model
    champion = beside.champions.get(model)
    gate = so_far(version, in_force.get(case.text.policy))
    poll = None
    if gate is not None:
        standing = standing_of(version, case, beside)
        about = (version.subject, *standing.data)
        found = [cited for subject in about for cited in evidence.get(subject, ())]
        poll = gates.poll(gate, found, standing, work.now)
    return VersionPoll(
        version=str(version.subject),
        stage=str(version.stage),
        champion=None if champion is None else f"model:{model}@{champion.number}",
        poll=NOTHING if poll is None else {area: poll.by_area.get(area) for area in Area},
        verdict=_ungated(version) if poll is None else poll.verdict,
        next=None if poll is None or gate is None else _next(gate, poll),
        gate=None if gate is None else str(gate.name),
        registered_at=version.registered_at,
        entry=version.entry,
    )


def _ungated(version: Version) -> Verdict:
    return Verdict.GO if version.stage is ModelStage.PRODUCTION else Verdict.NO_DATA


def _next(gate: Gate, poll: gates.Poll) -> Next:
    failing = max(poll.rows, key=lambda row: row.counts_as)
    if failing.counts_as is Verdict.GO:
        return Next(Verdict.GO, gate.name, f"every condition of {gate.name} holds")
    says = f"{title(failing.condition)} {asked(failing.condition)}"
    return Next(failing.counts_as, gate.name, says, failing.measured, failing.evidence)
