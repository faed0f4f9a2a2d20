"""The rail beside every page: what stands in it, under which heading, and where a page belongs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the rail."""

    href: str
    label: str
    also: tuple[str, ...] = ()
    """Other pages that belong here: beginnings of paths, or endings where they begin with `*`."""
    action: str | None = None
    """Who may not do this does not see it; None is for everybody."""
    count: Literal["waiting", "entries"] | None = None
    """The number of the shell that stands behind it."""

    def fit(self, path: str) -> int:
        """How closely `path` belongs here: the longer what they share, the closer; 0 is not."""
        return max(_fit(path, known) for known in (self.href, *self.also))


RAIL: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place("/", "Board"),
            Place("/waiting", "Decisions", ("/decisions",), count="waiting"),
        ),
    ),
    (
        "Lead",
        (
            Place("/portfolio", "Portfolio"),
            Place("/plans", "Plans"),
            Place("/risks", "Risks"),
            Place("/roadmap", "Roadmap"),
            Place("/money", "Money"),
            Place("/track-record", "Track record"),
        ),
    ),
    (
        "Build",
        (
            Place("/cases", "Use cases"),
            Place("/hypotheses", "Research", ("/library",)),
            Place("/datasets", "Data"),
            Place("/models", "Models", ("/compare",)),
            Place("/reviews", "Gates"),
        ),
    ),
    (
        "Run",
        (Place("/production", "Production", ("/releases", "/incidents", "/decided", "*/decided")),),
    ),
    ("Prove", (Place("/ledger", "Ledger", count="entries"), Place("/policies", "Policies"))),
    ("Access", (Place("/users", "Users", action="user.manage"), Place("/tokens", "Tokens"))),
)
"""Headings with their lines, from the top."""


def here(path: str, rail: Sequence[tuple[str, Sequence[Place]]] = RAIL) -> str | None:
    """The address of the line to which the page at `path` belongs; None where there is none."""
    best = max(_lines(rail), key=lambda place: place.fit(path))
    return best.href if best.fit(path) else None


def _lines(rail: Sequence[tuple[str, Sequence[Place]]]) -> Iterator[Place]:
    for _, places in rail:
        yield from places


def _fit(path: str, known: str) -> int:
    """A page that ends as it is said belongs there whatever it begins with."""
    if known.startswith("*"):
        return len(path) + 1 if path.endswith(known[1:]) else 0
    whole = path == known or (known != "/" and path.startswith(f"{known}/"))
    return len(known) if whole else 0
