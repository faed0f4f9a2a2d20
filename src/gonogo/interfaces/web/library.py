"""The library: negative results with what was learned, and whether something was tried."""

from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import library as views

pages = Pages("library")


@pages.get("/library", template="library.html")
def searched(
    work: Work,
    text: str = "",
    case: str = "",
    everything: str = "",
    cursor: str | None = None,
) -> views.LibraryPage:
    """Negative results, or the best of what a search finds."""
    sought = views.Sought(text[:LONGEST], case, everything.lower() in {"yes", "true", "1", "on"})
    return views.page(work, sought, cursor)


@pages.get("/library/tried", template="tried.html")
def tried(work: Work, text: str = "") -> views.TriedPage:
    """Hypotheses in any state that share words with what somebody types."""
    return views.tried(work, text[:LONGEST])


LONGEST = 2000
"""Letters of a question; a statement has no more."""
