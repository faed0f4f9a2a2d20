"""Plots that are drawn already, kept in a folder from one start of the server to the next.

A plot takes a tenth of a second to draw and a page of a model version has fifty. What a file is
called names the plot and the code that draws it, so a newer program draws anew.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from gonogo.views.charts.values import Chart

DRAWN_BY = ("altair", "vl-convert-python")
LASTS = timedelta(days=30)
"""How long a plot is kept that was drawn and not drawn again since."""

Draw = Callable[[Chart, int], str]


class Kept:
    """Plots in a folder; one that cannot be kept there is drawn each time."""

    def __init__(self) -> None:
        """Nothing is kept until a folder is said."""
        self._folder: Path | None = None

    def keep_in(self, folder: Path, now: datetime) -> None:
        """Keep plots below `folder` from now on; those that are old at `now` are deleted."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        oldest = (now - LASTS).timestamp()
        for path in folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    @property
    def keeps(self) -> bool:
        """Whether there is a folder; then it is worth drawing before somebody asks."""
        return self._folder is not None

    def drawn(self, chart: Chart, width: int, draw: Draw) -> str:
        """The plot as it was drawn before, else as `draw` draws it now."""
        if self._folder is None:
            return draw(chart, width)
        said = f"{_code()} {width} {chart!r}"
        path = self._folder / f"{hashlib.sha256(said.encode()).hexdigest()}.svg"
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            found = draw(chart, width)
        self._write(path, found)
        return found

    def _write(self, path: Path, found: str) -> None:
        try:
            # Whole or not at all, whoever else draws the same at this moment.
            place, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(place, "w", encoding="utf-8") as stream:
                stream.write(found)
            Path(name).replace(path)
        except OSError:
            return


@cache
def _code() -> str:
    """A digest of what draws."""
    hashed = hashlib.sha256(" ".join(version(name) for name in DRAWN_BY).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()
