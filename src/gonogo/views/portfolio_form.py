"""The form that asks for a choice under limits: words as people fill them in, and what they say."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from gonogo.core.amounts import amount
from gonogo.core.errors import Invalid
from gonogo.views.refused import Refused

AT = re.compile(r"[.\[]")
CALLED = {"budget_by_quarter": "by_quarter"}
"""How REST calls what the form calls otherwise."""
TEXTS = ("budget", "by_quarter", "people", "either", "shares", "worst")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, as words; a choice is made once any of it was sent."""

    sent: bool = False
    budget: str = ""
    """2M."""
    by_quarter: str = ""
    """500k,500k,300k."""
    people: str = ""
    """ml-engineer=4,4,3 data-scientist=1."""
    must: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    either: str = ""
    """fraud,churn: one of them at most; groups with spaces between."""
    shares: str = ""
    """exploration=0.1-0.3 exploitation=0.5."""
    worst: str = ""
    """0.1=-200k: the mean of the worst tenth of futures is -200k or more."""


def said(filled: Filled) -> dict[str, Any]:
    """What is asked, in the shape that REST takes; raises `Invalid` naming the field."""
    found: dict[str, Any] = {"must": list(filled.must), "without": list(filled.without)}
    if filled.budget:
        found["budget"] = amount(filled.budget, "budget")
    if filled.by_quarter:
        found["budget_by_quarter"] = _amounts(filled.by_quarter, "by_quarter")
    found["people"] = {
        role: _amounts(numbers, "people")
        for role, numbers in _named(filled.people, "people", "ml-engineer=4,4,3")
    }
    found["either"] = [[name for name in one.split(",") if name] for one in filled.either.split()]
    found["shares"] = dict(
        _share(kind, ends) for kind, ends in _named(filled.shares, "shares", "exploration=0.1-0.3")
    )
    for part, least in _named(filled.worst, "worst", "0.1=-200k"):
        if "worst" in found:
            raise Invalid(field="worst", value=filled.worst, expected="one share: 0.1=-200k")
        found["worst"] = {"share": amount(part, "worst"), "least": amount(least, "worst")}
    return found


def at_field(refused: Refused) -> Refused:
    """`refused` at the field that the form has, where there is one."""
    head = AT.split(refused.field)[0]
    name = CALLED.get(head, head)
    known = name in TEXTS or name in {"must", "without"}
    return replace(refused, field=name) if known else refused


def filled_of(limits: Mapping[str, Any]) -> Filled:
    """What was asked, as it travels, as the words that ask for it.

    >>> filled_of({"budget": 3000.0, "people": {"risk": [1.0, 2.0]}}).people
    'risk=1,2'
    >>> filled_of({"shares": {"exploration": {"most": 0.3}}}).shares  # the rest is not limited
    'exploration=0-0.3'
    """
    shares = limits.get("shares") or {}
    worst = limits.get("worst")
    budget = limits.get("budget")
    return Filled(
        sent=True,
        budget="" if budget is None else _plain(budget),
        by_quarter=_plains(limits.get("budget_by_quarter") or []),
        people=" ".join(
            f"{role}={_plains(row)}" for role, row in (limits.get("people") or {}).items()
        ),
        must=tuple(limits.get("must") or ()),
        without=tuple(limits.get("without") or ()),
        either=" ".join(",".join(group) for group in limits.get("either") or ()),
        shares=" ".join(
            f"{kind}={_plain(one.get('least', 0))}-{_plain(one.get('most', 1))}"
            for kind, one in shares.items()
        ),
        worst="" if worst is None else f"{_plain(worst['share'])}={_plain(worst['least'])}",
    )


def query(filled: Filled) -> str:
    """The same as the query of an address."""
    words = [(name, getattr(filled, name)) for name in TEXTS]
    words += [("must", one) for one in filled.must] + [("without", one) for one in filled.without]
    return urlencode([(name, text) for name, text in words if text or name == "budget"])


def command(filled: Filled) -> str:
    """What asks the same on the command line."""
    words = ["gonogo", "portfolio", "choose"]
    many = {
        "--people": filled.people.split(),
        "--must": filled.must,
        "--without": filled.without,
        "--either": filled.either.split(),
        "--share": filled.shares.split(),
    }
    one = {"--budget": filled.budget, "--by-quarter": filled.by_quarter, "--worst": filled.worst}
    for option, text in one.items():
        words += [f"{option}={text}"] if text else []
    for option, texts in many.items():
        for text in texts:
            words += [option, text]
    return shlex.join(words)


def _plain(value: float) -> str:
    return f"{value:.15g}"


def _plains(values: Iterable[float]) -> str:
    return ",".join(_plain(one) for one in values)


def _named(text: str, field: str, example: str) -> Iterator[tuple[str, str]]:
    """NAME=REST, with spaces between; each name once."""
    seen: set[str] = set()
    for one in text.split():
        name, equals, rest = one.partition("=")
        if not (equals and name and rest) or name in seen:
            raise Invalid(field=field, value=one, expected=f"such as {example}, each name once")
        seen.add(name)
        yield name, rest


def _share(kind: str, ends: str) -> tuple[str, dict[str, float]]:
    least, dash, most = ends.partition("-")
    found = {"least": amount(least, "shares")}
    return kind, {**found, "most": amount(most, "shares")} if dash else found


def _amounts(text: str, field: str) -> list[float]:
    return [amount(one, field) for one in text.split(",")]
