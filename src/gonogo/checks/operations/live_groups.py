"""Rates of yes of the groups of a new version, held to one another while a release runs."""

from collections.abc import Mapping
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.live_values import Effects, Looked, parameters_of
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.evidence import Parameters
from gonogo.core.releasing import Guardrail
from gonogo.stats import guardrails as stats
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.sample_ratio import share_bounds

SMALLEST = 30
"""Fewest decisions of a group whose rate is looked at."""


def with_groups(
    state: Mapping[str, Any], arm: str, came: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    """The state with what came of the groups of an arm."""
    known = {name: list(counts) for name, counts in dict(state.get(arm, {})).items()}
    for name, (yes, n) in came.items():
        before = known.get(name, [0, 0])
        known[name] = [before[0] + yes, before[1] + n]
    return {**state, arm: known}


def look_at_groups(
    guardrail: Guardrail, state: Mapping[str, Any], about: Parameters, effects: Effects
) -> Looked:
    """The ratio of the lowest to the highest rate of yes, with an interval for any time.

    Each group's rate is held between bounds that are right at all looks together, the alpha shared
    over the groups (Bonferroni); the ratio lies between those of their ends.
    """
    seen = {
        name: Counts(yes=int(counts[0]), n=int(counts[1]))
        for name, counts in dict(state.get("new", {})).items()
        if int(counts[1]) >= SMALLEST
    }
    measured = _ratio(seen, guardrail.alpha, effects)
    bound = 1 - guardrail.margin
    parameters = parameters_of(guardrail, about, measured)
    groups = {name: {"yes": one.yes, "n": one.n} for name, one in sorted(seen.items())}
    finding = Finding(
        guardrail.check,
        parameters,
        measured,
        {"margin": guardrail.margin, "groups": groups, "design_effects": dict(effects)},
    )
    title = CATALOGUE[guardrail.check].title
    if isinstance(measured, Undefined):
        return Looked(guardrail, stats.Verdict.HOLD, finding, f"{title}: {measured.reason}")
    said = f"{title} by {guardrail.group}: {measured.value:.3g} [{measured.low:.3g}, "
    said += f"{measured.high:.3g}], where at least {bound:.3g} is asked"
    if measured.high < bound:
        return Looked(guardrail, stats.Verdict.HARMFUL, finding, said)
    verdict = stats.Verdict.SAFE if measured.low >= bound else stats.Verdict.HOLD
    return Looked(guardrail, verdict, finding, said)


def _ratio(seen: Mapping[str, Counts], alpha: float, effects: Effects) -> Measured:
    n = sum(one.n for one in seen.values())
    if len(seen) < 2:
        return Undefined(f"fewer than two groups of {SMALLEST} decisions or more", n=n)
    ends = {
        name: _bounds(one, alpha / len(seen), effects.get(name, 1.0)) for name, one in seen.items()
    }
    rates = {name: one.yes / one.n for name, one in seen.items()}
    best = max(rates.values())
    if best == 0:
        return Undefined("no group has a yes", n=n)
    high = max(low for low, _ in ends.values())
    least = min(low for low, _ in ends.values())
    most = min(high for _, high in ends.values())
    value = min(rates.values()) / best
    top = max(end for _, end in ends.values())
    return Estimate(
        value=value,
        low=min(value, least / top),
        high=max(value, min(1.0, most / high)) if high > 0 else 1.0,
        level=1 - alpha,
        n=n,
        unit="ratio",
        method="rates by a Beta mixture (Robbins 1970), looked at at any time; Bonferroni",
    )


def _bounds(counts: Counts, alpha: float, effect: float) -> tuple[float, float]:
    """Of a rate, right at all looks together: with a design effect, as of so many times fewer."""
    return share_bounds(counts.yes / effect, counts.n / effect, 0.5, alpha)
