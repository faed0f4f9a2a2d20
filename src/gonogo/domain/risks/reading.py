"""Risks as people say them, in JSON or YAML, read into values; a refusal names the field."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import TypeVar

from gonogo.core.canonical import Json
from gonogo.core.catalogue import check_spec, checked_parameters
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.core.roles import role
from gonogo.core.subjects import Subject, SubjectKind, slug
from gonogo.core.times import duration
from gonogo.core.yaml_text import nearest
from gonogo.domain.risks.rules import Category, Leaves, Mitigation, Proof, RiskText
from gonogo.stats.money import amounts
from gonogo.stats.money.amounts import Amount
from gonogo.stats.plans import durations
from gonogo.stats.plans.durations import Estimated
from gonogo.stats.risks import probabilities
from gonogo.stats.risks.probabilities import Probability

CURRENCY = re.compile(r"[A-Z]{3}")
MOST_DAYS = 10_000.0
MOST_MONEY = 1e15
MOST_TIMES = 1e6
"""The widest lognormal, its p90 over its p10."""
MOST = 50
"""Mitigations, steps or links of a risk."""
LONGEST = 2000
TITLE = 200
FIELDS = (
    "title",
    "category",
    "cause",
    "event",
    "effect",
    "probability",
    "delay",
    "loss",
    "currency",
    "owner_role",
    "case",
    "steps",
    "about",
    "roles",
    "mitigations",
)
MITIGATION = ("title", "cost", "owner_role", "due", "leaves", "works_if")
LEAVES = ("probability", "delay", "loss")
PROOF = ("subject", "check", "with", "at_least", "at_most", "level", "reproduced", "max_age")
POINTS = ("optimistic", "likely", "pessimistic")
ABOUT = (SubjectKind.CASE, SubjectKind.HYPOTHESIS, SubjectKind.DATASET, SubjectKind.MODEL)
SHAPES: dict[str, type[durations.Pert] | type[durations.Triangular]] = {
    "pert": durations.Pert,
    "triangular": durations.Triangular,
}
RESERVED = frozenset({"new", "templates", "import", "exposure", "burn-down"})
"""What a page of the console is called already."""

Value = TypeVar("Value")
Object = Mapping[str, Json]


def key_of(text: str, field: str = "key") -> str:
    """The name of a risk; raises `Invalid` for one that cannot be one."""
    if text in RESERVED:
        raise Invalid(field=field, value=text, expected="a name that says what may happen")
    return slug(field, text)


def risk(said: Object) -> RiskText:
    """The risk that `said` tells; raises `Invalid` naming the field: `mitigations.audit.due`.

    >>> found = risk(
    ...     {
    ...         "title": "The only one who knows leaves",
    ...         "category": "key-person",
    ...         "cause": "c",
    ...         "event": "e",
    ...         "effect": "f",
    ...         "probability": {"low": 0.1, "likely": 0.2, "high": 0.4},
    ...         "delay": {"optimistic": 5, "likely": 10, "pessimistic": 30},
    ...         "owner_role": "manager",
    ...     }
    ... )
    >>> found.category.value, found.delay.likely
    ('key-person', 10.0)
    """
    _known(said, FIELDS, "", "a risk")
    said = {name: one for name, one in said.items() if one not in (None, "", [], {})}
    found = RiskText(
        title=_words(said, "title", TITLE),
        category=_category(said.get("category")),
        cause=_words(said, "cause"),
        event=_words(said, "event"),
        effect=_words(said, "effect"),
        probability=_probability(said.get("probability"), "probability"),
        owner_role=str(role("owner_role", _words(said, "owner_role", 40))),
        delay=_estimate(said["delay"], "delay") if "delay" in said else durations.Fixed(0.0),
        loss=_amount(said["loss"], "loss") if "loss" in said else amounts.Known(0.0),
        currency=_currency(said.get("currency", "")),
        case=None if said.get("case") is None else slug("case", _text(said["case"], "case")),
        steps=_many(said, "steps", _step),
        about=_many(said, "about", _subject),
        roles=_many(said, "roles", lambda one, at: slug(at, _text(one, at))),
        mitigations=_mitigations(said.get("mitigations")),
        said=dict(said),
    )
    _whole(found)
    return found


def _whole(found: RiskText) -> None:
    """Refuse what does not fit together."""
    costs = amounts.mean(found.loss) > 0
    if not costs and durations.mean(found.delay) == 0:
        raise Invalid(
            field="loss", expected="what it would cost: a loss in money, a delay in days, or both"
        )
    spends = any(amounts.mean(one.cost) > 0 for one in found.mitigations)
    if (costs or spends) and not found.currency:
        raise Invalid(field="currency", value="", expected="the currency of the money: USD")
    if found.steps and found.case is None:
        raise Invalid(field="case", value=None, expected="the use case whose plan has these steps")


# -- distributions -----------------------------------------------------------------------------


def _probability(given: Json, at: str) -> Probability:
    """A number; low, likely and high; or p10 and p90."""
    if not isinstance(given, Mapping):
        return probabilities.Point(_number(given, at, 0, 1, "a probability from 0 to 1"))
    if set(given) == {"p10", "p90"}:
        p10, p90 = (_number(given[one], f"{at}.{one}", 0, 1) for one in ("p10", "p90"))
        return _made(lambda: probabilities.Percentiles(p10, p90), given, at)
    low, likely, high = _points(given, at, ("low", "likely", "high"), 1)
    return probabilities.Between(low, likely, high)


def _estimate(given: Json, at: str) -> Estimated:
    """Working days: a number; optimistic, likely and pessimistic; or p10 and p90."""
    if not isinstance(given, Mapping):
        return durations.Fixed(_number(given, at, 0, MOST_DAYS, "working days, 0 to 10,000"))
    if set(given) == {"p10", "p90"}:
        p10, p90 = (_number(given[one], f"{at}.{one}", 0, MOST_DAYS) for one in ("p10", "p90"))
        return _made(lambda: durations.Lognormal(p10, p90), given, at)
    _known(given, (*POINTS, "shape"), at, "an estimate of three points, or p10 and p90")
    shape = given.get("shape", "pert")
    if shape not in SHAPES:
        raise Invalid(field=f"{at}.shape", value=shape, expected="pert or triangular")
    points = {name: one for name, one in given.items() if name != "shape"}
    return SHAPES[str(shape)](*_points(points, at, POINTS, MOST_DAYS))


def _amount(given: Json, at: str) -> Amount:
    """Money of 0 or more: a number; low, likely and high; or p10 and p90 of a lognormal."""
    if not isinstance(given, Mapping):
        return amounts.Known(_number(given, at, 0, MOST_MONEY, f"money, 0 to {MOST_MONEY:g}"))
    if set(given) == {"p10", "p90"}:
        p10, p90 = (_number(given[one], f"{at}.{one}", 0, MOST_MONEY) for one in ("p10", "p90"))
        if p10 > 0 and p90 / p10 > MOST_TIMES:
            raise Invalid(field=at, value=p90 / p10, expected=f"p90 at most {MOST_TIMES:,.0f} p10")
        return _made(lambda: amounts.Lognormal(p10, p90), given, at)
    return amounts.Between(*_points(given, at, ("low", "likely", "high"), MOST_MONEY))


def _points(
    given: Object, at: str, names: tuple[str, str, str], most: float
) -> tuple[float, float, float]:
    _known(given, names, at, f"{', '.join(names)}, or p10 and p90")
    for name in names:
        if name not in given:
            raise Invalid(field=f"{at}.{name}", expected="a number")
    low, likely, high = (_number(given[name], f"{at}.{name}", 0, most) for name in names)
    if not low <= likely:
        raise Invalid(field=f"{at}.{names[1]}", value=likely, expected=f"at least {low:g}")
    if not likely <= high:
        raise Invalid(field=f"{at}.{names[2]}", value=high, expected=f"at least {likely:g}")
    return low, likely, high


def _made(make: Callable[[], Value], given: Object, at: str) -> Value:
    try:
        return make()
    except ValueError as error:
        said = ", ".join(f"{name} {one}" for name, one in given.items())
        raise Invalid(
            field=at, value=said, expected=str(error).rpartition("expected ")[2]
        ) from error


# -- mitigations -------------------------------------------------------------------------------


def _mitigations(given: Json) -> tuple[Mitigation, ...]:
    if given is None:
        return ()
    if not isinstance(given, Mapping) or len(given) > MOST:
        raise Invalid(
            field="mitigations",
            value=type(given).__name__,
            expected=f"up to {MOST} mitigations, each by its name",
        )
    return tuple(mitigation(key, one) for key, one in given.items())


def mitigation(key: str, given: Json) -> Mitigation:
    """One mitigation; raises `Invalid` naming the field."""
    at = f"mitigations.{key}"
    slug(at, key)
    said = _object(given, at, "a mitigation")
    _known(said, MITIGATION, at, "a mitigation")
    return Mitigation(
        key=key,
        title=_words(said, "title", TITLE, at),
        owner_role=str(role(f"{at}.owner_role", _words(said, "owner_role", 40, at))),
        due=_day(said.get("due"), f"{at}.due"),
        leaves=_leaves(said.get("leaves"), f"{at}.leaves"),
        cost=_amount(said["cost"], f"{at}.cost") if "cost" in said else amounts.Known(0.0),
        works_if=_proof(said["works_if"], f"{at}.works_if") if "works_if" in said else None,
    )


def _leaves(given: Json, at: str) -> Leaves:
    said = _object(given, at, "the share that is left of probability, delay or loss")
    _known(said, LEAVES, at, "what is left")
    found = {
        name: _number(one, f"{at}.{name}", 0, 1, "the share that is left, 0 to 1")
        for name, one in said.items()
    }
    if all(one == 1 for one in found.values()):
        raise Invalid(
            field=at, value=dict(said), expected="less than 1 of the probability, delay or loss"
        )
    return Leaves(**found)


def _proof(given: Json, at: str) -> Proof:
    said = _object(given, at, "a condition on a check")
    _known(said, PROOF, at, "a condition")
    spec = check_spec(_text(said.get("check"), f"{at}.check"), f"{at}.check")
    with_ = _object(said.get("with") or {}, f"{at}.with", "parameters")
    optional = {one.name for one in spec.parameters if one.required} - set(with_)
    if optional:
        missing = min(optional)
        raise Invalid(field=f"{at}.with.{missing}", expected="a value, as the check asks for it")
    bounds = {
        name: _number(said[name], f"{at}.{name}", -math.inf, math.inf)
        for name in ("at_least", "at_most")
        if name in said
    }
    if not bounds:
        raise Invalid(field=f"{at}.at_least", expected="a bound: at_least, at_most or both")
    if bounds.get("at_least", -math.inf) > bounds.get("at_most", math.inf):
        raise Invalid(
            field=f"{at}.at_least",
            value=bounds["at_least"],
            expected=f"at most {bounds['at_most']:g}",
        )
    level = _number(said.get("level", 0.95), f"{at}.level", 0.0, 1.0)
    if not 0 < level < 1:
        raise Invalid(field=f"{at}.level", value=level, expected="a level between 0 and 1")
    reproduced = said.get("reproduced", False)
    if not isinstance(reproduced, bool):
        raise Invalid(field=f"{at}.reproduced", value=reproduced, expected="true or false")
    return Proof(
        about=Subject.parse(_text(said.get("subject"), f"{at}.subject")),
        condition=Condition(
            check=spec.name,
            parameters=checked_parameters(spec, dict(with_), f"{at}.with"),
            **bounds,
            level=level,
            reproduced=reproduced,
            max_age=_age(said["max_age"], f"{at}.max_age") if "max_age" in said else None,
        ),
    )


def _age(given: Json, at: str) -> timedelta:
    age = duration(_text(given, at), at)
    if not age:
        raise Invalid(field=at, value=given, expected="an age greater than nothing")
    return age


# -- single fields -----------------------------------------------------------------------------


def _category(given: Json) -> Category:
    text = _text(given, "category")
    if text not in set(Category):
        near = nearest(text, list(Category))
        raise Invalid(
            field="category",
            value=text,
            expected=f"one of {', '.join(Category)}" + (f"; did you mean {near}?" if near else ""),
        )
    return Category(text)


def _currency(given: Json) -> str:
    if given == "":
        return ""
    text = _text(given, "currency")
    if not CURRENCY.fullmatch(text):
        raise Invalid(
            field="currency", value=text, expected="three capital letters, as ISO 4217 has: USD"
        )
    return text


def _step(given: Json, at: str) -> str:
    return slug(at, _text(given, at))


def _subject(given: Json, at: str) -> Subject:
    text = _text(given, at)
    try:
        found = Subject.parse(text)
    except Invalid as error:
        raise Invalid(field=at, value=text, expected=error.expected) from error
    if found.kind not in ABOUT:
        raise Invalid(field=at, value=str(found), expected=f"one of the kinds {', '.join(ABOUT)}")
    return found


def _day(given: Json, at: str) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise Invalid(field=at, value=given, expected="a date such as 2026-12-24") from error


def _many(said: Object, name: str, read: Callable[[Json, str], Value]) -> tuple[Value, ...]:
    given = said.get(name)
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or len(given) > MOST:
        raise Invalid(field=name, value=given, expected=f"a list of at most {MOST}")
    return tuple(dict.fromkeys(read(one, f"{name}[{at}]") for at, one in enumerate(given)))


def _number(given: Json, at: str, low: float, high: float, expected: str = "") -> float:
    wanted = expected or f"a number from {low:g} to {high:g}"
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Invalid(field=at, value=given, expected=wanted)
    try:
        value = float(given)
    except OverflowError as error:
        raise Invalid(field=at, value=given, expected=wanted) from error
    if not (math.isfinite(value) and low <= value <= high):
        raise Invalid(field=at, value=value, expected=wanted)
    return value


def _words(said: Object, name: str, most: int = LONGEST, at: str = "") -> str:
    field = f"{at}.{name}" if at else name
    text = _text(said.get(name), field)
    if len(text) > most:
        raise Invalid(field=field, value=f"{len(text):,} characters", expected=f"at most {most:,}")
    return text


def _text(given: Json, at: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise Invalid(field=at, value=given, expected="words")
    return given.strip()


def _object(given: Json, at: str, what: str) -> Object:
    if not isinstance(given, Mapping):
        raise Invalid(field=at, value=given, expected=f"{what}: fields with values")
    return given


def _known(said: Object, known: Collection[str], at: str, what: str) -> None:
    for name in said:
        if name not in known:
            near = nearest(name, known)
            raise Invalid(
                field=f"{at}.{name}" if at else name,
                value=said[name] if isinstance(said[name], str | int | float) else None,
                expected=f"{what} with the fields {', '.join(known)}"
                + (f"; did you mean {near}?" if near else ""),
            )
