"""What can be plotted, as plain numbers: one frozen value per kind of plot, no drawing in it.

A plot is never the only place of a number: `numbers.table` gives the same values as a table.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a mark's colour means; each page gives it its light and its dark colour."""

    ACCENT = "accent"
    """What the plot is about."""
    SECOND = "second"
    """What it is compared with."""
    QUIET = "quiet"
    """What is there for orientation."""
    GO = "go"
    HOLD = "hold"
    NOGO = "nogo"


@dataclass(frozen=True, slots=True)
class Bound:
    """A line across the plot: what is asked, what chance would give, where nothing changes."""

    at: float
    says: str = ""


@dataclass(frozen=True, slots=True)
class Whisker:
    """One value with its interval."""

    label: str
    value: float
    low: float
    """May be −∞: the interval is then drawn to the edge."""
    high: float
    """May be ∞, as `low`."""
    says: str = ""
    """What else is to be said of it: "n = 503"."""
    tone: Tone = Tone.ACCENT
    asked: float | None = None
    """The bound of its own that it is held to."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values below one another on one scale, each a point with its whisker."""

    title: str
    across: str
    """What the scale measures."""
    rows: tuple[Whisker, ...]
    bounds: tuple[Bound, ...] = ()
    within: tuple[float, float] | None = None
    """Ends of the scale, where they mean something: 0 and 1 of a share."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount, from zero, with an interval where there is one."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    says: str = ""
    tone: Tone = Tone.ACCENT


@dataclass(frozen=True, slots=True)
class Bars:
    """Amounts below one another, drawn from zero."""

    title: str
    across: str
    rows: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """What lasts from one value to another, and how much longer it may take."""

    label: str
    begins: float
    ends: float
    late: float | None = None
    """Where it ends when it takes long; None where that is not known."""
    says: str = ""
    tone: Tone = Tone.ACCENT
    asked: float | None = None
    """Until when it is to end, where that is asked of it alone."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans below one another on one scale: a timeline, or a tornado around a bound."""

    title: str
    across: str
    rows: tuple[Span, ...]
    bounds: tuple[Bound, ...] = ()
    names: tuple[str, str, str] = ("begins", "ends", "late")
    """What the three numbers of a row are called in its table."""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a network."""

    label: str
    layer: int
    """How many steps at most come before it, one after another."""
    after: tuple[int, ...] = ()
    """Where in the network those stand that it waits for."""
    only_if: int | None = None
    """Where the one stands whose outcome decides whether it takes place."""
    says: str = ""
    tone: Tone = Tone.ACCENT


@dataclass(frozen=True, slots=True)
class Network:
    """Steps below one another, each to the right of those it waits for and joined to them."""

    title: str
    across: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class At:
    """A point of a line, with the ends of its band."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order in which they are joined."""

    name: str
    points: tuple[At, ...]
    tone: Tone = Tone.ACCENT
    dashed: bool = False
    dots: bool = False
    """Whether each point is marked, with the ends of its band as a whisker in place of an area."""
    joined: bool = True
    """Whether the points are joined by a line at all."""


@dataclass(frozen=True, slots=True)
class Bin:
    """How many there are between two values."""

    lowest: float
    highest: float
    n: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over one another, each with its band, and counts below them where asked."""

    title: str
    across: str
    up: str
    lines: tuple[Line, ...]
    unit_square: bool = False
    """Whether both scales go from 0 to 1."""
    log_across: bool = False
    uprights: tuple[Bound, ...] = ()
    """Lines from bottom to top."""
    bounds: tuple[Bound, ...] = ()
    """Lines from left to right."""
    bins: tuple[Bin, ...] = ()
    """What is counted below, over the same scale."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One candidate in two numbers, each with its interval where there is one."""

    label: str
    x: float
    y: float
    x_low: float | None = None
    x_high: float | None = None
    y_low: float | None = None
    y_high: float | None = None
    on_frontier: bool = False
    """Whether no other is better in one of the numbers without being worse in another."""
    says: str = ""
    tone: Tone = Tone.ACCENT
    size: float | None = None
    """What its area stands for, 0 or more, where candidates are drawn as bubbles."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Candidates in two numbers; those on the frontier are joined."""

    title: str
    across: str
    up: str
    dots: tuple[Dot, ...]
    sized: str = ""
    """What the area of a bubble measures; "" where all are dots of one size."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing in two levels, and where it was before."""

    label: str
    x: float
    """Between 0 and the number of levels: the third one lies from 2 to 3."""
    y: float
    from_x: float | None = None
    """None where it has not moved."""
    from_y: float | None = None
    says: str = ""
    tone: Tone = Tone.ACCENT


@dataclass(frozen=True, slots=True)
class Matrix:
    """A heat map: things in two levels, over cells that say how grave that is."""

    title: str
    across: str
    up: str
    across_levels: tuple[str, ...]
    """What each level is called, the least first."""
    up_levels: tuple[str, ...]
    cells: tuple[tuple[Tone, ...], ...]
    """The tone of each cell, row by row from the lowest."""
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Grain:
    """One row's amount for a feature."""

    x: float
    share: float | None = None
    """Where the feature's own value lies among all, 0 least to 1 greatest; None without order."""


@dataclass(frozen=True, slots=True)
class SwarmRow:
    """All rows' amounts of one feature."""

    label: str
    grains: tuple[Grain, ...]
    value: float
    """What the rows are ranked by: the mean size of the amounts."""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Swarm:
    """Amounts of many rows for each feature, coloured by the feature's own value."""

    title: str
    across: str
    rows: tuple[SwarmRow, ...]


Chart = Intervals | Bars | Spans | Network | Lines | Scatter | Matrix | Swarm
"""Everything that can be plotted."""
