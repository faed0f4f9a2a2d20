"""A plan as a network: steps, what each waits for, who does it, and what may come between."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gonogo.stats.design import check_positive
from gonogo.stats.plans.absences import Absence
from gonogo.stats.plans.durations import Duration, Fixed


@dataclass(frozen=True, slots=True)
class Link:
    """A step begins `lag` working days after another one finished (finish-start)."""

    step: str
    """The one that finishes first."""
    lag: float = 0.0
    """Working days between; negative where the later step may begin that much earlier."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A step that rests on a hypothesis: it succeeds, is tried again, or fails for good.

    `ValueError` for a probability outside [0, 1] or a negative number of retries.
    """

    probability: float
    """That one attempt succeeds."""
    retries: int = 0
    """How often it is tried again; each attempt takes its own time."""
    stops: bool = False
    """Whether failing for good ends all that waits for it. Else the plan goes on, with the steps
    that are only for this outcome."""

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}, expected between 0 and 1")
        if self.retries < 0:
            raise ValueError(f"retries is {self.retries}, expected 0 or more")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step that rests on a hypothesis came out."""

    step: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work, or a milestone where it takes no time."""

    key: str
    """Unique in its network."""
    duration: Duration
    after: tuple[Link, ...] = ()
    """What has to be finished before it begins."""
    needs: tuple[tuple[str, int], ...] = ()
    """How many of each pool (a role, a team) it holds from its start to its finish."""
    branch: Branch | None = None
    """Its hypothesis; None where it cannot fail."""
    only_if: Outcome | None = None
    """It happens only after this outcome. Else it is passed over and takes no time, so that what
    waits for it waits only for what came before it."""
    not_before: float = 0.0
    """A fixed date, in working days from now."""
    cost: float = 0.0
    """Money it costs besides the people, whenever it happens."""
    milestone: bool = False
    """Whether its finish is forecast."""
    running: bool = False
    """Whether it has begun already: its people are taken before any other step's."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may come between, once in a future.

    `ValueError` for a probability outside [0, 1] or a stretch below 1.
    """

    key: str
    """Unique among the risks."""
    probability: float
    steps: tuple[str, ...] = ()
    """Those that take longer by it."""
    delay: Duration = field(default_factory=lambda: Fixed(0.0))
    """Working days on top, the same for each of these steps in one future."""
    stretch: float = 1.0
    """How many times as long each of them takes, before the delay; 1 or more."""
    cost: Duration = field(default_factory=lambda: Fixed(0.0))
    """Money it costs, as a distribution. Not spent where none of its steps happens."""

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}, expected between 0 and 1")
        if not (self.stretch >= 1 and math.isfinite(self.stretch)):
            raise ValueError(f"stretch is {self.stretch}, expected 1 or more")


@dataclass(frozen=True, slots=True)
class Slip:
    """How unsure it is how fast all work goes: one factor for all days of a future, median 1.

    Its logarithm is `spread` times Student's t. `ValueError` where either is not positive.
    """

    spread: float
    freedom: float
    """Degrees of freedom."""

    def __post_init__(self) -> None:
        check_positive(spread=self.spread, freedom=self.freedom)


@dataclass(frozen=True, slots=True)
class Network:
    """A plan that can be simulated.

    Raises `UnknownStep`, `UnknownPool` or `Cycle` (all `ValueError`, with what is wrong as
    attributes) or a plain `ValueError`.
    """

    steps: tuple[Step, ...]
    """One or more."""
    pools: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each role or team; what is not named is not limited."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """What one of a pool costs for a working day."""
    risks: tuple[Risk, ...] = ()
    correlation: float = 0.0
    """Of all durations with one another on the normal scale (Gaussian copula), in [0, 1): a team
    that is late here is late there."""
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    """When people of a pool are away; meanwhile steps rest for which too few of it are there."""
    slip: Slip | None = None
    """How unsure it is how fast all work goes; None where nothing is known of it."""

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("steps are none, expected one or more")
        if not 0 <= self.correlation < 1:
            raise ValueError(f"correlation is {self.correlation}, expected in [0, 1)")
        known = _unique("step", (step.key for step in self.steps))
        _unique("risk", (risk.key for risk in self.risks))
        self._check_pools()
        for step in self.steps:
            self._check(step, known)
        for risk in self.risks:
            for key in risk.steps:
                if key not in known:
                    raise UnknownStep(risk.key, key)
        in_order(self.waits)

    def _check_pools(self) -> None:
        for pool, size in self.pools.items():
            if size < 0:
                raise ValueError(f"pool {pool} is {size}, expected 0 or more")
        for pool in self.absences:
            if pool not in self.pools:
                raise ValueError(f"absences are of {pool}, expected a pool that is limited")

    def _check(self, step: Step, known: Mapping[str, Step | None]) -> None:
        branching = {other.key for other in self.steps if other.branch} if step.only_if else set()
        if step.only_if and step.only_if.step not in branching:
            raise UnknownStep(step.key, step.only_if.step, certain=step.only_if.step in known)
        for link in step.after:
            if link.step not in known:
                raise UnknownStep(step.key, link.step)
        for pool, units in step.needs:
            if units < 0:
                raise ValueError(f"needs of {step.key} are {units} of {pool}, expected 0 or more")
            if units > self.pools.get(pool, units):
                raise UnknownPool(step.key, pool, units, self.pools[pool])

    @property
    def waits(self) -> dict[str, tuple[Link, ...]]:
        """What each step waits for, with what follows from the branches.

        A step for one outcome waits for the step that has the outcome. What waits for a step that
        may be replaced by others waits for these others too, unless they wait for it themselves.
        """
        after = {step.key: list(step.after) for step in self.steps}
        for step in self.steps:
            if step.only_if and all(link.step != step.only_if.step for link in step.after):
                after[step.key].append(Link(step.only_if.step))
        followers: dict[str, list[Step]] = {}
        for step in self.steps:
            for link in after[step.key]:
                followers.setdefault(link.step, []).append(step)
        for step in self.steps:
            if step.only_if and not step.only_if.succeeded:
                _wait_for_branch(step, step.only_if.step, followers, after)
        return {key: tuple(links) for key, links in after.items()}


class UnknownStep(ValueError):
    """A step or risk names a step that is not there, or that has no outcome."""

    def __init__(self, key: str, named: str, *, certain: bool = False) -> None:
        self.expected = "a step that may fail" if certain else "a step of the plan"
        super().__init__(f"{key} names {named}, expected {self.expected}")
        self.key = key
        self.named = named
        self.certain = certain


class UnknownPool(ValueError):
    """A step needs more of a pool than there are: it could never begin."""

    def __init__(self, key: str, pool: str, needed: int, there: int) -> None:
        super().__init__(f"{key} needs {needed} of {pool}, expected at most {there}")
        self.key = key
        self.pool = pool
        self.needed = needed
        self.there = there


class Cycle(ValueError):
    """Steps that wait for one another in a ring."""

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__(f"steps wait for one another: {' → '.join([*steps, steps[0]])}")
        self.steps = tuple(steps)
        """The ring, each step before the one that waits for it; its first one comes first in the
        plan."""


def in_order(waits: Mapping[str, Sequence[Link]]) -> tuple[str, ...]:
    """The steps, each after all that it waits for, else as they are given; raises `Cycle`.

    Source: Kahn (1962), Communications of the ACM 5, 558-562.

    >>> in_order({"b": [Link("a")], "a": [], "c": [Link("b")]})
    ('a', 'b', 'c')
    """
    left = {key: len({link.step for link in links}) for key, links in waits.items()}
    followers: dict[str, list[str]] = {key: [] for key in waits}
    for key, links in waits.items():
        for before in dict.fromkeys(link.step for link in links):
            followers[before].append(key)
    ready = [key for key, count in left.items() if count == 0]
    for key in ready:
        for follower in followers[key]:
            left[follower] -= 1
            if left[follower] == 0:
                ready.append(follower)
    if len(ready) < len(waits):
        raise Cycle(_ring(waits, {key for key, count in left.items() if count}))
    return tuple(ready)


def _ring(waits: Mapping[str, Sequence[Link]], stuck: set[str]) -> list[str]:
    """One ring among `stuck`, each of which waits for another of them."""
    at = next(key for key in waits if key in stuck)
    seen: list[str] = []
    while at not in seen:
        seen.append(at)
        at = next(link.step for link in waits[at] if link.step in stuck)
    ring = seen[seen.index(at) :][::-1]
    first = ring.index(min(ring, key=list(waits).index))
    return ring[first:] + ring[:first]


def _wait_for_branch(
    branch: Step,
    replaced: str,
    followers: Mapping[str, Sequence[Step]],
    after: dict[str, list[Link]],
) -> None:
    """What goes on after a step waits for `branch`, which takes its place where it failed."""
    before = _all_before(branch.key, after) | {branch.key}
    for step in followers[replaced]:
        waits = any(link.step == branch.key for link in after[step.key])
        alternative = step.only_if is not None and step.only_if.step == replaced
        if not (waits or alternative or step.key in before):
            after[step.key].append(Link(branch.key))


def _all_before(key: str, after: Mapping[str, Sequence[Link]]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for link in after[waiting.pop()]:
            if link.step not in found:
                found.add(link.step)
                waiting.append(link.step)
    return found


def _unique(what: str, keys: Iterable[str]) -> dict[str, Step | None]:
    found: dict[str, Step | None] = {}
    for key in keys:
        if key in found:
            raise ValueError(f"{what} {key} is there twice, expected unique keys")
        found[key] = None
    return found
