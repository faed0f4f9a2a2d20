"""The page of one risk: what is at stake, what is done about it, and what evidence says of that."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.core.roles import Action, Role
from gonogo.core.times import stamp
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.domain.risks import tables
from gonogo.domain.risks.exposure import Stake
from gonogo.domain.risks.rules import RiskText, Said
from gonogo.domain.risks.templates import TEMPLATES, Template
from gonogo.store.work import Work
from gonogo.views.charts.values import Matrix
from gonogo.views.drawn import risks as drawn
from gonogo.views.entries import EntryLine
from gonogo.views.entries import lines as entry_lines
from gonogo.views.evidence import called
from gonogo.views.history import history
from gonogo.views.refused import Refused
from gonogo.views.risk_exposure import DelayLine, delays
from gonogo.views.risk_lines import MitigationLine, flags, mitigation_lines
from gonogo.views.risk_standings import standings

LATEST = 20
"""Entries about it that the page shows."""


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What somebody said of a risk."""

    by: str
    at: str
    words: str
    entry: str


@dataclass(frozen=True, slots=True)
class RiskPage:
    """One risk."""

    key: str
    text: RiskText
    headline: str
    state: str
    entry: str
    stakes: tuple[tuple[str, Stake], ...]
    """As if nothing were done, with what was shown to work, and if all worked."""
    scale: str
    """What its loss is held against, in a sentence; "" for a risk without money."""
    heat: Matrix | None
    mitigations: tuple[MitigationLine, ...]
    delays: tuple[DelayLine, ...]
    """By how much it delays its plan, by the latest forecast."""
    lost: tuple[str, ...]
    """Steps that the plan in force does not have."""
    flags: tuple[str, ...]
    review_due: str
    noted: SaidLine
    reviewed: SaidLine | None
    accepted: SaidLine | None
    ended: SaidLine | None
    shown_by: str | None
    template: Template | None
    history: tuple[EntryLine, ...]
    roles: tuple[str, ...]
    may_keep: bool
    may_accept: bool
    form: str
    """The form that was refused, or a mitigation that is edited; "" for none."""
    values: Mapping[str, str]
    refused: Refused | None


def risk(
    work: Work,
    key: str,
    *,
    form: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> RiskPage:
    """One risk; raises `NotFound`."""
    found = tables.get(work, key)
    (stand,) = standings(work, [found])
    text = found.text
    said = (found.noted, found.reviewed, found.accepted, found.ended)
    names = accounts.names(work, {one.by for one in said if one is not None})
    late = delays(work, {text.case}) if text.case and text.steps else ()
    lineage = work.subjects.lineage(found.subject)
    return RiskPage(
        key=key,
        text=text,
        headline=_headline(stand.residual, text.currency, stand.mitigated != ()),
        state=str(found.state),
        entry=found.entry,
        stakes=(
            ("If nothing were done", stand.inherent),
            ("With what was shown to work", stand.residual),
            ("If all worked that is planned", stand.hoped),
        ),
        scale=stand.scale.says(text.currency) if text.currency else "",
        heat=drawn.heat([stand]),
        mitigations=mitigation_lines(work, stand),
        delays=tuple(one for one in late if one.key == key),
        lost=_lost(work, text),
        flags=flags(work, stand),
        review_due=stamp(stand.review_due)[:10],
        noted=_said(found.noted, names),
        reviewed=None if found.reviewed is None else _said(found.reviewed, names),
        accepted=None if found.accepted is None else _said(found.accepted, names),
        ended=None if found.ended is None else _said(found.ended, names),
        shown_by=found.shown_by,
        template=TEMPLATES.get(text.category),
        history=entry_lines(work, history(work, [str(found.subject)], most=LATEST)),
        roles=tuple(Role),
        may_keep=found.counts and work.caller.refuses(Action.RISK_KEEP, lineage) is None,
        may_accept=found.counts and work.caller.refuses(Action.RISK_ACCEPT, lineage) is None,
        form=form,
        values=dict(values or {}),
        refused=refused,
    )


def _lost(work: Work, text: RiskText) -> tuple[str, ...]:
    """Steps that it names and the plan in force does not have."""
    saved = plans.in_force(work, text.case) if text.case and text.steps else None
    known = {step.key for step in parse(saved.text).steps} if saved else set()
    return tuple(step for step in text.steps if step not in known)


def _said(said: Said, names: Mapping[str, str]) -> SaidLine:
    return SaidLine(called(names, said.by), said.at, said.words, said.entry)


def _headline(residual: Stake, currency: str, mitigated: bool) -> str:
    """One sentence that a busy person can act on."""
    parts = []
    if residual.loss:
        parts.append(f"{residual.expected_loss:,.0f} {currency}")
    if residual.days:
        parts.append(f"{residual.expected_days:.3g} working days on each of its steps")
    after = " after what was shown to help" if mitigated else ", and nothing is planned against it"
    return (
        f"{str(residual.severity).capitalize()}: {100 * residual.probability:.3g} % probable, "
        f"expected to cost {' and '.join(parts) or 'nothing'}{after}."
    )
