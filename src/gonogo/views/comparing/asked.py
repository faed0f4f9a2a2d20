"""What is asked of a comparison: which versions, by which criteria, and how much each counts."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.catalogue import check_spec
from gonogo.core.errors import Invalid
from gonogo.core.specs.shape import CheckSpec, Good
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.stats.pairwise import MOST, STRONGEST, Weighed, ahp

FEWEST_VERSIONS, MOST_VERSIONS = 2, 5
FAMILIES: dict[str, tuple[str, ...]] = {
    "performance": ("performance.",),
    "fairness": ("fairness.",),
    "latency": ("operations.latency_",),
    "cost": ("operations.cost_",),
    "carbon": ("operations.carbon_", "operations.co2_", "operations.energy_"),
    "interpretability": ("explainability.",),
}
"""What candidates are compared on where nothing else is asked, and how its checks begin."""
NAME = r"[a-z0-9_.]{1,100}(?:\[[^\]]{1,200}\])?"
CRITERION = re.compile(rf"({NAME})")
WEIGHT = re.compile(rf"({NAME})=(\S{{1,40}})")
JUDGEMENT = re.compile(rf"({NAME})/({NAME})=(\S{{1,40}})")
NAMED = "a criterion: " + ", ".join(FAMILIES) + ", or a check such as performance.brier"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing by which to choose: a family, a check, or a check about one group or column."""

    name: str
    """As it was asked for: "latency", "fairness.selection_rate_ratio[group=race]"."""
    check: str | None
    """None: of a family, whichever check most of the candidates have."""
    narrowed: str | None
    """What is in the brackets; None: whichever most of the candidates have."""

    def fits(self, spec: CheckSpec, narrowed: str) -> bool:
        """Whether a row of measurements may stand for it."""
        if self.check is None:
            return spec.name.startswith(FAMILIES[self.name]) and spec.good is not Good.NEITHER
        return spec.name == self.check and self.narrowed in {None, narrowed}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, by what, and how much each criterion counts."""

    subjects: tuple[Subject, ...]
    criteria: tuple[Criterion, ...]
    weights: tuple[float, ...]
    """One for each criterion; they add up to 1."""
    source: str
    """Where they are from: even, given or judged."""
    judged: Weighed | None
    """How consistent the judgements are, where weights come from them."""


def subjects(versions: Sequence[str]) -> tuple[Subject, ...]:
    """The model versions named NAME@VERSION, each once; raises `Invalid`."""
    return tuple(dict.fromkeys(_version(one) for one in versions))


def asked(
    versions: Sequence[str],
    criteria: Sequence[str] = (),
    weights: Sequence[str] = (),
    judgements: Sequence[str] = (),
) -> Asked:
    """What is asked, from words; raises `Invalid` naming the word that is wrong.

    `weights` read "criterion=number"; criteria that none names have none. `judgements` read
    "criterion/criterion=times": how many times as important the first is as the second, one for
    every pair, from 1/9 (as 0.111 or 1/9) to 9. Either of them, not both. Criteria are those named,
    else those of the weights or judgements, else every family.
    """
    found = subjects(versions)
    if not FEWEST_VERSIONS <= len(found) <= MOST_VERSIONS:
        raise Invalid(
            field="version",
            value=", ".join(versions),
            expected=f"{FEWEST_VERSIONS} to {MOST_VERSIONS} different model versions: NAME@VERSION",
        )
    if weights and judgements:
        raise Invalid(field="weight", expected="weights or judgements, not both")
    given, times = _given(weights), _judged(judgements)
    named = criteria or list(given) or list(dict.fromkeys(one for pair in times for one in pair))
    wanted = tuple(criterion(name) for name in dict.fromkeys(named or FAMILIES))
    if len(wanted) > MOST:
        raise Invalid(field="criterion", value=len(wanted), expected=f"{MOST} at most")
    names = [one.name for one in wanted]
    for field, words in (("weight", given), ("judgement", [one for pair in times for one in pair])):
        for name in words:
            if name not in names:
                raise Invalid(field=field, value=name, expected=f"one of: {', '.join(names)}")
    if times:
        weighed = _weighed(names, times)
        return Asked(found, wanted, weighed.weights, "judged", weighed)
    if given:
        total = sum(given.values())
        if not total:
            raise Invalid(field="weight", value="0", expected="one weight above 0 at least")
        shares = tuple(given.get(name, 0.0) / total for name in names)
        return Asked(found, wanted, shares, "given", None)
    return Asked(found, wanted, (1 / len(wanted),) * len(wanted), "even", None)


def criterion(name: str) -> Criterion:
    """The criterion called `name`; raises `Invalid`."""
    if name in FAMILIES:
        return Criterion(name, None, None)
    if CRITERION.fullmatch(name) is None or "." not in name:
        raise Invalid(field="criterion", value=name, expected=NAMED)
    check, _, narrowed = name.partition("[")
    if check_spec(check, field="criterion").good is Good.NEITHER:
        raise Invalid(
            field="criterion", value=check, expected="a check of which more, or less, is better"
        )
    return Criterion(name, check, narrowed.removesuffix("]") or None)


def _version(text: str) -> Subject:
    try:
        found = Subject.parse(text if text.startswith("model:") else f"model:{text}")
    except Invalid as error:
        raise Invalid(field="version", value=text, expected="NAME@VERSION") from error
    if found.kind is not SubjectKind.MODEL or not found.version:
        raise Invalid(field="version", value=text, expected="NAME@VERSION")
    return found


def _given(weights: Sequence[str]) -> dict[str, float]:
    given: dict[str, float] = {}
    for text in weights:
        match = WEIGHT.fullmatch(text)
        value = math.nan if match is None else _number(match[2])
        if match is None or not 0 <= value <= 1e6 or match[1] in given:
            raise Invalid(
                field="weight",
                value=text,
                expected="criterion=number, 0 or more, once for a criterion: latency=0.2",
            )
        given[match[1]] = value
    return given


def _judged(judgements: Sequence[str]) -> dict[tuple[str, str], float]:
    times: dict[tuple[str, str], float] = {}
    for text in judgements:
        match = JUDGEMENT.fullmatch(text)
        value = math.nan if match is None else _number(match[3])
        if match is None or match[1] == match[2] or not _on_scale(value):
            raise Invalid(
                field="judgement",
                value=text,
                expected="criterion/criterion=times, 1/9 to 9: performance/cost=3",
            )
        one, other = match[1], match[2]
        if (one, other) in times or (other, one) in times:
            raise Invalid(field="judgement", value=text, expected="one judgement of each pair")
        times[one, other] = value
    return times


def _on_scale(value: float) -> bool:
    return 1 / STRONGEST - 1e-3 <= value <= STRONGEST


def _weighed(names: Sequence[str], times: dict[tuple[str, str], float]) -> Weighed:
    def judged(one: str, other: str) -> float:
        if one == other:
            return 1.0
        if (one, other) in times:
            return max(times[one, other], 1 / STRONGEST)
        if (other, one) in times:
            return 1 / max(times[other, one], 1 / STRONGEST)
        raise Invalid(
            field="judgement", value=f"{one}/{other}", expected="a judgement of every pair"
        )

    return ahp([[judged(one, other) for other in names] for one in names])


def _number(text: str) -> float:
    """A number or a fraction; NaN where it is neither."""
    top, slash, bottom = text.partition("/")
    try:
        return float(top) / float(bottom) if slash else float(text)
    except (ValueError, ZeroDivisionError):
        return math.nan
