"""Plots in a real browser: what the pointer finds tells its numbers."""

from pathlib import Path

from playwright.sync_api import Page, expect

import gonogo.interfaces.web.routes as web
from gonogo.views.charts.svg import svg
from gonogo.views.charts.values import Intervals, Whisker

STATIC = Path(web.__file__).parent / "static"
CHART = Intervals(
    "Rates", "Share", (Whisker("<b>a", 0.5, 0.4, 0.6, "n = 10"), Whisker("b", 0.2, 0.1, 0.3))
)


class TestTips:
    def test_a_row_tells_its_numbers_where_the_pointer_is(self, page: Page) -> None:
        page.set_content(f"<main>{svg(CHART)}</main>")
        page.add_style_tag(path=STATIC / "console.css")
        page.add_script_tag(path=STATIC / "console.js")
        tip = page.locator(".tip")
        page.locator("[data-tip]").first.hover()
        expect(tip).to_have_text("<b>a: 0.5 [0.4, 0.6]; n = 10")
        page.locator("[data-tip]").nth(1).hover()
        expect(tip).to_have_text("b: 0.2 [0.1, 0.3]")
        page.mouse.move(900, 700)
        expect(tip).to_be_hidden()

    def test_the_plot_keeps_its_name_for_those_who_do_not_see_it(self, page: Page) -> None:
        page.set_content(f"<main>{svg(CHART)}</main>")
        page.add_style_tag(path=STATIC / "console.css")
        page.add_script_tag(path=STATIC / "console.js")
        expect(page.get_by_role("img", name="Rates")).to_be_visible()

    def test_without_the_script_the_browser_itself_tells_them(self, page: Page) -> None:
        page.set_content(f"<main>{svg(CHART)}</main>")
        titles = page.locator("svg.plot path title").all_text_contents()
        assert titles == ["<b>a: 0.5 [0.4, 0.6]; n = 10", "b: 0.2 [0.1, 0.3]"]
