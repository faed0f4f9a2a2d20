"""The rail: every page stands under one of its lines."""

import pytest

from gonogo.interfaces.web.places import RAIL, here


class TestHere:
    @pytest.mark.parametrize(
        ("path", "wanted"),
        [
            ("/", "/"),
            ("/decisions/7", "/waiting"),
            ("/cases/loans/plan", "/cases"),
            ("/cases/loans/decided", "/production"),
            ("/decided/01", "/production"),
            ("/releases/3/result", "/production"),
            ("/library/tried", "/hypotheses"),
            ("/compare", "/models"),
        ],
    )
    def test_a_page_stands_under_the_line_that_it_belongs_to(self, path: str, wanted: str) -> None:
        assert here(path) == wanted

    @pytest.mark.parametrize("path", ["/account", "/casesque", "/nowhere"])
    def test_a_page_that_belongs_nowhere_lights_no_line(self, path: str) -> None:
        assert here(path) is None


class TestRail:
    def test_no_two_lines_lead_to_the_same_page(self) -> None:
        found = [place.href for _, places in RAIL for place in places]
        assert len(found) == len(set(found))

    def test_each_line_is_its_own_place(self) -> None:
        for _, places in RAIL:
            for place in places:
                assert here(place.href) == place.href
