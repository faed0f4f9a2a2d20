"""Around the cards: what blocks them, goals of weeks, forecasts that are kept, pivots."""

from collections.abc import Sequence
from dataclasses import replace

from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Conflict, Invalid, NotFound
from gonogo.core.roles import Action
from gonogo.domain.boards import reads, tables
from gonogo.domain.boards.actions import allowed
from gonogo.domain.boards.forecasting import BoardForecast
from gonogo.domain.boards.rules import Blocker, Card, Goal, Pivot, check_on_board, owner, said
from gonogo.domain.boards.tables import KeptForecast
from gonogo.domain.boards.weeks import goal_week
from gonogo.stats.estimate import Estimate, Measured
from gonogo.store.measured import evidence_of
from gonogo.store.work import Work

MOST_GOAL_CARDS = 100


def block(work: Work, case: str, number: int, *, reason: str, owner_role: str) -> Blocker:
    """Say what keeps a card from going on and who has to take it out of the way.

    Raises `NotFound`, `Forbidden`, `Invalid`, and `Conflict` for a card that is done or dropped.
    """
    subject = allowed(work, case, Action.BOARD_WORK)
    card = tables.card(work, case, number)
    check_on_board(card)
    if not card.is_open:
        raise Conflict(field="card", value=number, expected="a card that is not done")
    why, role = said("reason", reason, "what is in the way"), owner(owner_role)
    blocker = tables.last(work, tables.blockers, case) + 1
    told: dict[str, Json] = {
        "v": 1,
        "number": blocker,
        "card": number,
        "title": card.text.title,
        "reason": why,
        "owner_role": role,
    }
    entry = work.append("card-blocked", subject, told)
    found = Blocker(
        case=case,
        number=blocker,
        card=number,
        reason=why,
        owner_role=role,
        raised_at=work.at,
        raised_by=str(work.caller.actor),
        entry=entry.digest,
    )
    tables.put(work, found)
    return found


def unblock(work: Work, case: str, number: int, *, how: str) -> list[Blocker]:
    """Say that nothing blocks a card any more; raises as `block`, `Conflict` where nothing did."""
    subject = allowed(work, case, Action.BOARD_WORK)
    card = tables.card(work, case, number)
    found = [one for one in reads.open_blockers(work, case) if one.card == number]
    if not found:
        raise Conflict(field="card", value=number, expected="a card that something blocks")
    way = said("how", how, "how it was taken out of the way")
    told: dict[str, Json] = {
        "v": 1,
        "card": number,
        "title": card.text.title,
        "blockers": [one.number for one in found],
        "how": way,
    }
    work.append("card-unblocked", subject, told)
    for one in found:
        tables.clear(work, one, way)
    return [replace(one, cleared_at=work.at, how=way) for one in found]


def set_goal(work: Work, case: str, text: str, numbers: Sequence[int], week: str = "") -> Goal:
    """Set a goal of a week: it is reached when these cards are done by its Sunday.

    `week`: any day of it; "" is this one. Raises `NotFound`, `Forbidden`, `Invalid`.
    """
    subject = allowed(work, case, Action.BOARD_WORK)
    what = said("text", text, "what is to be reached, in words")
    wanted = tuple(dict.fromkeys(numbers))
    if not 1 <= len(wanted) <= MOST_GOAL_CARDS:
        raise Invalid(
            field="cards",
            value=len(wanted),
            expected="one card or more whose being done reaches it",
        )
    for one in wanted:
        check_on_board(tables.card(work, case, one))
    monday = goal_week(week, work.now.date()).isoformat()
    number = tables.last(work, tables.goals, case) + 1
    told: dict[str, Json] = {
        "v": 1,
        "number": number,
        "week": monday,
        "text": what,
        "cards": list(wanted),
    }
    entry = work.append("week-goal", subject, told)
    goal = Goal(case, number, monday, what, wanted, work.at, str(work.caller.actor), entry.digest)
    tables.put(work, goal)
    return goal


def keep(
    work: Work,
    case: str,
    step: str | None,
    left: int,
    found: BoardForecast,
) -> KeptForecast:
    """Keep a forecast by throughput as evidence about its use case; raises `Forbidden`."""
    subject = allowed(work, case, Action.PLAN_FORECAST)
    written = work.append_all(
        [
            evidence_of(work, subject, finding)
            for finding in (found.finding, found.on_time)
            if finding is not None
        ]
    )
    dates = {share: day.isoformat() if day else None for share, day in found.dates.items()}
    kept = KeptForecast(
        case=case,
        number=tables.last(work, tables.forecasts, case) + 1,
        step=step,
        cards=left,
        weeks=int(found.finding.parameters["history"]),
        p50=dates.get(0.5),
        p80=dates.get(0.8),
        p90=dates.get(0.9),
        network_p80=found.network_p80,
        deadline=found.deadline,
        on_time=_value(found.on_time.measured if found.on_time else None),
        network_on_time=_value(found.network_on_time),
        made_at=work.at,
        made_by=str(work.caller.actor),
        entry=written[0].digest,
    )
    tables.put(work, kept)
    return kept


def _value(measured: Measured | None) -> float | None:
    return measured.value if isinstance(measured, Estimate) else None


def pivot(
    work: Work, case: str, *, left: str, to: str, rationale: str, evidence: Sequence[str]
) -> Pivot:
    """Give up the step `left` for another: a decision that cites evidence; its open cards go.

    `evidence`: digests or positions of ledger entries, one of them a measurement at least. Raises
    `NotFound`, `Forbidden`, `Invalid`.
    """
    subject = allowed(work, case, Action.PLAN_PIVOT)
    if left == to:
        raise Invalid(field="to", value=to, expected="another step than the one that is given up")
    why = said("rationale", rationale, "why, in words")
    cites = _cited(work, evidence)
    number = tables.last(work, tables.pivots, case) + 1
    gone = [card for card in reads.all_cards(work, case) if card.is_open and card.text.step == left]
    decision = Decision(Outcome.PIVOTED, rationale=why, cites=cites)
    more: dict[str, Json] = {
        "pivot": number,
        "from": left,
        "to": to,
        "dropped": [card.number for card in gone],
    }
    entry = work.decide(subject, decision, more)
    for card in gone:
        _drop(work, card, f"pivot {number}: {why}"[:200], entry.digest)
    made = Pivot(
        case=case,
        number=number,
        left=left,
        to=to,
        rationale=why,
        cites=cites,
        dropped=tuple(card.number for card in gone),
        at=work.at,
        by=str(work.caller.actor),
        entry=entry.digest,
    )
    tables.put(work, made)
    return made


def _drop(work: Work, card: Card, why: str, entry: str) -> None:
    tables.change_card(work, replace(card, dropped=why, entry=entry))


def _cited(work: Work, named: Sequence[str]) -> tuple[str, ...]:
    """The digests of entries, of which one at least is evidence."""
    found = []
    for one in dict.fromkeys(named):
        try:
            found.append(work.ledger.entry(one))
        except NotFound as error:
            raise NotFound(field="evidence", value=one, expected="a ledger entry") from error
    if not any(entry.kind == "evidence" for entry in found):
        raise Invalid(
            field="evidence",
            value=", ".join(named)[:80] or None,
            expected="a measurement in the ledger, by its digest or position",
        )
    return tuple(entry.digest for entry in found)
