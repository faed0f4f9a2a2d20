"""The page on what use cases are worth, and which of them to do under limits."""

import time
from typing import Any

import pytest

from gonogo.core.roles import Role
from tests.fixtures.rest import done
from tests.fixtures.world import World
from tests.interfaces.api.test_value import choose, state, text, three
from tests.interfaces.web.conftest import Console, Reader

HERE = "/portfolio"
WRONG = [
    ("budget=lots", "budget"),
    ("budget=-5", "budget"),
    ("by_quarter=1k,-2", "by_quarter"),
    ("people=ml-enginer%3D1", "people"),
    ("shares=exploration%3D0.5-0.2", "limits"),
    ("shares=exploration%3D7", "shares"),
    ("worst=0.1", "worst"),
    ("either=churn,nobody", "either"),
    ("must=nobody", "must"),
    ("must=churn&without=churn", "must"),
]


@pytest.fixture
def reader(console: Reader, world: World) -> Console:
    """A reader of three benefit models; the one worth most needs the second."""
    three(world)
    return console(Role.VIEWER)


def settled(reader: Console, path: str) -> str:
    """The page once the choice that it asks for is found."""
    for _ in range(300):
        page = reader.page(path)
        if "data-measuring" not in page:
            return page
        time.sleep(0.1)
    raise AssertionError("a choice of three use cases was not found in half a minute")


def chosen_at(reader: Console, path: str) -> dict[str, Any]:
    """Likewise, as JSON."""
    settled(reader, path)
    told: dict[str, Any] = reader.json(path)
    return told


def close(found: float, wanted: float) -> bool:
    return found == pytest.approx(wanted)


class TestShow:
    def test_without_benefit_models_it_says_what_to_do_next(
        self, console: Reader, world: World
    ) -> None:
        page = console(Role.VIEWER).page(HERE)
        assert "No use case has a benefit model yet" in page
        assert "gonogo portfolio state CASE FILE" in page
        assert f"{HERE}?budget=1" not in page
        assert console(Role.VIEWER).page(f"{HERE}?budget=1k")

    def test_ranks_are_those_of_rest(self, reader: Console, world: World) -> None:
        told: Any = reader.json(HERE)
        same = done(world.api.by(Role.VIEWER).get("/portfolio"))
        assert [one["case"] for one in told["rows"]] == [one["case"] for one in same["items"]]
        for row, item in zip(told["rows"], same["items"], strict=True):
            for name in ("place", "low", "high", "first", "success", "loss", "spend"):
                assert row[name] == item[name]
            assert row["worth"]["low"] == item["worth"]["low"]
            pairs = dict(zip(told["compared"], row["above"], strict=True))
            assert pairs == {**item["above"], row["case"]: None}
        [bubbles, _] = told["plots"]
        assert [dot["size"] for dot in bubbles["dots"]] == [500, 2500, 600]

    def test_no_choice_is_made_before_it_is_asked_for(self, reader: Console) -> None:
        told: Any = reader.json(HERE)
        assert told["chosen"] is None
        page = reader.page(HERE)
        assert 'id="choice"' not in page
        assert '<main id="main">' in page
        assert 'aria-current="page">Portfolio' in page
        assert 'href="/cases/fraud/value"' in page

    def test_currencies_have_portfolios_of_their_own(self, reader: Console, world: World) -> None:
        state(world, text(1, 10).replace("USD", "EUR"), "fraud")
        most, other = (reader.json(path) for path in (HERE, f"{HERE}?currency=EUR"))
        assert (most["currency"], other["currency"]) == ("USD", "EUR")
        told: Any = other
        assert [one["case"] for one in told["rows"]] == ["fraud"]
        assert told["currencies"] == [["USD", 2], ["EUR", 1]]


class TestChoose:
    def test_the_choice_is_that_of_rest_with_why(self, reader: Console, world: World) -> None:
        told: Any = chosen_at(reader, f"{HERE}?budget=3k&people=ml-engineer%3D4")
        same = choose(world, budget=3000, people={"ml-engineer": [4]})
        chosen = told["chosen"]
        assert [one["case"] for one in chosen["kept"]] == [one["case"] for one in same["done"]]
        assert chosen["worth"]["value"] == same["worth"]["value"]
        assert (chosen["worst"], chosen["spend"]) == (same["worst"], same["spend"])
        why = {one["case"]: one["why"] for one in chosen["kept"]}
        assert why["churn"].startswith("search needs it; without it the choice is worth 1,600 less")
        assert "fraud in its place" in why["search"]
        [left] = chosen["left"]
        assert left["why"] == (
            "doing it all the same costs 100 of the worth of the choice, and search would go"
        )
        assert left["brings_in"].startswith("being worth 100 more than 400")
        assert [one["what"] for one in chosen["more"]] == ["budget", "ml-engineer"]
        assert close(chosen["more"][1]["gain"], same["marginals"][1]["gain"])

    def test_everything_stands_on_the_page_and_the_form_stays_filled_in(
        self, reader: Console
    ) -> None:
        page = settled(reader, f"{HERE}?budget=1500&without=search&must=fraud&worst=0.1%3D-1M")
        assert "no other choice is worth more" in page
        assert 'value="1500"' in page
        assert '"fraud" checked' in page
        assert '"search" checked' in page
        assert "gonogo portfolio choose --budget=1500" in page
        assert "Worth against risk" in page
        assert page.count("<figure") == 3
        assert '<main id="main" data-still>' in page

    def test_limits_that_conflict_are_listed(self, reader: Console) -> None:
        page = settled(reader, f"{HERE}?budget=2600&must=search")
        assert "No choice keeps all limits" in page
        for one in ("search must be done", "search needs churn", "budget in all"):
            assert f"<li>{one}</li>" in page
        assert 'value="2600"' in page

    def test_what_cannot_be_is_refused_at_its_field(self, reader: Console) -> None:
        for asked, field in WRONG:
            told: Any = chosen_at(reader, f"{HERE}?{asked}")
            assert told["refused"]["field"] == field, asked
            assert told["chosen"] is None
        page = settled(reader, f"{HERE}?people=%3Cb%3E")
        assert 'id="refusal"' in page
        assert 'value="&lt;b&gt;"' in page
        assert 'aria-invalid="true"' in page
        assert "<b>" not in page


class TestDecide:
    ASKED = f"{HERE}?budget=3k"

    def form(self, **more: str) -> dict[str, str]:
        return {"currency": "USD", "budget": "3k", "reason": "Most for the money", **more}

    def test_what_was_chosen_is_decided_and_has_a_page(
        self, console: Reader, reader: Console
    ) -> None:
        manager = console(Role.MANAGER)
        assert 'action="/portfolio/choices"' in settled(manager, self.ASKED)
        answer = manager.post("/portfolio/choices", self.form())
        assert answer.status_code == 303, answer.text
        place = answer.headers["location"].partition("?")[0]
        told: Any = manager.json(place)
        assert [one["part"]["case"] for one in told["done"]] == ["churn", "search"]
        page = reader.page(place)
        assert "Most for the money" in page
        assert "nothing changed" in page
        assert "gonogo portfolio choose --budget=3000" in page
        assert f'href="{place}"' in reader.page(HERE)

    def test_without_a_reason_the_form_stays_as_it_was(self, console: Reader, world: World) -> None:
        three(world)
        page = console(Role.MANAGER).post("/portfolio/choices", self.form(reason=" ")).text
        assert 'id="refusal"' in page
        assert 'value="3k"' in page

    def test_who_may_not_decide_sees_no_form(self, reader: Console) -> None:
        assert 'action="/portfolio/choices"' not in settled(reader, self.ASKED)
        assert reader.post("/portfolio/choices", self.form()).status_code == 403


class TestBackground:
    def test_many_are_told_as_they_are_found(self, reader: Console) -> None:
        """The first answer comes at once, whatever of it is still looked for."""
        told: Any = reader.json(f"{HERE}?budget=4k&must=fraud")
        assert told["rows"]
        assert told["refused"] is None
        assert (told["chosen"] is None) <= bool(told["doing"])
        assert chosen_at(reader, f"{HERE}?budget=4k&must=fraud")["doing"] == ""
