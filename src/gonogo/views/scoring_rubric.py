"""The page of the rubric that use cases are scored by, and the form in which it is stated."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.roles import Action
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.scoring.reading import parse
from gonogo.domain.scoring.rules import Rubric, Source, StatedRubric
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.refused import Refused
from gonogo.views.rules_form import LINE

ANSWERS = {
    Source.BENEFIT: "the benefit model: worth if built, over what building costs",
    Source.HYPOTHESES: "settled hypotheses, and gates that versions have passed",
    Source.DATA: "data checks of the datasets that it works with",
    Source.RISK: "its risk tier, incidents that are not resolved, and open risks",
}


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion in words."""

    key: str
    title: str
    asks: str
    weight: float
    answered: str
    """What answers it by itself; "" where only people can."""
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A rubric that was stated."""

    number: int
    name: str
    at: str
    by: str
    entry: str


@dataclass(frozen=True, slots=True)
class RubricPage:
    """The rubric in force, and how it came to be."""

    name: str
    number: int
    headline: str
    criteria: tuple[CriterionLine, ...]
    text: str
    history: tuple[Stated, ...]
    may_state: bool


@dataclass(frozen=True, slots=True)
class RubricFormPage:
    """The form of a rubric."""

    text: str
    lines: tuple[str, ...]
    number: int
    """The rubric in force when the form was opened."""
    may_state: bool
    criteria: tuple[CriterionLine, ...]
    """How the text reads; () before it was checked, and where it is wrong."""
    refused: Refused | None
    line: int | None
    """The line that is wrong, where one is named."""


def page(work: Work, now: StatedRubric, history: Sequence[StatedRubric]) -> RubricPage:
    """The rubric in force as a page."""
    names = accounts.names(work, {one.by for one in history if one.by})
    stated = [one for one in history if one.number]
    return RubricPage(
        name=now.rubric.name,
        number=now.number,
        headline="It comes with gonogo; an organisation can state its own."
        if not now.number
        else f"Stated by {called(names, now.by)}. What was said before stays in the ledger.",
        criteria=_lines(now.rubric),
        text=now.rubric.text,
        history=tuple(
            Stated(one.number, one.rubric.name, one.at, called(names, one.by), one.entry)
            for one in stated
        ),
        may_state=work.caller.refuses(Action.RUBRIC_STATE, None) is None,
    )


def form(
    work: Work,
    now: StatedRubric,
    *,
    text: str | None = None,
    number: int | None = None,
    checked: bool = False,
    refused: Refused | None = None,
) -> RubricFormPage:
    """The form with what is in force, or with what was filled in; raises `Invalid` when checked."""
    said = now.rubric.text if text is None else text
    lines = tuple(said.split("\n"))
    found = LINE.search(refused.field) if refused is not None else None
    line = None if found is None else int(found["line"])
    return RubricFormPage(
        text=said,
        lines=lines,
        number=now.number if number is None else number,
        may_state=work.caller.refuses(Action.RUBRIC_STATE, None) is None,
        criteria=_lines(parse(said)) if checked else (),
        refused=refused,
        line=line if line is not None and line <= len(lines) else None,
    )


def _lines(rubric: Rubric) -> tuple[CriterionLine, ...]:
    return tuple(
        CriterionLine(
            key=one.key,
            title=one.title,
            asks=one.asks,
            weight=weight,
            answered="" if one.source is None else ANSWERS[one.source],
            levels=one.levels,
        )
        for one, weight in zip(rubric.criteria, rubric.weights, strict=True)
    )
