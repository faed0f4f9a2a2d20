"""What a benchmark is handed: a size, a folder, a bar of progress, and the large installation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.building import Size, build
from benchmarks.measuring import Line
from gonogo.app.settings import Settings

ROWS = 10_000_000
QUICK_ROWS = 20_000
DECISIONS = 10_000_000
MINUTES = 60.0
Progress = Callable[[str, int], Callable[[int], None]]
"""`begin(title, steps)` shows a bar; what it returns moves that bar on by so many steps."""

SMALL = Size(cases=10, entries=1_000)
LARGE = Size(cases=1_000, entries=1_000_000)
QUICK = Size(cases=20, entries=2_000)
"""In place of the large one where only the benchmarks themselves are tried out."""


@dataclass(slots=True)
class Bench:
    """One run of benchmarks."""

    folder: Path
    """Gone after the run."""
    begin: Progress
    quick: bool
    """Whether to try out the benchmarks at small sizes; no promise is judged then."""
    rows: int = ROWS
    """Of a table that is measured as it passes."""
    decisions: int = DECISIONS
    """Of the long run."""
    seconds: float = MINUTES * 60
    """After which the long run sends no more."""
    _built: dict[Size, Settings] = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        """Whether the sizes are those that are promised."""
        return not self.quick

    @property
    def large(self) -> Size:
        """The size of the large installation."""
        return QUICK if self.quick else LARGE

    def repetitions(self, wanted: int) -> int:
        """How often to measure."""
        return 2 if self.quick else wanted

    def installation(self, size: Size) -> Settings:
        """An installation of this size, built when it is first asked for in a run."""
        if size not in self._built:
            home = self.folder / f"home-{size.cases}-{size.entries}"
            title = f"building {size.cases:,} use cases with {size.entries:,} pieces of evidence"
            self._built[size] = build(home, size, self.begin(title, size.entries))
        return self._built[size]

    @contextmanager
    def measuring(self, title: str, repetitions: int) -> Iterator[Callable[[], None]]:
        """A bar over the repetitions of a measurement."""
        step = self.begin(title, repetitions)
        yield lambda: step(1)


Benchmark = Callable[[Bench], list[Line]]
