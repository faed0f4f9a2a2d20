"""Pages that follow the ledger, in a real browser: nothing that somebody types is lost."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gonogo.app.serving import served
from gonogo.app.wiring import Installation, build
from gonogo.core.roles import Role
from tests.fixtures.world import World
from tests.interfaces.web.conftest import COOKIE, Reader

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Opens = Callable[[Role, str], Page]


@pytest.fixture
def opens(
    installation: Installation, console: Reader, browser: Browser, world: World
) -> Iterator[Opens]:
    """`opens(Role.MANAGER, path)`: a page in a browser of somebody with this role."""
    contexts: list[BrowserContext] = []
    where = replace(installation.settings, host="127.0.0.1", port=0)
    with served(build(installation), where) as url:

        def opened(role: Role, path: str) -> Page:
            signed_in = console(role).signed_in
            context = browser.new_context(locale="en-GB", timezone_id="UTC")
            contexts.append(context)
            value = signed_in.cookie if signed_in else ""
            context.add_cookies([{"name": COOKIE, "value": value, "url": url}])
            page = context.new_page()
            page.goto(f"{url}{path}")
            return page

        yield opened
        for context in contexts:
            context.close()


class TestReview:
    def test_follows_others_and_keeps_what_is_typed(self, opens: Opens, world: World) -> None:
        """Who signs elsewhere is seen here at once; the rationale stays, and a note says so."""
        page = opens(Role.MANAGER, f"/reviews/{world.review}")
        page.fill("#decide-rationale", "Half a sentence")
        expect(page.locator("#review-seats .verdict.go")).to_have_count(0)
        world.sign(world.review, Role.RISK_OFFICER)
        expect(page.locator("#changed")).to_contain_text("Changed while you were writing")
        expect(page.locator("#review-seats .verdict.go")).to_have_count(1)
        expect(page.locator("#decide-rationale")).to_have_value("Half a sentence")
        expect(page.locator("#decide-rationale")).to_be_focused()

    def test_is_drawn_anew_where_nobody_types(self, opens: Opens, world: World) -> None:
        page = opens(Role.VIEWER, f"/reviews/{world.review}")
        world.sign(world.review, Role.ML_ENGINEER)
        expect(page.locator("#review-seats .verdict.go")).to_have_count(1)
        expect(page.locator("#changed")).to_have_count(0)


class TestLedger:
    def test_is_verified_on_the_page(self, opens: Opens, world: World) -> None:
        page = opens(Role.VIEWER, "/ledger")
        page.click("form[data-verify] button")
        expect(page.locator("#verification .note")).to_contain_text("The ledger is sound")
        assert page.url.endswith("/ledger")


class TestTried:
    def test_what_is_like_it_is_listed_while_it_is_typed(self, opens: Opens, world: World) -> None:
        """And nothing that was typed is lost."""
        page = opens(Role.DATA_SCIENTIST, "/cases/churn/hypotheses/new")
        expect(page.locator("#tried a")).to_have_count(0)
        page.fill("[name=statement]", "Do bigger trees beat it?")
        expect(page.locator("#tried a")).to_have_text("churn/trees")
        page.fill("[name=statement]", "Green buttons are liked")
        expect(page.locator("#tried")).to_contain_text("Nothing that shares words")
        expect(page.locator("[name=statement]")).to_have_value("Green buttons are liked")
