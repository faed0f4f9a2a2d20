"""Benefit models as people write them: YAML, field by field; a refusal names field and line."""

import re
from collections.abc import Callable

from yaml import SequenceNode

from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import Place, read
from gonogo.domain.value.rules import ABOUT, Planned, Statement
from gonogo.stats.money.amounts import Amount, Between, Known, Lognormal, Normal, least
from gonogo.stats.money.benefit import NOTHING, Benefit, Stage, bass, ramp

WHAT = "benefit model"
FIELDS = (
    "currency",
    "rate",
    "volume",
    "per_decision",
    "adoption",
    "avoided_loss",
    "running_cost",
    "stages",
    "people",
    "kind",
    "requires",
    "starts",
    "experiments",
)
ADOPTIONS = "quarters and reach, or quarters, innovation and imitation; final with either"
NEEDED = ("currency", "volume", "per_decision", "adoption")
AMOUNTS = ("low", "likely", "high", "p10", "p90", "shape")
STAGE_FIELDS = ("stage", "cost", "quarters", "success")
EXPERIMENT_FIELDS = ("experiment", "about", "noise", "observations", "cost")
CURRENCY = re.compile(r"[A-Z]{3}")
MOST_QUARTERS = 80
MOST_STAGES = 20
MOST_PEOPLE = 10_000.0
MOST_OBSERVATIONS = 10**12
MOST_TIMES = 1e6
"""The widest lognormal, its p90 over its p10: the far ends of wider ones are no numbers."""
LARGEST = 1e15
"""Of an amount of money; sums and products of such stay finite."""


def parse(text: str) -> Statement:
    """The benefit model in `text`; raises `Invalid` naming field and line.

    >>> found = parse('''
    ... currency: USD
    ... rate: 0.1
    ... volume: 1000
    ... per_decision: {low: 1, likely: 2, high: 4}
    ... adoption: [0.5, 1]
    ... stages: [{stage: build, cost: 900, quarters: 2, success: 0.8}]
    ... ''')
    >>> found.spend, found.benefit.success
    ((450.0, 450.0), 0.8)
    """
    top = read(text, what=WHAT)
    fields = top.mapping(FIELDS, "a benefit model")
    for needed in NEEDED:
        if needed not in fields:
            top.refuse(f"a benefit model with the field {needed}", "none")
    stages = _stages(fields["stages"]) if "stages" in fields else ()
    benefit = Benefit(
        volume=_counted(fields["volume"]),
        per_decision=_amount(fields["per_decision"]),
        adoption=_adoption(fields["adoption"]),
        avoided_loss=_or_nothing(fields, "avoided_loss", _amount),
        running_cost=_or_nothing(fields, "running_cost", _counted),
        stages=stages,
        rate=_quarterly(fields["rate"]) if "rate" in fields else 0.0,
    )
    return Statement(
        currency=_currency(fields["currency"]),
        benefit=benefit,
        kind=_slug(fields["kind"]) if "kind" in fields else "",
        people=_people(fields["people"], benefit.start) if "people" in fields else {},
        requires=_slugs(fields["requires"]) if "requires" in fields else (),
        starts=_starts(fields["starts"]) if "starts" in fields else (0,),
        experiments=_experiments(fields["experiments"]) if "experiments" in fields else (),
        text=text,
    )


def _currency(place: Place) -> str:
    text = place.text("a currency as ISO 4217 has it: USD")
    if not CURRENCY.fullmatch(text):
        place.refuse("three capital letters, as ISO 4217 has them: USD")
    return text


def _quarterly(place: Place) -> float:
    rate = place.number()
    if not -0.5 < rate < 1:
        place.refuse("a rate a year above -0.5 and below 1: 0.08")
    return float((1 + rate) ** 0.25 - 1)


def _amount(place: Place) -> Amount:
    """A number; low, likely and high; or p10 and p90, of a normal or a lognormal."""
    try:
        return _read_amount(place)
    except ValueError as error:
        place.refuse(f"an amount that there can be ({error})", _written(place))


def _read_amount(place: Place) -> Amount:
    if place.scalar is not None:
        return Known(_money(place))
    fields = place.mapping(AMOUNTS, "an amount")
    given = tuple(name for name in AMOUNTS if name in fields)
    if given == ("low", "likely", "high"):
        low, likely, high = (_money(fields[name]) for name in given)
        return Between(low, likely, high)
    if given not in {("p10", "p90"), ("p10", "p90", "shape")}:
        place.refuse(
            "a number, or low, likely and high, or p10 and p90 (shape: normal or lognormal)",
            ", ".join(given) or "nothing",
        )
    shape = fields["shape"].text("normal or lognormal") if "shape" in fields else "normal"
    if shape not in {"normal", "lognormal"}:
        fields["shape"].refuse("normal or lognormal")
    p10, p90 = _money(fields["p10"]), _money(fields["p90"])
    if shape == "lognormal" and p10 > 0 and p90 / p10 > MOST_TIMES:
        place.refuse(f"a p90 that is at most {MOST_TIMES:,.0f} times p10", p90 / p10)
    return Normal(p10, p90) if shape == "normal" else Lognormal(p10, p90)


def _counted(place: Place) -> Amount:
    """An amount that cannot be below 0."""
    found = _amount(place)
    if least(found) < 0:
        place.refuse(
            "an amount that cannot be below 0: low of 0 or more, or shape: lognormal",
            _written(place),
        )
    return found


def _written(place: Place) -> str:
    """An amount as it was given: `low -1, likely 2, high 3`."""
    if place.scalar is not None:
        return place.scalar
    said = place.mapping(None, "an amount")
    return ", ".join(f"{name} {at.scalar or 'something else'}" for name, at in said.items())


def _money(place: Place) -> float:
    value = place.number()
    if abs(value) > LARGEST:
        place.refuse(f"a number between -{LARGEST:g} and {LARGEST:g}")
    return value


def _or_nothing(fields: dict[str, Place], name: str, read_: Callable[[Place], Amount]) -> Amount:
    return read_(fields[name]) if name in fields else NOTHING


def _adoption(place: Place) -> tuple[float, ...]:
    """A share for each quarter; an even rise; or a spread from user to user, after Bass."""
    if _is_list(place):
        shares = tuple(_share(one) for one in place.items("shares"))
        if not 1 <= len(shares) <= MOST_QUARTERS:
            place.refuse(f"1 to {MOST_QUARTERS} shares, one for each quarter", len(shares))
        return shares
    fields = place.mapping(("quarters", "final", "reach", "innovation", "imitation"), "adoption")
    spreads = "innovation" in fields or "imitation" in fields
    for needed in ("quarters", "innovation" if spreads else "reach"):
        if needed not in fields:
            place.refuse(f"shares by quarter, or {needed} too: {ADOPTIONS}", f"no {needed}")
    if spreads and "reach" in fields:
        fields["reach"].refuse(f"either an even rise or a spread: {ADOPTIONS}", "both")
    quarters = _whole(fields["quarters"], 1, MOST_QUARTERS)
    final = _share(fields["final"]) if "final" in fields else 1.0
    if not spreads:
        return ramp(quarters, _whole(fields["reach"], 1, MOST_QUARTERS), final)
    innovation = _share(fields["innovation"])
    if not innovation:
        fields["innovation"].refuse("a share above 0: nobody would begin", innovation)
    imitation = _share(fields["imitation"]) if "imitation" in fields else 0.0
    return bass(quarters, innovation, imitation, final)


def _stages(place: Place) -> tuple[Stage, ...]:
    found: list[Stage] = []
    for at in place.items("stages"):
        fields = at.mapping(STAGE_FIELDS, "a stage")
        for needed in STAGE_FIELDS:
            if needed not in fields:
                at.refuse(f"a stage with the field {needed}", "none")
        name = fields["stage"].text("the name of the stage")
        if name in {one.name for one in found}:
            fields["stage"].refuse("a name that no other stage has")
        found.append(
            Stage(
                name=name,
                cost=_counted(fields["cost"]),
                periods=_whole(fields["quarters"], 0, MOST_QUARTERS),
                success=_share(fields["success"]),
            )
        )
    if len(found) > MOST_STAGES:
        place.refuse(f"{MOST_STAGES} stages at most", len(found))
    if (quarters := sum(one.periods for one in found)) > MOST_QUARTERS:
        place.refuse(f"stages of {MOST_QUARTERS} quarters at most, all together", quarters)
    return tuple(found)


def _people(place: Place, quarters: int) -> dict[str, tuple[float, ...]]:
    """Role → people by quarter; one number holds for each quarter of building."""
    found = {}
    for role, at in place.mapping(None, "people by role").items():
        if not SLUG.fullmatch(role):
            at.refuse("a role of lower-case letters, digits and hyphens: ml-engineer", role)
        if _is_list(at):
            found[role] = tuple(_between(one, MOST_PEOPLE) for one in at.items("people"))
        else:
            found[role] = (_between(at, MOST_PEOPLE),) * max(quarters, 1)
        if len(found[role]) > MOST_QUARTERS:
            at.refuse(f"{MOST_QUARTERS} quarters at most", len(found[role]))
    return found


def _starts(place: Place) -> tuple[int, ...]:
    """Quarters as people count them, from 1."""
    found = tuple(_whole(one, 1, MOST_QUARTERS) - 1 for one in place.items("quarters"))
    if not found:
        place.refuse("one quarter at least: [1]", "none")
    return tuple(sorted(set(found)))


def _experiments(place: Place) -> tuple[Planned, ...]:
    found: list[Planned] = []
    for at in place.items("experiments"):
        fields = at.mapping(EXPERIMENT_FIELDS, "an experiment")
        for needed in EXPERIMENT_FIELDS:
            if needed not in fields:
                at.refuse(f"an experiment with the field {needed}", "none")
        about = fields["about"].text(f"one of {', '.join(ABOUT)}")
        if about not in ABOUT:
            fields["about"].refuse(f"one of {', '.join(ABOUT)}")
        name = fields["experiment"].text("the name of the experiment")
        if name in {one.name for one in found}:
            fields["experiment"].refuse("a name that no other experiment has")
        noise = fields["noise"].number()
        if not 0 < noise <= LARGEST:
            fields["noise"].refuse("the standard deviation of one observation, above 0")
        cost = _between(fields["cost"], LARGEST)
        observations = _whole(fields["observations"], 1, MOST_OBSERVATIONS)
        found.append(Planned(name, about, noise, observations, cost))
    if len(found) > MOST_STAGES:
        place.refuse(f"{MOST_STAGES} experiments at most", len(found))
    return tuple(found)


def _slug(place: Place) -> str:
    text = place.text("lower-case letters, digits and hyphens")
    if not SLUG.fullmatch(text):
        place.refuse("lower-case letters, digits and hyphens: exploration")
    return text


def _slugs(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_slug(one) for one in place.items("use cases")))


def _share(place: Place) -> float:
    value = place.number()
    if not 0 <= value <= 1:
        place.refuse("a share or probability, 0 to 1")
    return value


def _between(place: Place, most: float) -> float:
    value = place.number()
    if not 0 <= value <= most:
        place.refuse(f"a number from 0 to {most:g}")
    return value


def _whole(place: Place, smallest: int, most: int) -> int:
    value = place.value("a whole number")
    if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= most:
        place.refuse(f"a whole number from {smallest} to {most}")
    return value


def _is_list(place: Place) -> bool:
    return isinstance(place.node, SequenceNode)
