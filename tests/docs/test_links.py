"""Every relative link of every page leads to a file that is there, and to a heading in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.pages import ROOT, prose

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def links(page: Path) -> Iterator[str]:
    """Where the links of `page` lead, those to other sites left out."""
    text = re.sub(r"`[^`]*`", "", prose(page))
    for found in LINK.finditer(text):
        if not re.match(r"[a-z]+:", found[1]):
            yield found[1]


def anchors(page: Path) -> set[str]:
    """The anchors that a page shown on the web has for its headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


def broken(page: Path, root: Path = ROOT) -> list[str]:
    """The links of `page` that lead nowhere, or out of `root`."""
    found = []
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        inside = target.is_relative_to(root) and target.exists()
        if not inside or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Files and headings both."""
    assert broken(page) == []


def test_every_page_is_reached_from_the_index() -> None:
    """A page nobody links to is read by nobody."""
    index = ROOT / "docs" / "index.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert {page for page in PAGES if page != index} <= reached


class TestBroken:
    def test_names_a_file_that_is_gone_and_a_heading_that_is_none(self, tmp_path: Path) -> None:
        """A check that finds nothing wrong anywhere would prove nothing."""
        page = tmp_path / "page.md"
        page.write_text(
            "# One, two\n\n[a](gone.md) [b](#one-two) [c](#three) [d](https://e.f) [e](/)\n"
        )
        assert broken(page, tmp_path) == ["gone.md", "#three", "/"]
