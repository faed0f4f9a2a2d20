"""What may be switched in a use case: the kill switch, back again, and a rollback practised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gonogo.core.conditions import Cited
from gonogo.core.roles import Action
from gonogo.core.specs.live import ROLLBACK
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.domain.releases.rules import Live
from gonogo.stats.estimate import Estimate
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Switches:
    """What the reader may switch now."""

    kill: bool = False
    revive: bool = False
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Drilled:
    """The last rollback that was practised of what is live."""

    seconds: float
    at: str
    evidence: str
    """Digest of the entry."""


def switches(work: Work, case: str, live: Live | None) -> Switches:
    """What the caller may switch in a use case."""
    if live is None:
        return Switches()
    lineage = work.subjects.lineage(Subject(SubjectKind.CASE, case))
    stop = work.caller.refuses(Action.RELEASE_STOP, lineage) is None
    start = work.caller.refuses(Action.RELEASE_START, lineage) is None
    return Switches(kill=stop and not live.killed, revive=start and live.killed, drill=stop)


def drilled(work: Work, live: Iterable[Live]) -> dict[str, Drilled]:
    """The last drill of what is live, by use case, in one question."""
    versions = {one.version: one for one in live if one.version is not None}
    if not versions:
        return {}
    found: Mapping[Subject, list[Cited]] = work.ledger.latest_of(list(versions), [ROLLBACK])
    told = {}
    for version, cited in found.items():
        for one in cited:
            measured = one.evidence.measured
            if isinstance(measured, Estimate):
                told[versions[version].case] = Drilled(
                    measured.value, stamp(one.evidence.at), one.digest
                )
    return told
