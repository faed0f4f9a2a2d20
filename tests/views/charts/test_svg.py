"""Plots as SVG: every kind draws, names are text and nothing else, colours are the page's."""

import math
import subprocess
import sys
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest

from gonogo.views.charts import svg as drawing
from gonogo.views.charts.numbers import table
from gonogo.views.charts.theme import WIDE
from gonogo.views.charts.values import (
    At,
    Bar,
    Bars,
    Bin,
    Bound,
    Chart,
    Dot,
    Grain,
    Intervals,
    Line,
    Lines,
    Matrix,
    Move,
    Network,
    Node,
    Scatter,
    Span,
    Spans,
    Swarm,
    SwarmRow,
    Tone,
    Whisker,
)

HOSTILE = '"><script>alert(1)</script>{{7*7}}<a href="javascript:x">&\'\u202e'
DIAGONAL = Line("chance", (At(0, 0), At(1, 1)), Tone.QUIET, dashed=True)
EVERY: tuple[Chart, ...] = (
    Intervals(
        "Rates by group",
        "Selection rate",
        (
            Whisker("white", 0.9, 0.85, 0.95, "n = 503", Tone.GO, 0.8),
            Whisker("black", 0.7, -math.inf, math.inf, tone=Tone.NOGO),
        ),
        bounds=(Bound(0.8, "asked"),),
        within=(0, 1),
    ),
    Bars("Importance", "Loss of AUC", (Bar("income", 0.2, 0.1, 0.3), Bar("age", -0.01))),
    Lines(
        "ROC",
        "False-positive rate",
        "True-positive rate",
        (DIAGONAL, Line("model", tuple(At(x / 90, x / 90, 0.0, 1.0) for x in range(91)))),
        unit_square=True,
    ),
    Lines(
        "Reliability",
        "Mean forecast",
        "Share observed",
        (DIAGONAL, Line("bins", (At(0.2, 0.1, 0.0, 0.2), At(0.8, 0.9, 0.8, 1.0)), dots=True)),
        unit_square=True,
        bins=(Bin(0.0, 0.5, 40), Bin(0.5, 1.0, 60)),
    ),
    Lines(
        "Learning curve",
        "Rows",
        "ROC AUC",
        (
            Line("measured", (At(100, 0.7), At(200, 0.75)), dots=True, joined=False),
            Line("foretold", (At(200, 0.75, 0.75, 0.75), At(800, 0.8, 0.7, 0.9)), Tone.SECOND),
        ),
        log_across=True,
        uprights=(Bound(400, "stops paying"),),
        bounds=(Bound(0.72, "asked"),),
    ),
    Scatter(
        "Frontier",
        "Difference",
        "Accuracy",
        (
            Dot("as it is", 0.2, 0.9, 0.1, 0.3, 0.88, 0.92, on_frontier=True),
            Dot("reweighed", 0.1, 0.8),
        ),
    ),
    Swarm(
        "Contributions",
        "Log-odds",
        (SwarmRow("income", (Grain(0.5, 1.0), Grain(-0.5, 0.0), Grain(0.0)), 0.4, 0.3, 0.5),),
    ),
    Spans(
        "Timeline",
        "Days",
        (
            Span("collect", 0.0, 4.0, 9.5, "until Friday"),
            Span("live", 4.0, 4.0, None, tone=Tone.GO),
        ),
        bounds=(Bound(7.0, "deadline"),),
    ),
    Network(
        "Network",
        "later steps",
        (
            Node("collect", 0, says="4 days"),
            Node("try", 1, (0,)),
            Node("other", 2, (0,), 1, tone=Tone.GO),
        ),
    ),
    Matrix(
        "Heat map",
        "Probability",
        "Impact",
        ("rare", "possible", "sure"),
        ("small", "large"),
        ((Tone.GO, Tone.GO, Tone.HOLD), (Tone.HOLD, Tone.NOGO, Tone.NOGO)),
        (
            Move("late", 0.5, 0.4, 2.7, 1.9, "was grave"),
            Move("here", 1.5, 1.5),
            Move("out", 9.0, -1.0),
        ),
    ),
    Scatter(
        "Bubbles",
        "Chance",
        "Worth",
        (Dot("dear", 0.2, 9.0, y_low=1.0, y_high=12.0, size=900.0), Dot("free", 0.8, 1.0, size=0)),
        sized="cost",
    ),
)
EMPTY: tuple[Chart, ...] = (
    Intervals("t", "x", ()),
    Bars("t", "x", ()),
    Spans("t", "x", ()),
    Network("t", "x", ()),
    Lines("t", "x", "y", ()),
    Lines("t", "x", "y", (), log_across=True),
    Scatter("t", "x", "y", ()),
    Matrix("t", "x", "y", (), (), (), ()),
    Swarm("t", "x", ()),
)


def read(drawn: str) -> Element:
    """A drawing as a tree; it has to be XML."""
    return fromstring(drawn)  # noqa: S314  # drawn a moment ago, by what is under test


def named(chart: Chart) -> str:
    return chart.title


class TestSvg:
    @pytest.mark.parametrize("chart", EVERY, ids=named)
    def test_it_has_a_name_a_description_and_nothing_but_marks(self, chart: Chart) -> None:
        root = read(drawing.svg(chart))
        title, says = root[0], root[1]
        assert root.get("role") == "img"
        assert (root.get("aria-labelledby"), title.text) == (title.get("id"), chart.title)
        assert root.get("aria-describedby") == says.get("id")
        tags = {element.tag.removeprefix(drawing.NAMESPACE) for element in root.iter()}
        assert tags <= drawing.GROUPS | drawing.MARKS | {"title", "desc"}
        assert "text" in tags

    @pytest.mark.parametrize("chart", EVERY, ids=named)
    def test_its_colours_are_classes_of_the_page(self, chart: Chart) -> None:
        drawn = drawing.svg(chart)
        assert "#" not in drawn.replace("&#", "")
        assert not any(word in drawn for word in ("style=", "href", "url(", "font-family"))
        assert 'class="f-' in drawn

    @pytest.mark.parametrize("chart", EMPTY, ids=lambda chart: type(chart).__name__)
    def test_nothing_to_draw_is_drawn_as_nothing(self, chart: Chart) -> None:
        assert read(drawing.svg(chart)).get("role") == "img"

    def test_names_are_text(self) -> None:
        """A group's name that is markup, a template or an expression is shown letter by letter."""
        rows = (Whisker(HOSTILE, 0.5, 0.4, 0.6, HOSTILE), Whisker(HOSTILE, 0.5, 0.4, 0.6))
        drawn = drawing.svg(Intervals(HOSTILE, HOSTILE, rows, (Bound(0.5, HOSTILE),)))
        assert "<script" not in drawn
        assert "<a " not in drawn
        root = read(drawn)
        assert root[0].text == HOSTILE
        assert any(
            (one.text or "").startswith(HOSTILE) for one in root.iter() if one is not root[0]
        )
        assert "49" not in "".join(root.itertext())

    def test_letters_that_xml_has_not_are_marked(self) -> None:
        odd = "a\x00b\x1b[31m\ud800\uffff"
        root = read(drawing.svg(Bars(odd, odd, (Bar(odd, 1.0),))))
        assert root[0].text == "a\ufffdb\ufffd[31m\ufffd\ufffd"

    @pytest.mark.parametrize("far", [1e308, -1e308, 1e-320])
    def test_numbers_at_the_end_of_all_numbers_are_drawn(self, far: float) -> None:
        rows = (Whisker("a", far, far, far), Whisker("b", 0.0, -math.inf, math.inf))
        dots = (Dot("a", far, -far, far, far), Dot("b", 0.0, 1.0))
        line = Line("a", (At(far, far), At(0.0, -far, -far, -far)), dots=True)
        for chart in (
            Intervals("t", "x", rows, (Bound(far),)),
            Bars("t", "x", (Bar("a", far, far, far), Bar("b", -far))),
            Lines("t", "x", "y", (line,), uprights=(Bound(far),)),
            Lines("t", "x", "y", (line,), log_across=True),
            Scatter("t", "x", "y", dots),
            Swarm("t", "x", (SwarmRow("a", (Grain(far), Grain(-far, 0.5)), far),)),
        ):
            assert read(drawing.svg(chart)).get("role") == "img"

    def test_a_mark_tells_its_numbers_in_its_title(self) -> None:
        titles = [one.text for one in read(drawing.svg(EVERY[0])).iter() if "title" in one.tag]
        assert "white: 0.9 [0.85, 0.95]; asked 0.8; n = 503" in titles
        assert "black: 0.7 [−∞, ∞]" in titles

    def test_the_same_plot_is_drawn_once(self) -> None:
        drawing.svg.cache_clear()
        first = drawing.svg(EVERY[1])
        assert drawing.svg(replace(EVERY[1])) is first
        assert drawing.svg.cache_info().hits == 1

    @pytest.mark.parametrize("chart", EVERY, ids=named)
    def test_it_keeps_to_its_width(self, chart: Chart) -> None:
        assert float(read(drawing.svg(chart)).get("width", "")) <= 312
        wide = float(read(drawing.svg(chart, WIDE)).get("width", ""))
        assert 640 < wide <= 684


class TestWarm:
    def test_what_draws_is_loaded_before_the_first_plot_is_asked_for(self) -> None:
        """In an interpreter of its own, for here it is loaded already."""
        asked = (
            "import sys; from gonogo.views.charts import svg; "
            "before = {'altair', 'vl_convert'} & set(sys.modules); svg.warm(); "
            "print(sorted(before), svg.svg.cache_info().currsize, 'vl_convert' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=120
        )
        assert done.stdout.split("\n")[0] == "[] 1 True"


class TestSpec:
    @pytest.mark.parametrize("chart", [*EVERY, *EMPTY], ids=lambda chart: type(chart).__name__)
    def test_it_is_vega_lite(self, chart: Chart) -> None:
        """Altair checks a specification against the schema of Vega-Lite and raises."""
        assert drawing.SPECS[type(chart)](chart, 308).to_dict(validate=True)


class TestTable:
    def test_it_holds_what_is_drawn(self) -> None:
        found = table(EVERY[0])
        assert found.columns == ("", "Selection rate", "from", "to", "asked", "besides")
        assert found.rows[0] == ("white", 0.9, 0.85, 0.95, 0.8, "n = 503")

    def test_columns_in_which_nothing_stands_are_left_out(self) -> None:
        assert table(Bars("t", "Loss", (Bar("age", 0.1),))).columns == ("", "Loss")

    def test_lines_for_orientation_are_no_rows(self) -> None:
        assert len(table(EVERY[2]).rows) == 91

    def test_bins_stand_beside_their_points(self) -> None:
        found = table(EVERY[3])
        assert found.columns[:4] == ("Score from", "to", "n", "Mean forecast")
        assert found.rows[0][:4] == (0.0, 0.5, 40.0, 0.2)

    def test_lines_that_are_several_are_named(self) -> None:
        assert {row[0] for row in table(EVERY[4]).rows} == {"measured", "foretold"}

    def test_candidates_carry_the_numbers_that_stand_in_the_plot(self) -> None:
        assert [row[0] for row in table(EVERY[5]).rows] == ["1 as it is", "2 reweighed"]

    def test_a_swarm_tells_its_reach(self) -> None:
        assert table(EVERY[6]).rows[0] == ("income", 0.4, 0.3, 0.5, -0.5, 0.5)

    def test_spans_are_called_by_what_they_are(self) -> None:
        rows = (Span("collect", 0.0, 4.0, 9.5, "until Friday"), Span("live", 4.0, 4.0))
        found = table(Spans("Timeline", "Days", rows, names=("good", "bad", "late")))
        assert found.columns == ("", "good", "bad", "late", "besides")
        assert found.rows == (
            ("collect", 0.0, 4.0, 9.5, "until Friday"),
            ("live", 4.0, 4.0, None, ""),
        )

    def test_a_network_tells_what_waits_for_what(self) -> None:
        found = table(EVERY[8])
        assert found.columns == ("", "waits for", "only by", "besides")
        assert found.rows[2] == ("other", "collect", "try", "")
