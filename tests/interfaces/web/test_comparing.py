"""The page on which versions stand side by side."""

from typing import Any

import pytest

from gonogo.core.roles import Role
from gonogo.interfaces.web.kit import plain
from gonogo.views.comparing import page as views
from tests.fixtures.work import WorkAs
from tests.fixtures.world import World, evidence, measured
from tests.interfaces.web.conftest import Reader

TWO = "/compare?version=caller@1&version=caller@2"


@pytest.fixture
def two(world: World) -> World:
    """Two versions: the second is right more often and slower."""
    world.version("2", data=world.train, evaluation=world.test)
    for number, auc, latency in (("1", 0.7, 3.0), ("2", 0.8, 9.0)):
        subject = f"model:caller@{number}"
        for check, value in (
            ("performance.roc_auc", auc),
            ("operations.latency_p99_ms", latency),
            ("performance.brier", 0.2),
        ):
            world.record(
                evidence(check, subject=subject, measured=measured(value, 0.01), data=world.test)
            )
    return world


class TestCompare:
    def test_an_installation_without_models_says_what_to_do_next(self, console: Reader) -> None:
        page = console(Role.VIEWER).page("/compare")
        assert "No model is registered yet" in page
        assert "gonogo model adopt" in page

    def test_without_two_it_asks_for_them(self, console: Reader, two: World) -> None:
        none, one = (
            console(Role.VIEWER).page(path) for path in ("/compare", "/compare?version=caller@1")
        )
        assert "Choose two to five versions" in none
        assert 'value="caller@2"' in none
        assert 'value="caller@1" checked' in one
        assert 'value="caller@2"' in one

    def test_criteria_ranking_and_plots_stand_on_it(self, console: Reader, two: World) -> None:
        page = console(Role.VIEWER).page(TWO)
        assert "On performance and latency caller@" in page
        assert "Not counted, for want of comparable data: fairness" in page
        assert "▲ ahead" in page
        assert "▼ behind" in page
        assert page.count('<tr class="differs">') == 4
        assert "If performance weighed more or less" in page
        assert page.count("<svg") > 10
        assert "gonogo model compare caller@1 caller@2" in page

    def test_weights_and_judgements_stay_filled_in(self, console: Reader, two: World) -> None:
        page = console(Role.VIEWER).page(f"{TWO}&judgements=performance/latency=9")
        assert "weights judged, consistency ratio 0" in page
        assert 'value="performance/latency=9"' in page
        assert "On performance and latency caller@2 comes first" in page

    def test_what_cannot_be_compared_says_why(self, console: Reader, two: World) -> None:
        two.record(evidence("performance.f1", subject="model:caller@1", data=two.train))
        two.record(evidence("performance.f1", subject="model:caller@2", data=two.test))
        page = console(Role.VIEWER).page(TWO)
        assert f"not comparable: measured on {two.train}, not {two.test}" in page

    def test_its_twin_is_the_view(self, console: Reader, two: World, work_as: WorkAs) -> None:
        told = console(Role.VIEWER).json(TWO)
        with work_as(Role.VIEWER, write=False) as work:
            assert told == plain(views.page(work, ["caller@1", "caller@2"]))

    def test_words_in_brackets_stay_together(self, console: Reader, two: World) -> None:
        named = "fairness.selection_rate_ratio[group=age group]"
        told: Any = console(Role.VIEWER).json(f"{TWO}&criteria={named}")
        assert [one["name"] for one in told["comparison"]["criteria"]] == [named]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/compare?version=caller", 422),
            (f"{TWO}&weights=speed=1", 422),
            ("/compare?version=caller@1&version=caller@9", 404),
            ("/compare?" + "&".join(f"version=a@{n}" for n in range(6)), 422),
        ],
    )
    def test_what_is_wrong_is_told(
        self, console: Reader, two: World, path: str, status: int
    ) -> None:
        assert console(Role.VIEWER).get(path).status_code == status

    def test_text_of_others_is_escaped(self, console: Reader, two: World) -> None:
        page = console(Role.VIEWER).get(f"{TWO}&criteria=<script>alert(1)</script>").text
        assert "<script>alert" not in page

    def test_whoever_holds_no_role_is_refused(self, console: Reader, two: World) -> None:
        assert console().get(TWO).status_code == 403


class TestModel:
    def test_a_models_page_leads_there_with_its_newest_two_ticked(
        self, console: Reader, two: World
    ) -> None:
        page = console(Role.VIEWER).page("/models/caller")
        assert '<form id="compare" method="get" action="/compare">' in page
        assert page.count('type="checkbox" form="compare" name="version"') == 2
        assert page.count(" checked>") == 2
