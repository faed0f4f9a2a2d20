"""Simulated card transactions: cards, terminals, and fraud of two kinds. Nobody real is in them.

In the manner of the simulator in Le Borgne, Siblini, Lebichot & Bontempi (2022), Reproducible
Machine Learning for Credit Card Fraud Detection - Practical Handbook, Université Libre de
Bruxelles: customers with a place and habits of spending, terminals near them, compromised
terminals and compromised cards. Written anew, and other than there fraud shows as it happens:
stolen cards are used in bursts, so that rolling windows over requests see it without any label. It
is many times as frequent as in reality, so that a short stream of transactions can tell of it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gonogo.stats.arrays import Floats, Integers

LABEL = "fraud"
START = "2026-01-01"
DAY = 86_400
ONLINE = "online"
KINDS = ("shop", ONLINE)
KIND_SHARES = (0.6, 0.4)
HONEST, BY_TERMINAL, BY_CARD = 0, 1, 2
"""Values of `scenario`: how a transaction came about. Known in a simulation alone."""


@dataclass(frozen=True, slots=True)
class World:
    """How much of what there is."""

    cards: int = 750
    terminals: int = 400
    days: int = 60
    per_day: tuple[float, float] = (0.2, 2.0)
    """Honest transactions of a card a day: each card has its rate, uniformly between these."""
    near: int = 12
    """The nearest terminals, which a card is used at."""
    remote: int = 8
    """Online terminals, which a card is used at wherever they are."""
    amounts: tuple[float, float] = (5.0, 100.0)
    """A card's mean amount; its standard deviation is half of it."""
    terminals_per_day: float = 0.8
    """Terminals that are compromised anew each day."""
    terminal_days: int = 3
    """How long one stays compromised."""
    terminal_burst: tuple[int, int] = (8, 16)
    """Fraudulent transactions in a burst of an hour, one burst on each of these days."""
    cards_per_day: float = 0.6
    """Cards that are compromised anew each day."""
    card_days: int = 2
    card_burst: tuple[int, int] = (3, 8)
    """Fraudulent transactions within two hours, on each of these days."""
    card_times: float = 3.0
    """By what the amounts of a stolen card exceed its mean."""


@dataclass(frozen=True, slots=True)
class _People:
    mean: Floats
    rate: Floats
    terminals: Integers
    """Of each card, shape (cards, near + remote)."""


def transactions(seed: int, world: World | None = None) -> pd.DataFrame:
    """The transactions of a world, in the order of time; the same for the same `seed`.

    Columns: `at` (UTC), `card`, `terminal`, `amount`, `kind` of the terminal, `fraud` (0 or 1) and
    `scenario`. About 50,000 rows, 4 to 5 % of them fraud, where no world is given.
    """
    world = world or World()
    rng = np.random.default_rng(seed)
    kinds = rng.choice(len(KINDS), world.terminals, p=KIND_SHARES)
    people = _people(rng, world, kinds)
    parts = [_honest(rng, world, people)]
    parts.append(_by_terminal(rng, world))
    parts.append(_by_card(rng, world, people, kinds))
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    frame = frame.sort_values("second", kind="stable", ignore_index=True)
    at = pd.Timestamp(START, tz="UTC") + pd.to_timedelta(frame["second"].round(3), unit="s")
    amount = frame["amount"].round(2).clip(lower=0.5)
    kind = pd.Series(np.array(KINDS)[kinds[frame["terminal"]]])
    frame = frame.assign(at=at.dt.as_unit("us"), amount=amount, kind=kind)
    frame[LABEL] = (frame["scenario"] != HONEST).astype(int)
    return frame[["at", "card", "terminal", "amount", "kind", LABEL, "scenario"]]


def _people(rng: np.random.Generator, world: World, kinds: Integers) -> _People:
    place = rng.uniform(0, 100, (world.cards, 2))
    there = rng.uniform(0, 100, (world.terminals, 2))
    distance = np.linalg.norm(place[:, None] - there[None], axis=2)
    distance[:, kinds == KINDS.index(ONLINE)] = np.inf
    near = np.argsort(distance, axis=1)[:, : world.near]
    online = np.flatnonzero(kinds == KINDS.index(ONLINE))
    remote = rng.choice(online, (world.cards, world.remote))
    return _People(
        rng.uniform(*world.amounts, world.cards),
        rng.uniform(*world.per_day, world.cards),
        np.concatenate([near, remote], axis=1),
    )


def _honest(rng: np.random.Generator, world: World, people: _People) -> pd.DataFrame:
    each = rng.poisson(people.rate * world.days)
    card = np.repeat(np.arange(world.cards), each)
    n = len(card)
    # Around three in the afternoon, and hardly at night.
    second = rng.normal(15 * 3600, 4 * 3600, n) % DAY + rng.integers(0, world.days, n) * DAY
    terminal = people.terminals[card, rng.integers(0, people.terminals.shape[1], n)]
    return _rows(second, card, terminal, _amounts(rng, people.mean[card]), HONEST)


def _by_terminal(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """Cards that were copied at a terminal are used there: many cards, one hour, usual amounts."""
    n = rng.poisson(world.terminals_per_day * world.days)
    burst, day = _bursts(rng, n, world, world.terminal_days)
    terminal = rng.integers(0, world.terminals, n)[burst]
    second = day * DAY + rng.uniform(8, 22, len(burst)) * 3600
    of = np.repeat(np.arange(len(burst)), rng.integers(*world.terminal_burst, len(burst)))
    card = rng.integers(0, world.cards, len(of))
    moment = second[of] + rng.uniform(0, 3600, len(of))
    amounts = rng.uniform(20, 150, len(of))
    return _rows(moment, card, terminal[of], amounts, BY_TERMINAL)


def _by_card(
    rng: np.random.Generator, world: World, people: _People, kinds: Integers
) -> pd.DataFrame:
    """A stolen card is used a few times within two hours, above its means, mostly online."""
    n = rng.poisson(world.cards_per_day * world.days)
    burst, day = _bursts(rng, n, world, world.card_days)
    card = rng.integers(0, world.cards, n)[burst]
    second = day * DAY + rng.uniform(0, 22, len(burst)) * 3600
    of = np.repeat(np.arange(len(burst)), rng.integers(*world.card_burst, len(burst)))
    online = np.flatnonzero(kinds == KINDS.index(ONLINE))
    anywhere = rng.integers(0, world.terminals, len(of))
    terminal = np.where(rng.random(len(of)) < 0.7, rng.choice(online, len(of)), anywhere)
    moment = second[of] + rng.uniform(0, 2 * 3600, len(of))
    amounts = _amounts(rng, world.card_times * people.mean[card[of]])
    return _rows(moment, card[of], terminal, amounts, BY_CARD)


def _bursts(
    rng: np.random.Generator, n: int, world: World, lasting: int
) -> tuple[Integers, Integers]:
    """Which of `n` compromises has a burst on which day: one on each day that it lasts."""
    first = rng.integers(0, world.days, n)
    which = np.repeat(np.arange(n), lasting)
    day = first[which] + np.tile(np.arange(lasting), n)
    within = day < world.days
    return which[within], day[within]


def _amounts(rng: np.random.Generator, mean: Floats) -> Floats:
    drawn = rng.normal(mean, mean / 2)
    return np.where(drawn > 0, drawn, rng.uniform(0, 2 * mean))


def _rows(
    second: Floats, card: Integers, terminal: Integers, amount: Floats, scenario: int
) -> pd.DataFrame:
    cells: dict[str, Any] = {"second": second, "card": card, "terminal": terminal}
    return pd.DataFrame({**cells, "amount": amount, "scenario": scenario})
