"""A rollback that is practised: ordered, carried to the gateways, timed, kept as evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from gonogo.checks.operations.live import rollback_seconds
from gonogo.core.caller import Caller
from gonogo.core.times import Clock
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.domain.releases import actions
from gonogo.flows import releases as flows
from gonogo.flows.watcher import WATCHER
from gonogo.store.work import OpenWork


@dataclass(frozen=True, slots=True)
class Practised:
    """How long it took from the order until the route was in force."""

    snapshot: int
    """Number of the route table that it went out with."""
    seconds: float
    confirmed: bool
    """Whether a gateway said so; else the time is until it lay there for one."""
    evidence: str | None
    """Digest of the entry; None where nothing is live that it could be about."""


def practise(
    open_work: OpenWork, caller: Caller, case: str, *, clock: Clock, deliver: Callable[[], bool]
) -> Practised:
    """Time a route's way; raises `NotFound` and `Forbidden` as `flows.releases.drill`."""
    with open_work(caller) as work:
        begun = clock()
        number = flows.drill(work, case)
        live = actions.need_live(work, case)
    confirmed = deliver()
    seconds = max(0.0, (clock() - begun).total_seconds())
    entry = None
    if live.version is not None:
        finding = rollback_seconds(seconds, live.release or case, confirmed=confirmed)
        with open_work(WATCHER) as work:
            drafts = [of_finding(finding, subject=str(live.version))]
            entry = evidence.record(work, drafts, reproduced=True)[0].digest
    return Practised(number, seconds, confirmed, entry)
