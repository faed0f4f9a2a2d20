"""What the bandit of a release learns from outcomes: successes by arm, and LinUCB's matrices."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gonogo.core.releasing import Strategy
from gonogo.core.snapshot import Served
from gonogo.domain.releases import tables
from gonogo.domain.releases.looks import MOST
from gonogo.domain.releases.route_settings import RouteSettings
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION, key_of, scaling_of
from gonogo.domain.releases.rules import Release
from gonogo.records import arms
from gonogo.records.asked import Context
from gonogo.records.contexts import PARTS, Learned
from gonogo.stats.bandit_learning import with_sums
from gonogo.stats.bandits import LINUCB, STEPS
from gonogo.store.work import Work

REWARDS = (0.0, 1.0)
"""Bounds of what a bandit learns from, where no guardrail on a business metric says others."""
LEARNS = (CHAMPION, CHALLENGER)
"""The arms a bandit chooses among; a holdout keeps its share."""


def contexts(work: Work, release: Release, settings: RouteSettings) -> tuple[Context, ...] | None:
    """What LinUCB reads of the inputs of a release; None where it is another bandit, or none."""
    if release.strategy is not Strategy.BANDIT or settings.bandit.kind != LINUCB:
        return None
    kept = tables.served_of(work, [key_of(release.version)])
    features = [
        one for found, _ in kept.values() for one in msgspec.convert(found, Served).features
    ]
    scaling = scaling_of(settings.bandit, features)
    return tuple(Context(name, *scaling[name]) for name in settings.bandit.context)


def noted(known: Sequence[Any], state: Mapping[str, Any], at: str) -> list[Any]:
    """How the arms of a bandit stood at the looks that are kept, with one more if anything came.

    Of each look its time, and by arm decisions, successes and failures until then; a bounded number
    of looks, thinned evenly.
    """
    found: Mapping[str, Mapping[str, Any]] = state.get("learned", {})
    seen: Mapping[str, Mapping[str, Any]] = state.get("arms", {})
    now = {
        name: [
            int(seen.get(name, {}).get("n", 0)),
            float(found.get(name, {}).get("successes", 0.0)),
            float(found.get(name, {}).get("failures", 0.0)),
        ]
        for name in LEARNS
    }
    kept = [list(one) for one in known]
    if kept and kept[-1][1] == now:
        return kept
    kept.append([at, now])
    # The first and the last stay: where it began, and where it is.
    return kept if len(kept) <= MOST else [*kept[:-1:2], kept[-1]]


def learned(
    release: Release,
    known: Mapping[str, Mapping[str, Any]],
    came: Sequence[arms.Sums],
    contexts: Sequence[Learned],
    bounds: tuple[float, float] | None,
) -> dict[str, dict[str, Any]]:
    """What is known of each arm with what came since: sums, so that batches add up.

    An outcome between the `bounds` counts as a success by its place between them.
    """
    found = {name: dict(one) for name, one in known.items()}
    if release.strategy is not Strategy.BANDIT:
        return found
    low, high = bounds or REWARDS
    for one in came:
        n, total, _ = one.labels
        if one.arm in LEARNS and one.role == "live" and n:
            arm = found.setdefault(one.arm, {})
            successes = (total - n * low) / (high - low)
            # What was taken back may leave a rounding below nothing.
            arm["successes"] = max(0.0, arm.get("successes", 0.0) + successes)
            arm["failures"] = max(0.0, arm.get("failures", 0.0) + n - successes)
    for told in contexts:
        if told.arm in LEARNS:
            found.setdefault(told.arm, {})
            products = [value / STEPS**2 for value in told.products]
            rewards = [value / (STEPS * PARTS) for value in told.rewards]
            found = with_sums(found, told.arm, products, rewards)
    return found
