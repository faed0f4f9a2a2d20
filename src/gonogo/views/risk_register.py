"""The register of risks: what may happen, what it may cost and delay, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.roles import Action
from gonogo.domain.risks import reads
from gonogo.domain.risks.exposure import Standing, severity_of
from gonogo.domain.risks.rules import Category
from gonogo.domain.risks.templates import TEMPLATES, Template
from gonogo.stats.estimate import Estimate
from gonogo.store.work import Work
from gonogo.views.charts.values import Bars, Intervals, Lines, Matrix
from gonogo.views.drawn import risks as drawn
from gonogo.views.risk_exposure import AskedExposure, DelayLine, ExposurePart, exposure
from gonogo.views.risk_kept import KeptLoss, kept_losses
from gonogo.views.risk_lines import MitigationLine, RiskLine, order, overdue, risk_lines
from gonogo.views.risk_standings import At, burn_down, standings

ROWS = 200
"""Risks that the page lists, those with most at stake."""
LATEST = 10
"""Losses kept as evidence that it lists."""
LATE = 50
"""Mitigations overdue that it lists, and delays."""


@dataclass(frozen=True, slots=True)
class CellPart:
    """How many risks lie in one cell of the matrix."""

    severity: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The register, or that of one use case."""

    headline: str
    case: str | None
    category: str
    ended: bool
    categories: tuple[str, ...]
    rows: tuple[RiskLine, ...]
    more: int
    exposure: ExposurePart | None
    """None where nothing stands open."""
    delays: tuple[DelayLine, ...]
    grid: tuple[tuple[str, tuple[CellPart, ...]], ...]
    """The heat map in words: of each level of impact, the gravest first, its cells."""
    likelihoods: tuple[str, ...]
    scales: tuple[str, ...]
    """What losses are held against, a sentence for each amount."""
    heat: Matrix | None
    burnt: Lines | None
    over_time: tuple[At, ...]
    kept: tuple[KeptLoss, ...]
    """The loss as it was kept, the newest first."""
    by_loss: Bars | None
    by_tail: Intervals | None
    by_delay: Intervals | None
    late: tuple[MitigationLine, ...]
    may_keep: bool


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """What typically goes wrong with machine learning."""

    templates: tuple[Template, ...]
    may_keep: bool


def register(
    work: Work, case: str | None = None, category: str = "", *, ended: bool = False
) -> RegisterPage:
    """The page; of one use case, of one category, with those that are over."""
    listed = reads.listed(work, case=case, category=category or None, ended=ended)
    found = sorted(standings(work, listed), key=order)
    live = [one for one in found if one.risk.counts]
    part = exposure(work, live, AskedExposure()) if live else None
    late = part.delays if part else ()
    drawn_over = part is not None and not category
    over_time = burn_down(work, part.currency, case) if part and drawn_over else ()
    kept = kept_losses(work, case, part.currency) if part and drawn_over else ()
    return RegisterPage(
        headline=_headline(live, part, work),
        case=case,
        category=category,
        ended=ended,
        categories=tuple(Category),
        rows=risk_lines(work, found, late)[:ROWS],
        more=max(0, len(found) - ROWS),
        exposure=part,
        delays=late[:LATE],
        grid=_grid(live),
        likelihoods=drawn.LIKELIHOOD,
        scales=_scales(live),
        heat=drawn.heat(live),
        burnt=drawn.burn_down(over_time, kept, part.currency, work.now) if part else None,
        over_time=over_time,
        kept=kept[: -LATEST - 1 : -1],
        by_loss=drawn.contributions(part.lines, part.currency) if part else None,
        by_tail=drawn.tail(part.lines, part.currency) if part else None,
        by_delay=drawn.delays(late) if late else None,
        late=overdue(work, live)[:LATE],
        may_keep=may_keep(work),
    )


def templates(work: Work) -> TemplatesPage:
    """What typically goes wrong, by category."""
    return TemplatesPage(tuple(TEMPLATES.values()), may_keep(work))


def may_keep(work: Work) -> bool:
    """Whether the reader may keep the register anywhere; where exactly is the room's question."""
    return work.caller.refuses(Action.RISK_KEEP, None) is None


def _grid(found: Sequence[Standing]) -> tuple[tuple[str, tuple[CellPart, ...]], ...]:
    rows = []
    for impact in range(len(drawn.IMPACT), 0, -1):
        cells = []
        for likelihood in range(1, len(drawn.LIKELIHOOD) + 1):
            keys = [one.risk.key for one in found if _cell(one) == (likelihood, impact)]
            severity = str(severity_of(likelihood, impact))
            cells.append(CellPart(severity, tuple(keys)))
        rows.append((drawn.IMPACT[impact - 1], tuple(cells)))
    return tuple(rows)


def _scales(live: Sequence[Standing]) -> tuple[str, ...]:
    """Of each use case with money at stake, what its losses are held against."""
    found: dict[str, set[str]] = {}
    for one in live:
        text = one.risk.text
        if text.currency and one.inherent.loss:
            whose = text.case or "the organisation"
            found.setdefault(one.scale.says(text.currency), set()).add(whose)
    return tuple(
        f"{', '.join(sorted(whose))}: {said[0].lower()}{said[1:]}"
        for said, whose in sorted(found.items(), key=lambda one: sorted(one[1]))
    )


def _cell(one: Standing) -> tuple[int, int]:
    last = len(drawn.LIKELIHOOD)
    residual = one.residual
    return min(int(residual.likelihood) + 1, last), min(int(residual.impact) + 1, last)


def _headline(live: Sequence[Standing], part: ExposurePart | None, work: Work) -> str:
    """One sentence that a busy person can act on."""
    if part is None:
        return "No risk stands open."
    n = len(live)
    said = f"{n:,} {'risk stands' if n == 1 else 'risks stand'} open"
    p95 = part.loss.by[0.95]
    if part.currency and part.loss.expected and isinstance(p95, Estimate):
        said += (
            f"; they are expected to cost {part.loss.expected:,.0f} {part.currency}, and in one "
            f"of twenty futures {p95.value:,.0f} or more"
        )
    late = sum(one.unreviewed(work.now) for one in live)
    if late:
        said += f". {late:,} {'waits' if late == 1 else 'wait'} for a review"
    return f"{said}."
