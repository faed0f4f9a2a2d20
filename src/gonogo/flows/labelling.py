"""How long the labels of a release's use case take: read anew from the log every few minutes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gonogo.core.times import moment, stamp
from gonogo.domain.releases import labels
from gonogo.domain.releases.labels import ArmLabels, LabelDelay
from gonogo.domain.releases.rules import Release
from gonogo.records import waits
from gonogo.records.log import microseconds

EVERY = timedelta(minutes=5)
REACH = timedelta(days=90)
"""How far back the log is read; twice the policy's word where that is more."""


def refreshed(
    log: Path, release: Release, state: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """What is to be kept of it with a release; what is known where that is fresh or of no use."""
    known: Mapping[str, Any] = state.get("labels", {})
    if not labels.rests_on_labels(release.plan):
        return {}
    if known and now - moment(known["at"]) < EVERY:
        return dict(known)
    said = release.plan.label_delay
    since = now - max(REACH, 2 * said)
    found = waits.waits(log, release.case, since, now, release.id)
    curve = labels.distribution(found.ages, found.took)
    told = replace(
        labels.learned(said, found.ages, found.took),
        arms={
            name: ArmLabels(one.decisions, one.labelled, labels.completeness(curve, one.ages))
            for name, one in found.arms.items()
        },
    )
    return {**told.to_json(), "at": stamp(now)}


def delay_of(release: Release, state: Mapping[str, Any]) -> LabelDelay | None:
    """What holds now; None where nothing of a release rests on labels."""
    if not labels.rests_on_labels(release.plan):
        return None
    known = state.get("labels")
    return LabelDelay.from_json(known) if known else labels.said(release.plan.label_delay)


def ripe(release: Release, kept: Mapping[str, Any], now: datetime) -> int | None:
    """Up to when decisions are old enough for their labels; None: all are."""
    found = delay_of(release, {"labels": kept})
    if found is None or not found.span:
        return None
    return microseconds(now - found.span)
