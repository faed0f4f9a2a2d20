"""The section `release` of a policy, read from YAML and laid over what the policy extends; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.releasing import JUDGED, Guardrail, ReleasePlan, Step, Strategy
from gonogo.core.specs.live import GROUP, WATCHED
from gonogo.core.times import duration
from gonogo.core.yaml_text import Place, nearest
from gonogo.domain.policies.named_checks import check_at, parameters_at
from gonogo.stats.guardrails import shared

FIELDS = ("strategies", "steps", "alpha", "guardrails", "label_delay")
STEP_FIELDS = ("share", "dwell", "smallest")
GUARDRAIL_FIELDS = ("check", "margin", "weight", "alpha", "group", "with")
MOST_STEPS = 50
HEAVIEST = 1e6
MOST_ROUNDING = 1e-9
OWN = frozenset({"release", "versus", "level", GROUP.name})
"""Parameters of the checks that a guardrail says otherwise, or the release itself."""


def release_section(place: Place, base: ReleasePlan | None) -> ReleasePlan:
    """The plan in `place` over the one below; raises `Invalid` naming field and line.

    What is said replaces what is below: the list of strategies, the steps of a strategy, the
    rollout's alpha, a guardrail on the same check and group, the label delay.
    """
    below = base or ReleasePlan()
    fields = place.mapping(FIELDS, "a release section")
    steps = dict(below.steps)
    if "steps" in fields:
        for name, at in fields["steps"].mapping(tuple(Strategy), "steps").items():
            steps[Strategy(name)] = _steps(at, Strategy(name))
    strategies = below.strategies
    if "strategies" in fields:
        strategies = tuple(_strategies(fields["strategies"]))
    for one in strategies:
        if one not in steps:
            (fields.get("steps") or place).refuse(f"steps of the strategy {one}", "none")
    guardrails = {one.key: one for one in below.guardrails}
    if "guardrails" in fields:
        guardrails.update({one.key: one for one in _guardrails(fields["guardrails"])})
    alpha = _alpha(fields["alpha"]) if "alpha" in fields else below.alpha
    delay = below.label_delay
    if "label_delay" in fields:
        delay = _span(fields["label_delay"])
    return ReleasePlan(
        strategies,
        {one: steps[one] for one in sorted(steps)},
        _shared(fields.get("guardrails") or fields.get("alpha") or place, guardrails, alpha),
        delay,
        alpha,
    )


def content_of(plan: ReleasePlan | None) -> dict[str, Json]:
    """What a policy's content holds of it: nothing where nothing was said, so that digests stay."""
    return {} if plan is None else {"release": plan.to_json()}


def _strategies(place: Place) -> Iterable[Strategy]:
    found: list[Strategy] = []
    for at in place.items("strategies"):
        name = at.text("a strategy")
        if name not in set(Strategy):
            near = nearest(name, Strategy)
            hint = f"; did you mean {near}?" if near else ""
            at.refuse(f"one of {', '.join(Strategy)}{hint}")
        if Strategy(name) in found:
            at.refuse("each strategy once")
        found.append(Strategy(name))
    return found


def _steps(place: Place, strategy: Strategy) -> tuple[Step, ...]:
    steps = [(at, _step(at)) for at in place.items("steps")]
    if not 1 <= len(steps) <= MOST_STEPS:
        place.refuse(f"1 to {MOST_STEPS} steps", len(steps))
    share = 0.0
    for at, step in steps:
        fixed = _fixed_share(strategy)
        if fixed is not None and step.share != fixed:
            at.refuse(f"share: {fixed:g} in every step of the strategy {strategy}", step.share)
        if strategy in {Strategy.CANARY, *JUDGED} and not 0 < step.share <= 1:
            at.refuse("a share above 0 and at most 1", step.share)
        if strategy is Strategy.CANARY and step.share < share:
            at.refuse(f"a share no smaller than the one before, {share:g}", step.share)
        share = step.share
    return tuple(step for _, step in steps)


def _fixed_share(strategy: Strategy) -> float | None:
    return {Strategy.SHADOW: 0.0, Strategy.BLUE_GREEN: 1.0}.get(strategy)


def _step(place: Place) -> Step:
    fields = place.mapping(STEP_FIELDS, "a step")
    for needed in STEP_FIELDS:
        if needed not in fields:
            place.refuse(f"a step with the field {needed}", "none")
    share = fields["share"].number()
    if not 0 <= share <= 1:
        fields["share"].refuse("a share of the entities, 0 to 1")
    smallest = fields["smallest"].value("a number of decisions")
    if isinstance(smallest, bool) or not isinstance(smallest, int) or not 0 <= smallest <= 10**12:
        fields["smallest"].refuse("a number of decisions, 0 or more")
    return Step(share, _span(fields["dwell"]), int(smallest))


def _guardrails(place: Place) -> Iterable[Guardrail]:
    seen: dict[str, str] = {}
    for at in place.items("guardrails"):
        one = _guardrail(at)
        other = seen.setdefault(one.key, at.path)
        if other != at.path:
            at.refuse(f"no second guardrail on what {other} is about", one.check)
        yield one


def _guardrail(place: Place) -> Guardrail:
    fields = place.mapping(GUARDRAIL_FIELDS, "a guardrail")
    for needed in ("check", "margin"):
        if needed not in fields:
            place.refuse(f"a guardrail with the field {needed}", "none")
    spec = check_at(fields["check"], WATCHED, "a check that is watched while a release runs")
    margin = fields["margin"].number()
    if margin < 0:
        fields["margin"].refuse("how much worse it may be, 0 or more")
    group = fields["group"].text("a column") if "group" in fields else None
    grouped = spec.parameter(GROUP.name) is not None
    if grouped and group is None:
        place.refuse("group: COLUMN, the groups that are compared", "none")
    if group is not None and not grouped:
        fields["group"].refuse(f"no group: {spec.name} compares none")
    parameters = parameters_at(spec, fields.get("with"), place, unsaid=OWN)
    if "low" in parameters and float(parameters["low"]) >= float(parameters["high"]):
        (fields.get("with") or place).refuse("low smaller than high")
    alpha, weight = _part(fields)
    return Guardrail(spec.name, margin, alpha, group, parameters, weight)


def _part(fields: Mapping[str, Place]) -> tuple[float, float | None]:
    """An alpha of its own, or its weight: the alpha that follows is reckoned over all of them."""
    if "alpha" in fields:
        if "weight" in fields:
            fields["weight"].refuse("a weight, or an alpha of its own, not both")
        return _alpha(fields["alpha"]), None
    weight = fields["weight"].number() if "weight" in fields else 1.0
    if not 0 < weight <= HEAVIEST:
        fields["weight"].refuse(f"a weight above 0 and at most {HEAVIEST:g}")
    return 0.0, weight


def _shared(
    place: Place, guardrails: Mapping[str, Guardrail], alpha: float | None
) -> tuple[Guardrail, ...]:
    """The guardrails, each with its part of the rollout's alpha."""
    weights = {key: one.weight for key, one in guardrails.items() if one.weight is not None}
    own = sum(one.alpha for one in guardrails.values() if one.weight is None)
    if alpha is None:
        if weights:
            place.refuse("alpha: the rollout's, which they share, or an alpha of each one", "none")
        return tuple(guardrails.values())
    left = alpha - own
    if left < (MOST_ROUNDING if weights else -MOST_ROUNDING):
        place.refuse(f"guardrails whose own alphas leave something of the rollout's {alpha:g}", own)
    parts = shared(left, weights) if weights else {}
    return tuple(
        replace(one, alpha=parts[key]) if key in parts else one for key, one in guardrails.items()
    )


def _alpha(place: Place) -> float:
    alpha = place.number()
    if not 0 < alpha <= 0.5:
        place.refuse("a chance of a false rollback above 0 and at most 0.5")
    return alpha


def _span(place: Place) -> timedelta:
    text = place.text("a number and m, h, d or w, such as 30m")
    try:
        return duration(text, "dwell")
    except Invalid as error:
        place.refuse(error.expected)
