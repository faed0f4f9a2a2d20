"""The form in which a hypothesis is planned: a comparison, what is known of it, and its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.checks.experiments.planning import KINDS
from gonogo.core.conditions import Condition
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.wording import asked, title
from gonogo.domain.cases import tables as cases
from gonogo.domain.hypotheses import plan_tables, plans, tables
from gonogo.domain.hypotheses.plans import Planned, Planning
from gonogo.domain.hypotheses.rules import Hypothesis, State
from gonogo.store.work import Work
from gonogo.views.hypothesis_plans import ANALYSES, PlanPanel, numbers
from gonogo.views.refused import Refused

WORDS: Mapping[str, str] = {
    "proportions": "Two rates",
    "means": "Two means",
    "auc": "One AUC against a value",
    "paired-auc": "Two AUCs on the same rows",
    "paired": "Right answers of two models on the same rows",
}
"""The comparisons that can be planned, in words."""
SIZES: Mapping[str, str] = {
    "proportions": "observations in the first group",
    "means": "observations in the first group",
    "auc": "rows labelled yes",
    "paired-auc": "rows labelled yes",
    "paired": "rows that both answer",
}
"""What n counts."""
RATIO = ("Second group for each of the first", "1 where nothing is said.")
RATIO_AUC = ("Rows labelled no for each labelled yes", "1 where nothing is said.")
DIFFERENCE = (
    "True difference",
    "Only for non-inferiority: the effect above is then the loss that is allowed.",
)
KNOWN: Mapping[tuple[str, str], tuple[str, str]] = {
    ("proportions", "base"): ("Rate of the first group", "Such as 0.10."),
    ("proportions", "ratio"): RATIO,
    ("proportions", "difference"): DIFFERENCE,
    ("means", "sd"): ("Standard deviation within a group", ""),
    ("means", "ratio"): RATIO,
    ("means", "difference"): DIFFERENCE,
    ("means", "correlation"): (
        "Correlation with the same quantity before",
        "CUPED takes out what was known before the experiment.",
    ),
    ("auc", "base"): ("The AUC to be beaten", "Such as 0.70."),
    ("auc", "ratio"): RATIO_AUC,
    ("paired-auc", "base"): ("AUC of the model there is", "Such as 0.80."),
    ("paired-auc", "correlation"): (
        "Correlation of the two areas",
        "0: separate samples of n each. Models of the same rows often have 0.5 and more.",
    ),
    ("paired-auc", "ratio"): RATIO_AUC,
    ("paired", "discordant"): (
        "Share of rows on which exactly one of the two is right",
        "Such as 0.15.",
    ),
    ("paired", "difference"): DIFFERENCE,
}
"""What is known beforehand of each comparison: how it is called, and a hint."""


@dataclass(frozen=True, slots=True)
class KnownField:
    """Something that is known before the experiment."""

    name: str
    label: str
    hint: str
    required: bool


@dataclass(frozen=True, slots=True)
class PlanFormPage:
    """The form of a plan, with the numbers where it was filled in."""

    case: str
    case_title: str
    slug: str
    statement: str
    headline: str
    kind: str
    kinds: Mapping[str, str]
    """The comparisons by name, in words."""
    counted: str
    """What n counts."""
    known: tuple[KnownField, ...]
    criteria: tuple[tuple[str, str], ...]
    """The criteria by number, in words."""
    analyses: Mapping[str, str]
    values: Mapping[str, str]
    amends: bool
    """Whether there is a plan, which is amended with a reason."""
    can_keep: bool
    """Whether a plan can be fixed now, by this caller."""
    numbers: PlanPanel | None = None
    refused: Refused | None = None


def form(
    work: Work,
    case: str,
    slug: str,
    *,
    kind: str = "",
    values: Mapping[str, str] | None = None,
    wanted: Planning | None = None,
    refused: Refused | None = None,
) -> PlanFormPage:
    """The form, as the plan in force says or as it was filled in; with the numbers of `wanted`.

    Raises `Invalid` for a comparison that is none, and for what cannot be planned.
    """
    found = tables.get(work, case, slug)
    before = plan_tables.of(work, found.subject)
    measured = work.ledger.count(kind="evidence", subject=str(found.subject))
    start = _start(found, before[-1] if before else None)
    chosen = kind or (values or {}).get("kind") or start["kind"]
    if chosen not in KINDS:
        raise Invalid(field="kind", value=chosen, expected=f"one of {', '.join(KINDS)}")
    lineage = work.subjects.lineage(found.subject)
    may = work.caller.refuses(Action.HYPOTHESIS_REGISTER, lineage) is None
    late = not before and measured > 0
    return PlanFormPage(
        case=case,
        case_title=cases.get(work, case).text.title,
        slug=slug,
        statement=found.text.statement,
        headline=_headline(found, amends=bool(before), measured=measured),
        kind=chosen,
        kinds=WORDS,
        counted=SIZES[chosen],
        known=_known(chosen),
        criteria=tuple(
            (str(place), f"{title(one)} {asked(one)}")
            for place, one in enumerate(found.text.criteria)
        ),
        analyses=ANALYSES,
        values=values if values is not None else start,
        amends=bool(before),
        can_keep=may and found.state is State.OPEN and not late,
        numbers=None if wanted is None else _numbers(found, wanted),
        refused=refused,
    )


def _numbers(found: Hypothesis, wanted: Planning) -> PlanPanel:
    _, made = plans.made(wanted)
    criteria = found.text.criteria
    plans.check_plan(
        made,
        criterion=wanted.criterion,
        criteria=len(criteria),
        significance=found.text.significance,
    )
    return numbers(made, criteria[wanted.criterion])


def _start(found: Hypothesis, planned: Planned | None) -> dict[str, str]:
    """What a form begins with: the plan in force, else what the hypothesis says."""
    if planned is None:
        return {
            "kind": _likely(found.text.criteria[0]) if found.text.criteria else "means",
            "asked.alpha": f"{found.text.significance:g}",
            "asked.power": f"{found.text.power:g}",
        }
    said = {f"asked.{name}": _said(one) for name, one in planned.asked.items() if name != "known"}
    known = {f"known.{name}": _said(one) for name, one in planned.asked["known"].items()}
    return {**said, **known, "kind": planned.kind, "criterion": str(planned.criterion)}


def _said(value: object) -> str:
    """A value as a field of the form holds it.

    >>> _said(True), _said(None), _said(0.05), _said(500)
    ('true', '', '0.05', '500')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _likely(condition: Condition) -> str:
    """The comparison that a criterion most likely asks for."""
    paired = "versus" in condition.parameters or condition.over_champion is not None
    if condition.check == "performance.roc_auc":
        return "paired-auc" if paired else "auc"
    if condition.check == "performance.accuracy" and paired:
        return "paired"
    return "means"


def _known(kind: str) -> tuple[KnownField, ...]:
    said = KINDS[kind]
    return tuple(
        KnownField(name, *KNOWN[kind, name], required=name in said.needs)
        for name in (*said.needs, *said.takes)
    )


def _headline(found: Hypothesis, *, amends: bool, measured: int) -> str:
    if found.state is not State.OPEN:
        return f"It is {found.state}: nothing is planned any more."
    if amends and measured:
        return (
            f"The plan stays as it was fixed; an amendment says why, and that {measured:,} "
            f"measurement{'' if measured == 1 else 's'} were in."
        )
    if amends:
        return "The plan stays as it was fixed; an amendment says why."
    if measured:
        return "It is too late to plan what was measured already: register a new hypothesis."
    return "How many observations find the effect, and how often may they be looked at?"
