"""How sure a released version's answers are said to be, and how often that held.

As it was measured when the release began, on rows from which nothing was learned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.chain import Entry
from gonogo.core.decisions import Outcome
from gonogo.core.evidence import measured_from_json
from gonogo.core.specs.served import CALIBRATION, COVERAGE
from gonogo.domain.releases.route_settings import settings_of
from gonogo.domain.releases.rules import Live, Release
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Held:
    """How often the truth was held among the rows of a group."""

    group: str
    """column = value."""
    rows: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sureness:
    """What the decision that started a release cites of its probabilities, sets and intervals."""

    stated: float
    """How often the version's sets or intervals are to hold the truth."""
    set_now: float
    """The route's setting now: for the next release, where it is another."""
    coverage: Measured
    coverage_evidence: str
    """Digest."""
    groups: tuple[Held, ...]
    """By group of the protected columns."""
    calibration: Measured
    calibration_evidence: str


def sureness(
    work: Work, found: Release, about: Sequence[Entry], live: Live | None
) -> Sureness | None:
    """What was measured when `found` began.

    None where the decision that started it is not among those `about` its use case, or cites
    nothing of it.
    """
    started = next((one for one in about if _starts(one, found)), None)
    if started is None:
        return None
    cited = work.ledger.entries_of(set(_body(started)["cites"]))
    by_check = {
        body["check"]: (digest, body)
        for digest, entry in cited.items()
        if entry.kind == "evidence" and (body := _body(entry))["check"] in {CALIBRATION, COVERAGE}
    }
    if len(by_check) < len({CALIBRATION, COVERAGE}):
        return None
    (calibrated, calibration), (digest, coverage) = by_check[CALIBRATION], by_check[COVERAGE]
    return Sureness(
        stated=float(coverage["with"]["coverage"]),
        set_now=settings_of({} if live is None else live.settings).coverage,
        coverage=measured_from_json(coverage["measured"]),
        coverage_evidence=digest,
        groups=tuple(_group(one) for one in coverage["detail"].get("by_group", ())),
        calibration=measured_from_json(calibration["measured"]),
        calibration_evidence=calibrated,
    )


def _starts(entry: Entry, found: Release) -> bool:
    body = _body(entry)
    return body.get("release") == found.id and body["outcome"] == str(Outcome.STARTED)


def _group(one: Mapping[str, Any]) -> Held:
    named = f"{one['column']} = {one['group'] or 'not known'}"
    return Held(named, int(one["rows"]), one["covered"], one["low"], one["high"])


def _body(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body)
    return found
