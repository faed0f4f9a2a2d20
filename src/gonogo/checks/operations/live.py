"""What is watched while a release runs: sums by arm from the decision log, held to guardrails.

State is plain numbers that only grow by batches, so that it can be kept in the transaction that
notes how far the log was read.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.evidence import Parameters
from gonogo.core.releasing import Guardrail
from gonogo.core.specs import live as specs
from gonogo.stats import guardrails as stats
from gonogo.stats.arms import NOTHING, Arms, Batch
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined, exact
from gonogo.stats.proportions import wilson

HARM = {1: stats.Harm.MORE, -1: stats.Harm.LESS, 0: stats.Harm.EITHER}
WITHIN = {specs.PAYOFF: ("low", "high"), specs.METRIC: ("low", "high")}
"""The parameters that say what a value can be at least and at most; else 0 and 1."""
SMALLEST = 30
"""Fewest decisions of a group whose rate is looked at."""
Effects = Mapping[str, float]
"""Design effects of the arms `live` and `new`, or of the new arm's groups; those not named: 1."""
INDEPENDENT: Effects = {}


@dataclass(frozen=True, slots=True)
class ArmSums:
    """What came of one arm since the last look, as the log tells; sums that add up."""

    n: int = 0
    """Decisions."""
    errors: int = 0
    """Of them answered by the fallback."""
    late: Mapping[str, int] = field(default_factory=dict)
    """Of them slower than a limit, by the limit in ms as text."""
    scores: Batch = NOTHING
    yes: int = 0
    """Of them the positive outcome."""
    values: Batch = NOTHING
    """What those came to whose outcome is known."""
    labels: Batch = NOTHING
    """Their outcomes as numbers."""
    groups: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    """Yes and decisions, by column and group."""

    def __add__(self, other: "ArmSums") -> "ArmSums":
        late = {
            limit: self.late.get(limit, 0) + other.late.get(limit, 0)
            for limit in {*self.late, *other.late}
        }
        groups = {
            column: _added(self.groups.get(column, {}), other.groups.get(column, {}))
            for column in {*self.groups, *other.groups}
        }
        return ArmSums(
            n=self.n + other.n,
            errors=self.errors + other.errors,
            late=late,
            scores=self.scores + other.scores,
            yes=self.yes + other.yes,
            values=self.values + other.values,
            labels=self.labels + other.labels,
            groups=groups,
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """A guardrail after a batch."""

    guardrail: Guardrail
    says: stats.Verdict
    finding: Finding
    reason: str
    """In one sentence with the numbers."""
    more_needed: int | None = None


def batch_of(guardrail: Guardrail, sums: ArmSums) -> Batch:
    """The values that a guardrail compares, of one arm."""
    match guardrail.check:
        case specs.ERRORS:
            return Batch.of_counts(Counts(yes=sums.errors, n=sums.n))
        case specs.LATE:
            limit = limit_key(guardrail)
            return Batch.of_counts(Counts(yes=sums.late.get(limit, 0), n=sums.n))
        case specs.OUTCOMES:
            return Batch.of_counts(Counts(yes=sums.yes, n=sums.n))
        case specs.SHIFT:
            return sums.scores
        case specs.PAYOFF:
            return sums.values
        case _:
            return sums.labels


def limit_key(guardrail: Guardrail) -> str:
    """The limit of a guardrail on latency, as sums are kept by it."""
    return f"{float(guardrail.parameters['limit_ms']):g}"


def updated(
    guardrail: Guardrail, state: Mapping[str, Any], live: ArmSums, new: ArmSums
) -> dict[str, Any]:
    """The state after a batch of the live arm and of the new one."""
    if guardrail.check == specs.SELECTED:
        column = str(guardrail.group)
        return _with_groups(_with_groups(state, "new", new.groups.get(column, {})), "live", {})
    rule = _rule(guardrail)
    low, high = rule.bounds
    kept = (
        _clipped(batch_of(guardrail, live), low, high),
        _clipped(batch_of(guardrail, new), low, high),
    )
    return dict(rule.update(Arms.of(state) if state else Arms(), *kept).numbers())


def look(
    guardrail: Guardrail,
    state: Mapping[str, Any],
    about: Parameters,
    effects: Effects = INDEPENDENT,
) -> Looked:
    """What a guardrail says now; `about` names the release and what it is compared with."""
    if guardrail.check == specs.SELECTED:
        return _look_at_groups(guardrail, state, about, effects)
    arms = Arms.of(state) if state else Arms()
    found = _rule(guardrail).look(arms, (effects.get("live", 1.0), effects.get("new", 1.0)))
    parameters = _parameters(guardrail, about, found.measured)
    detail = {**_detail(guardrail, found), "design_effects": dict(effects)}
    finding = Finding(guardrail.check, parameters, found.measured, detail)
    return Looked(guardrail, found.verdict, finding, _told(guardrail, found), found.further)


def measured(
    guardrail: Guardrail,
    state: Mapping[str, Any],
    about: Parameters,
    effects: Effects = INDEPENDENT,
) -> Finding:
    """What a guardrail measures now, to be kept as evidence."""
    return look(guardrail, state, about, effects).finding


def sample(yes: int, n: int, share: float, release: str, *, alpha: float) -> Finding:
    """What `sample_ratio` measures, to be kept as evidence."""
    return sample_ratio(yes, n, share, release, alpha=alpha).finding


def sample_ratio(yes: int, n: int, share: float, release: str, *, alpha: float) -> Looked:
    """Whether the share of entities that came to an arm can be what the route means.

    By a mixture over all shares (Beta(1, 1)) against the one that is meant: however often it is
    looked at, a share that is as meant is called wrong with chance `alpha` at most.

    Source: Lindon & Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35.
    """
    guardrail = Guardrail(specs.SAMPLE, 0.0, alpha)
    parameters: dict[str, str | int | float | bool] = {"release": release, "share": share}
    if n == 0 or not 0 < share < 1:
        nothing = Undefined("no decisions of two arms", n=n)
        finding = Finding(specs.SAMPLE, {**parameters, "level": 1 - alpha}, nothing)
        return Looked(guardrail, stats.Verdict.HOLD, finding, "no decisions of two arms yet")
    evidence = (
        math.lgamma(yes + 1)
        + math.lgamma(n - yes + 1)
        - math.lgamma(n + 2)
        - yes * math.log(share)
        - (n - yes) * math.log1p(-share)
    )
    measured = wilson(Counts(yes=yes, n=n), 1 - alpha)
    wrong = evidence >= -math.log(alpha)
    finding = Finding(
        specs.SAMPLE,
        {**parameters, "level": 1 - alpha},
        measured,
        {"log_evidence": evidence, "entities": n, "to_the_arm": yes},
    )
    said = (
        f"{yes:,} of {n:,} entities ({yes / n:.1%}) came to the new version, where the route "
        f"means {share:.1%}"
    )
    verdict = stats.Verdict.HARMFUL if wrong else stats.Verdict.HOLD
    return Looked(guardrail, verdict, finding, f"{said}: not by chance" if wrong else said)


def rollback_seconds(seconds: float, release: str, *, confirmed: bool) -> Finding:
    """How long a rollback took, from the order until the route was in force.

    `confirmed`: whether a gateway said so; else it is the time until the route lay there for one.
    """
    return Finding(
        specs.ROLLBACK,
        {"release": release},
        exact(seconds, n=1, unit=CATALOGUE[specs.ROLLBACK].unit, of="one rollback"),
        {"confirmed_by_a_gateway": confirmed},
    )


def _rule(guardrail: Guardrail) -> stats.Guardrail:
    names = WITHIN.get(guardrail.check)
    bounds = (0.0, 1.0)
    if names is not None:
        bounds = (
            float(guardrail.parameters[names[0]]),
            float(guardrail.parameters[names[1]]),
        )
    rare = guardrail.check in {specs.ERRORS, specs.LATE}
    return stats.Guardrail(
        harm=HARM[specs.WATCHED[guardrail.check].harm],
        margin=guardrail.margin,
        alpha=guardrail.alpha,
        bounds=bounds,
        # Errors and late answers are rare where all is well; measured from the middle of the
        # bounds the first batch would hide them.
        expected=0.01 if rare else None,
    )


def _clipped(batch: Batch, low: float, high: float) -> Batch:
    """Sums of values that were cut to the bounds where they were added; rounding put right."""
    if batch.n == 0:
        return batch
    total = min(max(batch.total, batch.n * low), batch.n * high)
    return Batch(batch.n, total, max(batch.squares, total**2 / batch.n))


def _parameters(
    guardrail: Guardrail, about: Parameters, measured: Measured
) -> dict[str, str | int | float | bool]:
    level = measured.level if isinstance(measured, Estimate) else 1 - guardrail.alpha
    found = {**about, **guardrail.parameters, "level": level}
    if guardrail.group is not None:
        found["group"] = guardrail.group
    known = CATALOGUE[guardrail.check].parameters
    return {one.name: found[one.name] for one in known if one.name in found}


def _detail(guardrail: Guardrail, found: stats.Look) -> dict[str, Any]:
    return {
        "margin": guardrail.margin,
        "alpha": guardrail.alpha,
        "verdict": str(found.verdict),
        "log_evidence": found.evidence if math.isfinite(found.evidence) else None,
        "further": found.further,
    }


def _told(guardrail: Guardrail, found: stats.Look) -> str:
    title = CATALOGUE[guardrail.check].title
    if isinstance(found.measured, Undefined):
        return f"{title}: {found.measured.reason}"
    one = found.measured
    said = f"{title}: {one.value:+.3g} [{one.low:.3g}, {one.high:.3g}] beside what is live"
    held = f"the margin is {guardrail.margin:g}"
    if found.verdict is stats.Verdict.HARMFUL:
        return f"{said}, surely beyond the margin of {guardrail.margin:g}"
    return f"{said}; {held}"


def _added(
    one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    nothing = (0, 0)
    return {
        name: (
            one.get(name, nothing)[0] + other.get(name, nothing)[0],
            one.get(name, nothing)[1] + other.get(name, nothing)[1],
        )
        for name in {*one, *other}
    }


# -- groups -----------------------------------------------------------------------------------


def _with_groups(
    state: Mapping[str, Any], arm: str, came: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    known = {name: list(counts) for name, counts in dict(state.get(arm, {})).items()}
    for name, (yes, n) in came.items():
        before = known.get(name, [0, 0])
        known[name] = [before[0] + yes, before[1] + n]
    return {**state, arm: known}


def _look_at_groups(
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
    parameters = _parameters(guardrail, about, measured)
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
        name: rate_at_any_time(one, alpha / len(seen), effects.get(name, 1.0))
        for name, one in seen.items()
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


def rate_at_any_time(counts: Counts, alpha: float, effect: float = 1.0) -> tuple[float, float]:
    """Bounds of a rate that hold at all looks together with chance 1 - alpha.

    With a design effect the counts are taken as of so many times fewer decisions.

    The rates against which the evidence of a Beta(1, 1) mixture stays below 1/alpha.

    Source: Robbins (1970), Annals of Mathematical Statistics 41, 1397-1409.
    """
    yes, n = counts.yes / effect, counts.n / effect
    if n == 0:
        return 0.0, 1.0
    mixed = math.lgamma(yes + 1) + math.lgamma(n - yes + 1) - math.lgamma(n + 2)

    def shut_out(rate: float) -> bool:
        told = 0.0
        if yes:
            told += yes * math.log(rate) if rate > 0 else -math.inf
        if n - yes:
            told += (n - yes) * math.log1p(-rate) if rate < 1 else -math.inf
        return mixed - told >= -math.log(alpha)

    return _edge(yes / n, 0.0, shut_out), _edge(yes / n, 1.0, shut_out)


def _edge(inside: float, outside: float, shut_out: Any) -> float:
    if not shut_out(outside):
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if shut_out(middle) else (middle, outside)
    return outside


IMPLEMENTED: dict[str, Callable[..., Finding]] = {
    **dict.fromkeys(specs.WATCHED, measured),
    specs.SAMPLE: sample,
    specs.ROLLBACK: rollback_seconds,
}
"""Check by check, the function that measures it."""
