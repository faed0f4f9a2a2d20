"""A bandit while it learns: what it has cost, whom it took, what it believes, what was foretold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.conditions import Cited
from gonogo.core.decisions import Outcome
from gonogo.core.errors import NotFound
from gonogo.core.releasing import Strategy
from gonogo.core.snapshot import Served
from gonogo.core.specs.value import OFF_POLICY
from gonogo.core.times import stamp
from gonogo.domain.cases import tables as cases
from gonogo.domain.releases import tables
from gonogo.domain.releases.route_settings import BanditSettings, settings_of
from gonogo.domain.releases.routing import CHALLENGER, CHAMPION, FALLBACK, key_of, scaling_of
from gonogo.domain.releases.rules import UNDER_WAY, Release
from gonogo.stats import bandit_learning as stats
from gonogo.stats.bandits import LINUCB, THOMPSON, prepare
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined
from gonogo.stats.policies import ALWAYS
from gonogo.stats.sample_ratio import share_interval
from gonogo.store.ledger import to_cited
from gonogo.store.work import Work
from gonogo.views.charts.values import Intervals, Lines
from gonogo.views.drawn import bandits as drawn

ALPHA = 0.05
"""Chance that intervals are wrong, over all looks and arms together."""
MOST = 200
"""Decisions about the use case among which its start is found."""
ARMS = (CHAMPION, CHALLENGER)
CONSTANT = "constant"
NOT_DONE = "not what was done"


@dataclass(frozen=True, slots=True)
class ArmLearned:
    """An arm as it stands."""

    arm: str
    version: str | None
    """`name@number`; None for rules."""
    decisions: int
    share: float | None
    """Of all decisions of the bandit; None without any."""
    outcomes: int
    rate: Measured
    """Of success, in an interval that holds at all looks and arms together."""
    belief: Measured | None
    """What Thompson's bandit believes of it; None of the others."""
    chance: float | None
    """With which it is taken next; None where that depends on the request, or none comes."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What LinUCB holds a feature to be worth: rewards for one unit of it, by arm."""

    feature: str
    scaling: str
    """How it is standardised, in words; "" of the constant."""
    by_arm: tuple[Measured, ...]
    """In the order of the arms."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a policy was foretold to bring, beside what then happened."""

    policy: str
    estimates: Mapping[str, Measured]
    """By estimator."""
    evidence: str
    """Digest of the one that is named first."""
    happened: Measured
    """What its arm brought since, or the whole bandit where that is the policy."""


@dataclass(frozen=True, slots=True)
class BanditPage:
    """A bandit of a release."""

    id: str
    case: str
    title: str
    """Of the use case."""
    state: str
    entry: str
    headline: str
    kind: str
    parameters: Mapping[str, float]
    decisions: int
    outcomes: int
    reward: Measured
    """What a decision brought on average, whichever arm took it."""
    regret: Measured
    arms: tuple[ArmLearned, ...]
    shares: Lines | None
    """Shares over time; None before anything came."""
    lost: Lines | None
    """Regret over time."""
    rates: Intervals | None
    weights: tuple[Weight, ...]
    """Of LinUCB; empty of the others, and before it has learned."""
    foretold: tuple[Foretold, ...]
    foretold_at: str | None
    source: str | None
    """The release or the dataset that it was foretold by."""


def bandit(work: Work, found: Release) -> BanditPage:
    """The page of a bandit; raises `NotFound` where the release is none."""
    if found.strategy is not Strategy.BANDIT:
        raise NotFound(field="release", value=found.id, expected="the release of a bandit")
    _, state = tables.watch_of(work, found)
    live = tables.live_of(work, found.case)
    settings = settings_of({} if live is None else live.settings).bandit
    learned: Mapping[str, Mapping[str, Any]] = state.get("learned", {})
    counts = {name: _counts(learned.get(name, {})) for name in ARMS}
    regret = drawn.regret_of(counts, ALPHA)
    arms = _arms(found, settings, state, counts)
    cited = _cited(work, found)
    path = state.get("path", ())
    names = {one.arm: one.version or FALLBACK for one in arms}
    return BanditPage(
        id=found.id,
        case=found.case,
        title=cases.get(work, found.case).text.title,
        state=str(found.state),
        entry=found.entry,
        headline=_headline(arms, regret),
        kind=settings.kind,
        parameters=settings.parameters,
        decisions=sum(one.decisions for one in arms),
        outcomes=sum(one.outcomes for one in arms),
        reward=_together(counts),
        regret=regret,
        arms=arms,
        shares=drawn.shares(path, found.started_at, names),
        lost=drawn.lost(path, found.started_at, ALPHA),
        rates=drawn.rates([(one.arm, names[one.arm], one.rate) for one in arms]),
        weights=_weights(work, found, settings, learned),
        foretold=_foretold(settings, names, counts, cited),
        foretold_at=stamp(cited[0].evidence.at) if cited else None,
        source=_source(cited[0]) if cited else None,
    )


def _counts(known: Mapping[str, Any]) -> Counts | Undefined:
    return drawn.counts_of(known.get("successes", 0.0), known.get("failures", 0.0))


def _arms(
    found: Release,
    settings: BanditSettings,
    state: Mapping[str, Any],
    counts: Mapping[str, Counts | Undefined],
) -> tuple[ArmLearned, ...]:
    learned: Mapping[str, Mapping[str, Any]] = state.get("learned", {})
    decided = {name: int(state.get("arms", {}).get(name, {}).get("n", 0)) for name in ARMS}
    total = sum(decided.values())
    versions = {
        CHAMPION: None if found.before is None else key_of(found.before),
        CHALLENGER: key_of(found.version),
    }
    chances = _chances(found, settings, learned)
    told = []
    for name in ARMS:
        known = learned.get(name, {})
        yes, no = (float(known.get(one, 0.0)) for one in ("successes", "failures"))
        believes = settings.kind == THOMPSON
        told.append(
            ArmLearned(
                arm=name,
                version=versions[name],
                decisions=decided[name],
                share=decided[name] / total if total else None,
                outcomes=round(yes + no),
                rate=_rate(counts[name]),
                belief=stats.posterior(yes, no, 1 - ALPHA) if believes else None,
                chance=chances.get(name),
            )
        )
    return tuple(told)


def _rate(counts: Counts | Undefined) -> Measured:
    if isinstance(counts, Undefined):
        return counts
    return share_interval(counts.yes, counts.n, 0.5, ALPHA / len(ARMS))


def _together(counts: Mapping[str, Counts | Undefined]) -> Measured:
    total = Counts(0, 0)
    for one in counts.values():
        if isinstance(one, Undefined):
            return one
        total = total + one
    return share_interval(total.yes, total.n, 0.5, ALPHA)


def _chances(
    found: Release, settings: BanditSettings, learned: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    if found.state not in UNDER_WAY or settings.kind == LINUCB:
        return {}
    known = {name: learned.get(name, {}) for name in ARMS}
    return prepare(settings.kind, settings.parameters, known).propensities({})


def _weights(
    work: Work,
    found: Release,
    settings: BanditSettings,
    learned: Mapping[str, Mapping[str, Any]],
) -> tuple[Weight, ...]:
    by_arm = [stats.weights(learned.get(name, {}), ALPHA / len(ARMS)) for name in ARMS]
    size = len(settings.context) + 1
    if (
        settings.kind != LINUCB
        or not any(by_arm)
        or any(len(one) not in {0, size} for one in by_arm)
    ):
        return ()
    kept = tables.served_of(work, [key_of(found.version)]).values()
    features = [one for served, _ in kept for one in msgspec.convert(served, Served).features]
    scaling = scaling_of(settings, features)
    unknown = Undefined("no outcome yet", n=0)
    return tuple(
        Weight(
            feature=CONSTANT if place == 0 else settings.context[place - 1],
            scaling="" if place == 0 else _scaled(scaling[settings.context[place - 1]]),
            by_arm=tuple(one[place] if one else unknown for one in by_arm),
        )
        for place in range(size)
    )


def _scaled(one: tuple[float, float]) -> str:
    return f"less {one[0]:g}, divided by {one[1]:g}"


def _cited(work: Work, found: Release) -> list[Cited]:
    """The off-policy evidence that the start of the release cites."""
    for entry in work.ledger.search(kind="decision", subject=str(found.subject), limit=MOST).items:
        body: dict[str, Any] = msgspec.json.decode(entry.body)
        if body.get("release") == found.id and body["outcome"] == str(Outcome.STARTED):
            told = work.ledger.entries_of(body["cites"]).values()
            cited = [to_cited(one) for one in told if one.kind == "evidence"]
            return [one for one in cited if one.evidence.check == OFF_POLICY]
    return []


def _foretold(
    settings: BanditSettings,
    names: Mapping[str, str],
    counts: Mapping[str, Counts | Undefined],
    cited: Sequence[Cited],
) -> tuple[Foretold, ...]:
    happened = {ALWAYS + names[arm]: _rate(counts[arm]) for arm in ARMS}
    happened[settings.kind] = _together(counts)
    by_policy: dict[str, list[Cited]] = {}
    for one in sorted(cited, key=lambda one: one.position):
        by_policy.setdefault(str(one.evidence.parameters.get("policy")), []).append(one)
    return tuple(
        Foretold(
            policy=policy,
            estimates={
                str(one.evidence.parameters["estimator"]): one.evidence.measured for one in found
            },
            evidence=found[-1].digest,
            happened=happened.get(policy, Undefined(NOT_DONE, n=0)),
        )
        for policy, found in by_policy.items()
    )


def _source(one: Cited) -> str:
    return str(one.evidence.data or one.evidence.parameters.get("release"))


def _headline(arms: Sequence[ArmLearned], regret: Measured) -> str:
    outcomes = sum(one.outcomes for one in arms)
    new = next(one for one in arms if one.arm == CHALLENGER)
    name = new.version or FALLBACK
    if not outcomes:
        return f"No outcome is known yet: {name} is taken as often as what is live."
    took = "" if new.share is None else f"{name} took {new.share:.0%} of the decisions. "
    rates = [one.rate for one in arms]
    if isinstance(regret, Undefined):
        return f"{took}What that cost is not known: {regret.reason}."
    apart = (
        "one arm is better for certain"
        if all(isinstance(one, Estimate) for one in rates) and _apart(rates)
        else "which arm is better is not settled"
    )
    cost = f"Against always taking the better arm it cost {regret.value:.3g} successes"
    return f"{took}{cost} [{regret.low:.3g}, {regret.high:.3g}]; {apart}."


def _apart(rates: Sequence[Measured]) -> bool:
    known = [one for one in rates if isinstance(one, Estimate)]
    return max(one.low for one in known) > min(one.high for one in known)
