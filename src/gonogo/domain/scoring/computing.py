"""What evidence makes of a criterion by itself; pure. What is known comes from other rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scipy.stats import beta

from gonogo.core.conditions import Cited, Condition, Situation, settle
from gonogo.core.verdicts import Verdict
from gonogo.domain.scoring.rules import Answers, Computed, Criterion, Rubric, Source, level_of
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.amounts import Between
from gonogo.stats.portfolio.rubrics import HIGHEST, LOWEST

SHARES = (0.1, 0.5, 0.9)
"""Lowest, likeliest and highest are these percentiles, where there is a distribution."""
MOST_NAMED = 5
"""Risks that are named, of those that bound a level."""
VALIDATED = 4.0
"""The least level of a use case of which a version has passed the validation gate."""
IN_PRODUCTION = 5.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a benefit model says."""

    if_built: Estimate
    """Present value if every stage succeeds."""
    spend: float
    """What building it costs."""
    currency: str
    realised: bool
    """Whether evidence of tried decisions is in it."""
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """How hypotheses came out, and how far versions came."""

    supported: int
    refuted: int
    inconclusive: int
    passed: str
    """The farthest stage of a version that passed a gate: validation or production; else ""."""
    version: str
    """Its address."""
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnRegister:
    """What the register says of the open risks of a use case, with what was shown to help."""

    risks: tuple[tuple[str, str, str], ...]
    """Name, residual severity and entry of each, the gravest first."""
    expected: str
    """What they are expected to cost together, in words; "" where they cost no money."""
    evidence: tuple[str, ...]
    """Entries that this sum was kept in."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on the record of one use case."""

    tier: str
    case_entry: str
    """The entry that last changed the use case."""
    worth: Worth | None
    tests: Tried
    data: Mapping[str, Sequence[Cited]]
    """Address of each dataset version it works with → evidence about it."""
    incidents: tuple[str, ...]
    """Entries of its incidents that are not resolved."""
    now: datetime
    register: OnRegister = OnRegister((), "", ())


def answered(rubric: Rubric, facts: Facts) -> Answers:
    """Criterion → the level that follows from `facts`, or why none does."""
    ways = {
        Source.BENEFIT: _by_benefit,
        Source.HYPOTHESES: _by_tests,
        Source.DATA: _by_data,
        Source.RISK: _by_risk,
    }
    return {
        one.key: ways[one.source](one, facts) for one in rubric.criteria if one.source is not None
    }


def _by_benefit(criterion: Criterion, facts: Facts) -> Computed | Undefined:
    """Worth over what building costs; success is left to the criterion that asks for it."""
    found = facts.worth
    if found is None:
        return Undefined("nobody stated a benefit model", n=0)
    by = "with evidence of tried decisions" if found.realised else "as stated"
    worth = found.if_built
    if found.spend <= 0:
        level = HIGHEST if worth.value > 0 else LOWEST
        said = f"worth {worth.value:,.4g} {found.currency} if built, and building costs nothing"
        return Computed(Between(level, level, level), f"{said}, {by}", found.evidence)
    low, likely, high = (one / found.spend for one in (worth.low, worth.value, worth.high))
    return Computed(
        _ordered(*(level_of(one, criterion.bounds) for one in (low, likely, high))),
        f"worth {likely:.3g} times what building costs [{low:.3g}, {high:.3g}], if built, {by}",
        found.evidence,
    )


def _by_tests(criterion: Criterion, facts: Facts) -> Computed | Undefined:
    """The chance that the next hypothesis holds, by those settled; gates passed say more.

    An inconclusive one counts half. Before any, every chance is as likely as any other, so the
    chance has a Beta distribution.
    """
    found = facts.tests
    settled = found.supported + found.refuted + found.inconclusive
    if not settled and not found.passed:
        return Undefined("no hypothesis is settled, and no version has passed a gate", n=0)
    half = found.inconclusive / 2
    low, likely, high = (
        float(beta.ppf(share, 1 + found.supported + half, 1 + found.refuted + half))
        for share in SHARES
    )
    said = [f"{found.supported} of {settled} settled hypotheses held"] if settled else []
    least = LOWEST
    if found.passed:
        least = IN_PRODUCTION if found.passed == "production" else VALIDATED
        said.append(f"{found.version} has passed the {found.passed} gate")
    levels = [max(level_of(one, criterion.bounds), least) for one in (low, likely, high)]
    if not settled:
        levels = [least, least, HIGHEST]
    return Computed(_ordered(*levels), "; ".join(said), found.evidence)


def _by_data(criterion: Criterion, facts: Facts) -> Computed | Undefined:
    """The share of what is asked of data that holds; what is not measured leaves a range."""
    if not facts.data:
        return Undefined("no dataset is named by its hypotheses or its versions", n=0)
    situation = Situation(facts.now)
    settled = [
        settle(condition, cited, situation)
        for condition in criterion.conditions
        for cited in facts.data.values()
    ]
    held = sum(one.verdict is Verdict.GO for one in settled)
    failed = sum(one.verdict is Verdict.NO_GO for one in settled)
    total = len(settled)
    if not held + failed:
        checks = ", ".join(dict.fromkeys(one.check for one in criterion.conditions))
        return Undefined(f"not measured yet: {checks}", n=0)
    open_ = total - held - failed
    low, likely, high = (
        LOWEST + (HIGHEST - LOWEST) * share
        for share in (held / total, held / (held + failed), (held + open_) / total)
    )
    sets = "1 dataset version" if len(facts.data) == 1 else f"{len(facts.data)} dataset versions"
    said = f"{held} of {total} questions to {sets} hold, {failed} fail, {open_} are open"
    broken = dict.fromkeys(_asked(one.condition) for one in settled if one.verdict is Verdict.NO_GO)
    if broken:
        said += f"; failed: {', '.join(broken)}"
    evidence = dict.fromkeys(one.cited.digest for one in settled if one.cited is not None)
    return Computed(Between(low, likely, high), said, tuple(evidence))


def _by_risk(criterion: Criterion, facts: Facts) -> Computed | Undefined:
    """The levels that the rubric allows a tier; open incidents take one off, open risks bound it.

    A use case is no safer than its gravest open risk, so many as there are.
    """
    allowed = criterion.tiers.get(facts.tier)
    if allowed is None:
        return Undefined(f"the rubric names no level for the tier {facts.tier}", n=0)
    said, less, most = [f"risk tier {facts.tier}"], 0, HIGHEST
    evidence = [facts.case_entry, *facts.incidents]
    if facts.incidents:
        said.append(f"{_many(len(facts.incidents), 'incident')} not resolved")
        less = 1
    if criterion.severities:
        most, told, shown = _on_register(criterion, facts.register)
        said.append(told)
        evidence += shown
    ends = (allowed.low, allowed.likely, allowed.high)
    levels = Between(*(min(max(one - less, LOWEST), most) for one in ends))
    return Computed(levels, "; ".join(said), tuple(evidence))


def _on_register(criterion: Criterion, found: OnRegister) -> tuple[float, str, list[str]]:
    """The highest level that open risks leave, why, and the entries that say so."""
    if not found.risks:
        return HIGHEST, "no risk of it is open on the register", []
    by_level = {
        key: criterion.severities.get(severity, HIGHEST) for key, severity, _ in found.risks
    }
    most = min(by_level.values())
    gravest = [one for one in found.risks if by_level[one[0]] == most][:MOST_NAMED]
    said = f"{_many(len(found.risks), 'risk')} open"
    if found.expected:
        said += f", expected to cost {found.expected} with what was shown to help"
    if most < HIGHEST:
        named = ", ".join(f"{key} ({severity})" for key, severity, _ in gravest)
        said += f"; level {most:g} at most: {named}"
    return most, said, [*(entry for _, _, entry in gravest), *found.evidence]


def _many(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _asked(condition: Condition) -> str:
    return condition.check


def _ordered(low: float, likely: float, high: float) -> Between:
    return Between(min(low, likely), likely, max(high, likely))
