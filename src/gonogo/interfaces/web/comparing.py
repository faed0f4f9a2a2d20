"""Two to five model versions side by side."""

from fastapi import Query

from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views.comparing import page

pages = Pages("comparing")

VERSION = Query(default=[])


@pages.get("/compare", template="compare.html")
def compare(
    work: Work,
    version: list[str] = VERSION,
    criteria: str = "",
    weights: str = "",
    judgements: str = "",
) -> page.ComparePage:
    """The versions named, once there are two of them; before that the form that asks for them."""
    return page.page(work, version, criteria, weights, judgements)
