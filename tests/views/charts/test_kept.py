"""Plots on disk: drawn once for all starts of the server, drawn anew where that is gone."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gonogo.views.charts.kept import LASTS, Kept
from gonogo.views.charts.values import Bar, Bars, Chart

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PLOT = Bars("Ready", "Plots", (Bar("drawn", 1.0),))
OTHER = Bars("Ready", "Plots", (Bar("drawn", 2.0),))


class Drawing:
    """Draws, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, chart: Chart, width: int) -> str:
        self.times += 1
        return f"{chart.title} at {width}, drawn the {self.times}. time"


def kept_in(folder: Path) -> Kept:
    kept = Kept()
    kept.keep_in(folder, NOW)
    return kept


class TestKept:
    def test_a_plot_is_drawn_once_for_all_who_keep_there(self, tmp_path: Path) -> None:
        draw = Drawing()
        first = kept_in(tmp_path / "plots").drawn(PLOT, 400, draw)
        assert kept_in(tmp_path / "plots").drawn(PLOT, 400, draw) == first
        assert draw.times == 1

    def test_other_numbers_and_widths_are_other_plots(self, tmp_path: Path) -> None:
        draw, kept = Drawing(), kept_in(tmp_path)
        found = {kept.drawn(PLOT, 400, draw), kept.drawn(PLOT, 900, draw)}
        assert len(found | {kept.drawn(OTHER, 400, draw)}) == 3

    def test_without_a_folder_it_is_drawn_each_time(self, tmp_path: Path) -> None:
        draw = Drawing()
        for _ in range(2):
            Kept().drawn(PLOT, 400, draw)
        assert draw.times == 2
        assert not list(tmp_path.iterdir())

    def test_where_nothing_can_be_written_it_is_drawn_all_the_same(self, tmp_path: Path) -> None:
        draw, kept = Drawing(), kept_in(tmp_path / "plots")
        (tmp_path / "plots").rmdir()
        assert kept.drawn(PLOT, 400, draw).startswith("Ready at 400")

    def test_old_ones_are_deleted_at_the_start(self, tmp_path: Path) -> None:
        kept = kept_in(tmp_path)
        kept.drawn(PLOT, 400, Drawing())
        kept.drawn(OTHER, 400, Drawing())
        old, new = sorted(tmp_path.iterdir())
        long_ago = (NOW - LASTS - timedelta(days=1)).timestamp()
        os.utime(old, (long_ago, long_ago))
        os.utime(new, (NOW.timestamp(), NOW.timestamp()))
        kept_in(tmp_path)
        assert list(tmp_path.iterdir()) == [new]
