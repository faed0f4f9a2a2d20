"""Technical debt of a use case: what stands open, what it costs a month, what was paid off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.roles import Action, Role
from gonogo.core.wording import number as written
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import tables as cases
from gonogo.domain.debts import reads
from gonogo.domain.debts.rules import Debt, Range, Register, register
from gonogo.store.work import Work
from gonogo.views.evidence import age, called
from gonogo.views.refused import Refused

SHOWN = 200
"""Debts that a page draws of those that stand open, and of those paid off."""


@dataclass(frozen=True, slots=True)
class DebtLine:
    """One debt."""

    number: int
    title: str
    place: str
    principal: float
    """Days of work."""
    interest: Range
    """Days of work a month."""
    paid: Range
    """Days of work it has cost since it was noted."""
    owner_role: str
    age: str
    """How long ago it was noted, in words."""
    noted_at: str
    by: str
    entry: str
    settled_at: str
    """"" where it stands open."""
    settled_by: str
    reason: str
    evidence: str
    """Digest of the entry that shows it was paid off."""
    settled_entry: str


@dataclass(frozen=True, slots=True)
class DebtsPage:
    """The register of one use case."""

    case: str
    case_title: str
    headline: str
    register: Register
    opened: tuple[DebtLine, ...]
    """The dearest a month first."""
    settled: tuple[DebtLine, ...]
    """Newest first."""
    more: int
    """Debts that are not shown."""
    roles: tuple[str, ...]
    can_keep: bool
    values: Mapping[str, str]
    """What was filled in of the form that was refused."""
    settling: int
    """The debt whose form was refused; 0 for the form of a new one."""
    refused: Refused | None


def debts(
    work: Work,
    slug: str,
    *,
    values: Mapping[str, str] | None = None,
    settling: int = 0,
    refused: Refused | None = None,
) -> DebtsPage:
    """The register of a use case; raises `NotFound`."""
    case = cases.get(work, slug)
    found = reads.of_case(work, slug)
    summed = register(found)
    names = accounts.names(work, _actors(found))
    lines = [_line(work, one, names) for one in found]
    opened = [one for one in lines if not one.settled_at]
    settled = sorted(
        (one for one in lines if one.settled_at), key=lambda one: one.settled_at, reverse=True
    )
    return DebtsPage(
        case=slug,
        case_title=case.text.title,
        headline=_headline(summed, opened, settled),
        register=summed,
        opened=tuple(opened[:SHOWN]),
        settled=tuple(settled[:SHOWN]),
        more=max(0, len(opened) - SHOWN) + max(0, len(settled) - SHOWN),
        roles=tuple(Role),
        can_keep=work.caller.refuses(Action.DEBT_KEEP, work.subjects.lineage(case.subject)) is None,
        values=values or {},
        settling=settling,
        refused=refused,
    )


def in_one_line(work: Work, slug: str) -> str:
    """What stands open of a use case, in words; nothing where nothing does."""
    found = reads.of_case(work, slug, opened=True)
    if not found:
        return ""
    summed = register(found)
    owed = f"{len(found):,} open: {written(summed.principal)} days to pay off"
    return f"{owed}, costing {_a_month(summed)}"


def _a_month(summed: Register) -> str:
    interest = summed.interest
    ends = f"{written(interest.low)} to {written(interest.high)}"
    return f"{written(interest.value)} ({ends}) days a month"


def _headline(summed: Register, opened: Sequence[DebtLine], settled: Sequence[DebtLine]) -> str:
    """One sentence that a busy person can act on."""
    if not opened:
        return "Everything noted is paid off." if settled else "Nobody has noted a debt yet."
    one = len(opened) == 1
    owed = f"{'1 debt is' if one else f'{len(opened):,} debts are'} open and cost{'s' * one}"
    if summed.pays_back_in is None:
        return f"{owed} nothing a month; paying off can wait."
    months = f"{written(round(summed.pays_back_in, 1))} months"
    return f"{owed} {_a_month(summed)}; paying all off pays back in {months}."


def _actors(found: Sequence[Debt]) -> set[str]:
    settled = {one.settled.by for one in found if one.settled is not None}
    return settled | {one.noted_by for one in found}


def _line(work: Work, debt: Debt, names: Mapping[str, str]) -> DebtLine:
    text, settled = debt.text, debt.settled
    return DebtLine(
        number=debt.number,
        title=text.title,
        place=text.place,
        principal=text.principal,
        interest=text.interest,
        paid=debt.paid(work.now),
        owner_role=text.owner_role,
        age=age(debt.noted_at, work.now),
        noted_at=debt.noted_at,
        by=called(names, debt.noted_by),
        entry=debt.entry,
        settled_at="" if settled is None else settled.at,
        settled_by="" if settled is None else called(names, settled.by),
        reason="" if settled is None else settled.reason,
        evidence="" if settled is None else settled.evidence,
        settled_entry="" if settled is None else settled.entry,
    )
