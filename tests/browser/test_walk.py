"""The way through the console in a real browser: from the one-time link to a decision."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gonogo.app.serving import served
from gonogo.app.wiring import Installation, build
from gonogo.sdk.client import Client
from tests.fixtures.missions import GONOGO

PASSWORD = "a long sentence that nobody guesses"
SignedIn = Callable[[str], Page]


@pytest.fixture
def address(flown_installation: Installation) -> Iterator[str]:
    """Where the installation with the flown mission is served."""
    where = replace(flown_installation.settings, host="127.0.0.1", port=0)
    with served(build(flown_installation), where) as url:
        yield url


@pytest.fixture
def signed_in(address: str, browser: Browser, flown_client: Client) -> Iterator[SignedIn]:
    """`signed_in(login)`: a browser of this person, who came by a one-time link."""
    contexts: list[BrowserContext] = []

    def enter(login: str) -> Page:
        context = browser.new_context(locale="en-GB", timezone_id="UTC")
        contexts.append(context)
        page = context.new_page()
        link = flown_client.user(login).sign_in_link().secret
        page.goto(f"{address}/sign-in?link={link}")
        page.get_by_role("button", name="Sign in with this link").click()
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_role("button", name="Set password").click()
        expect(page.get_by_role("heading", name="Board", exact=True)).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()


class TestWalk:
    def test_from_the_link_to_a_decision(
        self, signed_in: SignedIn, address: str, flown: Path, flown_client: Client
    ) -> None:
        """Board, use case, model version, gate, signature, decision, ledger."""
        engineer = signed_in("simulated-ml-engineer")
        engineer.get_by_role("link", name="Mortgage approval").first.click()
        expect(engineer.get_by_role("heading", level=1)).to_have_text("Mortgage approval")
        engineer.get_by_role("link", name="mortgage-approver@1").first.click()
        expect(engineer.get_by_role("heading", level=1)).to_contain_text("version 1")
        engineer.get_by_role("button", name="Open a review").click()
        expect(engineer.get_by_role("heading", level=1)).to_contain_text("Sandbox → Validation")
        review = engineer.url
        engineer.locator("#sign").get_by_label("Go", exact=True).check()
        engineer.locator("#sign").get_by_role("button", name="Sign").click()
        expect(engineer.locator("#review-seats .verdict.go")).to_have_count(1)

        officer = signed_in("simulated-risk-officer")
        officer.get_by_role("link", name="Decisions").first.click()
        officer.goto(review)
        officer.locator("#decide input[value=go]").check()
        officer.get_by_label("Rationale").fill("Every condition holds; it may be validated.")
        officer.locator("#decide").get_by_role("button", name="Decide").click()
        expect(officer.get_by_text("is in validation now")).to_be_visible()
        assert flown_client.version("mortgage-approver", 1).read().stage == "validation"

        officer.get_by_role("link", name="Ledger").first.click()
        officer.get_by_role("button", name="Verify").click()
        expect(officer.locator("#verification .note")).to_contain_text("The ledger is sound")
        assert officer.url == f"{address}/ledger"
        verified = subprocess.run(
            [*GONOGO, "ledger", "verify"], capture_output=True, text=True, check=False
        )
        assert verified.returncode == 0, verified.stderr

    def test_a_link_lets_in_once(
        self, address: str, browser_context: BrowserContext, flown_client: Client
    ) -> None:
        """The second use of a link ends at the form for a password."""
        link = flown_client.user("simulated-risk-officer").sign_in_link().secret
        for says in ("Set your password", "Sign in"):
            browser_context.clear_cookies()
            page = browser_context.new_page()
            page.goto(f"{address}/sign-in?link={link}")
            page.get_by_role("button", name="Sign in with this link").click()
            expect(page.get_by_role("heading", level=1)).to_have_text(says)


class TestEveryPage:
    @pytest.mark.parametrize("width", [400, 1280])
    def test_fits_and_has_no_fault_of_its_own(
        self, signed_in: SignedIn, address: str, width: int
    ) -> None:
        """No page scrolls sideways, light or dark, breaks its content policy or lacks a heading."""
        page = signed_in("simulated-risk-officer")
        page.set_viewport_size({"width": width, "height": 900})
        faults: list[str] = []
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        for path in self.linked(page, address):
            answer = page.goto(f"{address}{path}")
            assert answer is not None
            assert answer.status == 200, path
            for dark in (False, True):
                page.emulate_media(color_scheme="dark" if dark else "light")
                wider = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if wider > 0:
                    faults.append(f"{path} is {wider} px too wide, {dark=}")
            if page.get_by_role("heading", level=1).count() != 1:
                faults.append(f"{path} has not one heading")
        assert faults == []

    def linked(self, page: Page, address: str) -> list[str]:
        """Pages that can be reached in two clicks from the board, one for each kind of address."""
        kinds: dict[str, str] = {}
        for _ in range(2):
            for path in ["/", *kinds.values()]:
                page.goto(f"{address}{path}")
                for link in page.eval_on_selector_all(
                    "a[href^='/']", "all => all.map(one => one.getAttribute('href'))"
                ):
                    if not link.startswith(("/mlflow", "/api", "/static")) and "#" not in link:
                        kinds.setdefault(_kind(link), link)
        assert len(kinds) > 15
        return list(kinds.values())


def _kind(link: str) -> str:
    """The address with numbers and digests left out: pages of one kind are tried once."""
    parts = link.split("?", maxsplit=1)[0].split("/")
    return "/".join(parts[:2]) + f"/{len(parts)}" + ("?" if "?" in link else "")
