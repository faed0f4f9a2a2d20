"""The board of a use case: columns with cards, what blocks them, goals, throughput, forecast."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gonogo.core.evidence import measured_from_json
from gonogo.core.roles import Action, Role
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.boards import reads, tables, weeks
from gonogo.domain.boards.rules import Blocker, Card, Column, Goal, Pivot
from gonogo.domain.boards.tables import KeptForecast
from gonogo.domain.cases import tables as cases
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.stats.estimate import Measured
from gonogo.store.work import Work
from gonogo.views.case_board_parts import (
    BlockerLine,
    CardLine,
    CaseBoardPage,
    ColumnPart,
    DateLine,
    ForecastLine,
    ForecastPart,
    GoalLine,
    PivotLine,
)
from gonogo.views.charts.values import Bar, Bars
from gonogo.views.evidence import age, called
from gonogo.views.refused import Refused

WEEKS = 12
"""Whole weeks that are drawn."""
SHOWN = 40
"""Cards that a column shows, the first that came."""
SHOWN_DONE = 8
"""Cards that the last column shows, the newest."""
LISTED = 10
"""Forecasts and pivots that are listed, the newest."""
AGED = 7
"""Days after which a blocker is old."""


def board(
    work: Work,
    slug: str,
    *,
    acting: str = "",
    values: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> CaseBoardPage:
    """The board of a use case; raises `NotFound`."""
    case = cases.get(work, slug)
    columns, cards = tables.columns(work, slug), reads.all_cards(work, slug)
    known = {card.number: card for card in cards}
    blockers = [one for one in reads.open_blockers(work, slug) if known[one.card].is_open]
    pivots = reads.all_pivots(work, slug)[:LISTED]
    kept = reads.all_forecasts(work, slug, LISTED)
    names = accounts.names(work, _actors(blockers, pivots, kept))
    lines = {one.card: _blocker(work, one, known, names) for one in blockers}
    titles = _steps(work, slug)
    today = work.now.date()
    monday = weeks.monday(today).isoformat()
    goals = [_goal(work, one, known, monday) for one in reads.goals_since(work, slug, monday)]
    history = weeks.throughput(cards, today, WEEKS)
    lineage = work.subjects.lineage(case.subject)
    can = {
        action: work.caller.refuses(action, lineage) is None
        for action in (
            Action.BOARD_WORK,
            Action.PLAN_FORECAST,
            Action.PLAN_EDIT,
            Action.PLAN_PIVOT,
        )
    }
    parts = tuple(_column(work, columns, one, cards, lines, titles) for one in columns)
    return CaseBoardPage(
        case=slug,
        title=case.text.title,
        headline=_headline(parts, tuple(lines.values()), goals),
        columns=parts,
        said=", ".join(f"{one.key}:{one.limit}" if one.limit else one.key for one in columns),
        total=sum(part.count for part in parts),
        blockers=tuple(lines.values()),
        goals=tuple(goals),
        throughput=_bars(history),
        forecast=_forecast(work, kept[0], titles, names) if kept else None,
        forecasts=tuple(_listed(one, titles) for one in kept),
        pivots=tuple(_pivot(one, titles, names) for one in pivots),
        steps=tuple(titles.items()),
        roles=tuple(Role),
        can_work=can[Action.BOARD_WORK],
        can_forecast=can[Action.PLAN_FORECAST],
        can_set=can[Action.PLAN_EDIT],
        can_pivot=can[Action.PLAN_PIVOT],
        acting=acting,
        values=values or {},
        refused=refused,
    )


def _steps(work: Work, case: str) -> dict[str, str]:
    """The steps of the plan in force: key → title."""
    saved = plans.in_force(work, case)
    return {} if saved is None else {step.key: step.title for step in parse(saved.text).steps}


def _actors(
    blockers: Iterable[Blocker], pivots: Iterable[Pivot], kept: Sequence[KeptForecast]
) -> set[str]:
    found = {one.raised_by for one in blockers} | {one.by for one in pivots}
    return found | {one.made_by for one in kept}


def _blocker(
    work: Work, one: Blocker, known: Mapping[int, Card], names: Mapping[str, str]
) -> BlockerLine:
    return BlockerLine(
        card=one.card,
        title=known[one.card].text.title,
        reason=one.reason,
        owner_role=one.owner_role,
        age=age(one.raised_at, work.now),
        old=(work.now.date() - weeks.on(one.raised_at)).days > AGED,
        by=called(names, one.raised_by),
        entry=one.entry,
    )


def _column(
    work: Work,
    columns: Sequence[Column],
    column: Column,
    cards: Sequence[Card],
    blocked: Mapping[int, BlockerLine],
    titles: Mapping[str, str],
) -> ColumnPart:
    here = [card for card in cards if card.column == column.key and not card.dropped]
    newest_first = column == columns[-1]
    here.sort(key=lambda card: card.since, reverse=newest_first)
    most = SHOWN_DONE if newest_first else SHOWN
    return ColumnPart(
        key=column.key,
        title=column.title,
        limit=column.limit,
        count=len(here),
        full=column.limit is not None and len(here) >= column.limit,
        over=column.limit is not None and len(here) > column.limit,
        cards=tuple(_card(work, card, blocked.get(card.number), titles) for card in here[:most]),
        more=max(0, len(here) - most),
    )


def _card(
    work: Work, card: Card, blocked: BlockerLine | None, titles: Mapping[str, str]
) -> CardLine:
    text = card.text
    return CardLine(
        number=card.number,
        title=text.title,
        step=titles.get(text.step, text.step) if text.step else "",
        role=text.role or "",
        size=text.size,
        age=age(card.since, work.now),
        blocked=blocked,
        entry=card.entry,
    )


def _goal(work: Work, goal: Goal, known: Mapping[int, Card], monday: str) -> GoalLine:
    return GoalLine(
        week=goal.week,
        text=goal.text,
        cards=goal.cards,
        done=sum(known[number].done_at is not None for number in goal.cards if number in known),
        reached=str(weeks.reached(goal, known, work.now)),
        this_week=goal.week == monday,
        entry=goal.entry,
    )


def _bars(history: Sequence[weeks.Week]) -> Bars | None:
    rows = tuple(
        Bar(f"{one.monday:%d} {one.monday:%b}", float(one.done), says=f"week of {one.monday}")
        for one in history
    )
    return Bars("Cards done a week", "cards", rows) if rows else None


def _forecast(
    work: Work, kept: KeptForecast, titles: Mapping[str, str], names: Mapping[str, str]
) -> ForecastPart:
    body = reads.told(work, kept)
    said = body["detail"]
    network: Mapping[str, Any] = said["network"] or {}
    return ForecastPart(
        milestone=_milestone(kept.step, titles),
        cards=kept.cards,
        weeks=kept.weeks,
        grows=(body["with"]["grows_low"], body["with"]["grows_high"]),
        measured=measured_from_json(body["measured"]),
        dates=tuple(
            DateLine(
                share=one["share"],
                weeks=measured_from_json(one["weeks"]),
                date=one["date"],
                earliest=one["earliest"],
                latest=one["latest"],
                network=network.get(f"p{100 * one['share']:.0f}"),
            )
            for one in said["percentiles"]
        ),
        network=bool(network),
        deadline=said.get("deadline"),
        chance=_chance(said),
        network_chance=_chance(network),
        at=kept.made_at,
        by=called(names, kept.made_by),
        entry=kept.entry,
    )


def _chance(said: Mapping[str, Any]) -> Measured | None:
    # Forecasts that were made before chances were told have none.
    found = said.get("on_time")
    return None if found is None else measured_from_json(found)


def _listed(kept: KeptForecast, titles: Mapping[str, str]) -> ForecastLine:
    return ForecastLine(
        number=kept.number,
        milestone=_milestone(kept.step, titles),
        cards=kept.cards,
        p80=kept.p80,
        network_p80=kept.network_p80,
        deadline=kept.deadline,
        on_time=kept.on_time,
        network_on_time=kept.network_on_time,
        at=kept.made_at,
        entry=kept.entry,
    )


def _milestone(step: str | None, titles: Mapping[str, str]) -> str:
    return "the whole board" if step is None else titles.get(step, step)


def _pivot(one: Pivot, titles: Mapping[str, str], names: Mapping[str, str]) -> PivotLine:
    return PivotLine(
        left=titles.get(one.left, one.left),
        to=titles.get(one.to, one.to),
        rationale=one.rationale,
        cites=one.cites,
        dropped=len(one.dropped),
        at=one.at,
        by=called(names, one.by),
        entry=one.entry,
    )


def _headline(
    columns: Sequence[ColumnPart], blockers: Sequence[BlockerLine], goals: Sequence[GoalLine]
) -> str:
    """One sentence that a busy person can act on."""
    if not any(one.count for one in columns):
        return "No card is on the board yet."
    doing = sum(one.count for one in columns[1:-1])
    said = f"{doing:,} in progress, {columns[0].count:,} not begun, {columns[-1].count:,} done"
    over = [one.title for one in columns if one.over]
    if over:
        said += f"; {' and '.join(over)} above its limit"
    if blockers:
        oldest = f"the oldest for {blockers[0].age}"
        said += f"; {len(blockers):,} blocked, {oldest}"
    now = [one for one in goals if one.this_week]
    if now:
        yes = sum(one.reached == weeks.Reached.YES for one in now)
        said += f"; {yes} of {len(now)} goals of this week reached"
    return f"{said}."
