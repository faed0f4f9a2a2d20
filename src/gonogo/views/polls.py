"""Model versions polled: where each stands before its next gate, and what stands in its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gonogo.core.areas import Area
from gonogo.core.conditions import Cited
from gonogo.core.gates import STEPS, Gate, GateName
from gonogo.core.subjects import Subject
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.gates import rules as gates
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import ModelStage, Version
from gonogo.domain.policies import reads as policies
from gonogo.domain.policies.tables import Published
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.standing import standing_of


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
    work: Work, versions: Sequence[Version], policy_of: Mapping[str, str]
) -> tuple[VersionPoll, ...]:
    """Each of `versions` polled; `policy_of` names the policy of each use case.

    Three queries, however many versions there are.
    """
    champions = models.champions_of(work, list({v.registration.model for v in versions}))
    in_force = policies.in_force_of(work, set(policy_of.values()))
    evidence = work.ledger.latest_of(_asked_about(versions))
    return tuple(
        _polled(work, version, policy_of[version.registration.case], champions, in_force, evidence)
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
        standing = standing_of(version, "", None)
        found |= dict.fromkeys((version.subject, *standing.data))
    return list(found)


def _polled(
    work: Work,
    version: Version,
    policy: str,
    champions: Mapping[str, str],
    in_force: Mapping[str, Published],
    evidence: Mapping[Subject, list[Cited]],
) -> VersionPoll:
    model = version.registration.model
    number = champions.get(model)
    gate = so_far(version, in_force.get(policy))
    poll = None
    if gate is not None:
        standing = standing_of(version, policy, number)
        about = (version.subject, *standing.data)
        found = [cited for subject in about for cited in evidence.get(subject, ())]
        poll = gates.poll(gate, found, standing, work.now)
    return VersionPoll(
        version=str(version.subject),
        stage=str(version.stage),
        champion=None if number is None else f"model:{model}@{number}",
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
