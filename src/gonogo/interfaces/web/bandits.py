"""The page of a bandit: what it has learned, what that cost, and what was foretold before."""

from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import bandit
from gonogo.views.releases import of_id

pages = Pages("bandits")


@pages.get("/releases/{release}/bandit", template="bandit.html")
def show(work: Work, release: str) -> bandit.BanditPage:
    """A release whose shares follow what is learned."""
    return bandit.bandit(work, of_id(work, release))
