"""What waits for the reader."""

from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import waiting as views

pages = Pages("waiting")


@pages.get("/waiting", template="waiting.html")
def waiting(work: Work) -> views.WaitingPage:
    """Reviews to sign and to decide, hypotheses to settle."""
    return views.waiting(work)
