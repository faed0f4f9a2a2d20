"""Families of hypotheses on the page of their use case."""

from dataclasses import dataclass

from gonogo.domain.hypotheses import family_reads
from gonogo.domain.hypotheses.families import Family
from gonogo.store.work import Work

SMALLEST = 2
"""Fewer are no family: nothing is adjusted."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One hypothesis of a family."""

    slug: str
    state: str
    p_value: float | None
    why: str
    """Why there is no p-value."""
    holm: float
    benjamini_hochberg: float
    alone: bool
    """Whether it would be supported if it were the only one."""
    by_holm: bool
    by_benjamini_hochberg: bool


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """Hypotheses tested together."""

    name: str
    """"" for those of the use case that name no family."""
    headline: str
    alpha: float
    members: tuple[MemberLine, ...]


def tables(work: Work, case: str) -> tuple[FamilyTable, ...]:
    """The families of a use case in which something was measured and is adjusted."""
    return tuple(
        _table(found)
        for found in family_reads.of_case(work, case)
        if len(found.members) >= SMALLEST and any(one.p_value is not None for one in found.members)
    )


def _table(found: Family) -> FamilyTable:
    return FamilyTable(
        name=found.name,
        headline=_headline(found),
        alpha=found.alpha,
        members=tuple(
            MemberLine(
                slug=one.hypothesis.slug,
                state=str(one.hypothesis.state),
                p_value=one.p_value,
                why=one.why,
                holm=one.holm,
                benjamini_hochberg=one.benjamini_hochberg,
                alone=one.alone,
                by_holm=one.by_holm,
                by_benjamini_hochberg=one.by_benjamini_hochberg,
            )
            for one in found.members
        ),
    )


def _headline(found: Family) -> str:
    alone, holm, rate = (
        sum(getattr(one, name) for one in found.members)
        for name in ("alone", "by_holm", "by_benjamini_hochberg")
    )
    if not alone:
        return "None of them would be supported, alone or together."
    return (
        f"{alone} would be supported alone; tested together {holm} by Holm's procedure and "
        f"{rate} by Benjamini and Hochberg's."
    )
