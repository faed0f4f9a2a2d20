"""Weeks of a board: how many cards each finished, and whether its goals were reached; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gonogo.core.errors import Invalid
from gonogo.core.times import moment
from gonogo.domain.boards.rules import Card, Goal

WEEK = timedelta(days=7)
MOST_AHEAD = 8
"""Weeks ahead for which goals are set."""


class Reached(StrEnum):
    """How a goal of a week stands."""

    YES = "reached"
    NO = "missed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Week:
    """One whole week."""

    monday: date
    done: int
    """Cards that came into the last column and stayed there."""


def monday(day: date) -> date:
    """The Monday of the week of `day`.

    >>> monday(date(2026, 11, 21))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def on(at: str) -> date:
    """The day, in UTC, of a time as it is stored."""
    return moment(at).date()


def throughput(cards: Iterable[Card], today: date, most: int) -> tuple[Week, ...]:
    """How many cards each of the last whole weeks finished, weeks of none included.

    At most `most` weeks, from the first whole one after anything was begun: the week in which work
    begins is no sample of weeks to come. This week is not over and does not count.
    """
    counted = [card for card in cards if not card.dropped]
    began = [on(card.begun_at or card.done_at or "") for card in counted if _begun(card)]
    if not began:
        return ()
    first = min(began)
    start = first if first == monday(first) else monday(first) + WEEK
    start = max(start, monday(today) - most * WEEK)
    done = [monday(on(card.done_at)) for card in counted if card.done_at]
    weeks = []
    while start < monday(today):
        weeks.append(Week(start, done.count(start)))
        start += WEEK
    return tuple(weeks)


def _begun(card: Card) -> bool:
    return bool(card.begun_at or card.done_at)


def goal_week(text: str, today: date) -> date:
    """The Monday of the week that a goal is for; "" is this week. Raises `Invalid`."""
    if not text:
        return monday(today)
    try:
        found = monday(date.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise Invalid(field="week", value=text, expected="a day such as 2026-11-23") from error
    if not monday(today) <= found <= monday(today) + MOST_AHEAD * WEEK:
        raise Invalid(
            field="week", value=text, expected=f"this week or one of the next {MOST_AHEAD}"
        )
    return found


def reached(goal: Goal, cards: Mapping[int, Card], now: datetime) -> Reached:
    """Whether all cards of a goal were done until its Sunday."""
    first = date.fromisoformat(goal.week)
    end = first + WEEK
    done = [cards[number].done_at for number in goal.cards if number in cards]
    if len(done) == len(goal.cards) and all(at is not None and on(at) < end for at in done):
        return Reached.YES
    return Reached.OPEN if now.date() < end else Reached.NO
