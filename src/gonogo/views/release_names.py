"""Releases in one line each, as other pages lead to them."""

from dataclasses import dataclass

from gonogo.domain.releases import reads
from gonogo.domain.releases.rules import Release
from gonogo.store.work import Work

FEW = 5


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """A release, to be led to."""

    id: str
    version: str
    strategy: str
    state: str
    started_at: str


def of_case(work: Work, case: str) -> tuple[ReleaseName, ...]:
    """The last releases of a use case, newest first."""
    return tuple(_name(one) for one in reads.listed(work, case=case, limit=FEW).items)


def of_version(work: Work, version: str) -> tuple[ReleaseName, ...]:
    """The last releases that a version was part of, newest first."""
    return tuple(_name(one) for one in reads.of_version(work, version)[:FEW])


def _name(one: Release) -> ReleaseName:
    return ReleaseName(one.id, str(one.version), str(one.strategy), str(one.state), one.started_at)
