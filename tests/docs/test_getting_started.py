"""The guide, followed word by word: its commands, its notebook, its steps in a browser."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.pages import BROWSER, ROOT, Block, blocks, unlike
from tests.fixtures.servers import GONOGO, Server, environment, started

GUIDE = ROOT / "docs" / "getting-started.md"
NOTEBOOK = Path(__file__).with_name("notebook.py")
PORT = "8080"
PATIENT = 20_000
"""Milliseconds for a page, where everything runs at once."""
PASSWORD = "a long sentence that nobody guesses"


class Reader:
    """Somebody who does what the guide says, in an empty folder."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.folder = folder
        self.browser = browser
        self.port = free_port()
        self.said = ""
        """What the last block printed."""
        self.links: dict[str, str] = {}
        """Who was invited → by which link."""
        self.pages: dict[str, Page] = {}
        self.open = ExitStack()
        path = f"{Path(GONOGO).parent}:/usr/bin:/bin"
        self.environment = {**environment(folder / ".gonogo"), "PATH": path}
        del self.environment["GONOGO_HOME"]
        self.server: Server | None = None
        self.notebook: subprocess.Popen[str] | None = None

    def does(self, block: Block) -> None:
        """What a block says; a `text` block is compared with what was printed."""
        text = block.text.replace(PORT, str(self.port))
        match block.language:
            case "bash" if text.strip() == "gonogo up":
                self.serve()
            case "bash":
                self.run(text)
            case "python":
                self.cell(text)
            case "text":
                lacking = unlike(self.said, text)
                assert lacking is None, f"{lacking!r} is not in\n{self.said}"
            case "browser":
                login, verb = text.split()
                getattr(self, verb)(login)
            case other:
                pytest.fail(f"a block of {other!r}")

    def serve(self) -> None:
        """The first terminal."""
        settings = {"GONOGO_PORT": str(self.port)}
        home = self.folder / ".gonogo"
        self.server = self.open.enter_context(started(home, settings=settings))
        self.said = self.server.output

    def run(self, text: str) -> None:
        """The second terminal: what a block exports is there in the next."""
        kept = self.folder.with_name("environment")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{text}\nenv -0 > '{kept}'"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        self.said = done.stdout
        lines = kept.read_text(encoding="utf-8").rstrip("\0").split("\0")
        self.environment = dict(line.split("=", 1) for line in lines)
        invited = [line.split()[-1] for line in text.splitlines() if "gonogo user link" in line]
        found = re.findall(r"^link +(\S+)", done.stdout, re.MULTILINE)
        self.links.update(zip(invited, found, strict=True))

    def cell(self, text: str) -> None:
        """The notebook."""
        if self.notebook is None:
            self.notebook = self.open.enter_context(
                subprocess.Popen(
                    [sys.executable, "-W", "ignore", NOTEBOOK],
                    cwd=self.folder,
                    env=self.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            self.open.callback(self.notebook.kill)
        assert self.notebook.stdin is not None
        assert self.notebook.stdout is not None
        self.notebook.stdin.write(json.dumps(text) + "\n")
        self.notebook.stdin.flush()
        told = json.loads(self.notebook.stdout.readline())
        assert told["failed"] == "", told["failed"]
        self.said = told["said"]

    def signs(self, login: str) -> None:
        """The open review, in the browser."""
        page = self.review(login)
        page.locator("#sign").get_by_label("Go", exact=True).check()
        page.locator("#sign").get_by_role("button", name="Sign").click()
        expect(page.locator("#sign").get_by_role("button", name="Sign")).to_have_count(
            0, timeout=PATIENT
        )

    def decides(self, login: str) -> None:
        """The open review, in the browser."""
        page = self.review(login)
        page.locator("#decide input[value=go]").check()
        page.get_by_label("Rationale").fill("Every condition holds.")
        page.locator("#decide").get_by_role("button", name="Decide").click()
        expect(page.locator("#decision")).to_be_visible(timeout=PATIENT)
        # The guide asks what holds at a whole second; readers take longer to get there.
        time.sleep(1)

    def review(self, login: str) -> Page:
        """The page of the open review, as one finds it."""
        page = self.pages.get(login) or self.enter(login)
        page.get_by_role("link", name="Gates").first.click()
        page.locator("main a[href^='/reviews/']").first.click()
        return page

    def enter(self, login: str) -> Page:
        """A private window, signed in by the link."""
        page = self.browser.new_context(locale="en-GB", timezone_id="UTC").new_page()
        page.goto(self.links[login])
        page.get_by_role("button", name="Sign in with this link").click()
        page.get_by_label("New password", exact=True).fill(PASSWORD)
        page.get_by_label("New password again").fill(PASSWORD)
        page.get_by_role("button", name="Set password").click()
        expect(page.get_by_role("heading", name="Board", exact=True)).to_be_visible(timeout=PATIENT)
        self.pages[login] = page
        return page


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def reader(tmp_path: Path, browser: Browser) -> Iterator[Reader]:
    folder = tmp_path / "churn"
    folder.mkdir()
    made = Reader(folder, browser)
    with made.open:
        yield made


def as_notebook(page: Path) -> str:
    """The Python of a page as a notebook of Jupyter's, which linters know how to read."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"line-{block.line}",
            "metadata": {},
            "source": block.text.rstrip("\n"),
            "outputs": [],
            "execution_count": None,
        }
        for block in blocks(page)
        if block.language == "python"
    ]
    language = {"language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": language, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize("verb", [["check"], ["format", "--diff"]], ids=lambda verb: verb[0])
def test_python_is_under_the_same_rules(verb: list[str]) -> None:
    """Linted and formatted as all code."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *verb, "--stdin-filename", "docs/guide.ipynb", "-"],
        input=as_notebook(GUIDE),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_leads_to_a_decision_as_written(reader: Reader) -> None:
    """Every block in order, each with what it says it prints."""
    for block in blocks(GUIDE):
        try:
            reader.does(block)
        except AssertionError as error:
            pytest.fail(f"{GUIDE.name}, line {block.line}: {error}")
    assert {block.language for block in blocks(GUIDE)} == {"bash", "python", "text", BROWSER}
