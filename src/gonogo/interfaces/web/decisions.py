"""Decisions with what each rests on."""

from gonogo.core.roles import Action
from gonogo.interfaces.web.kit import Pages
from gonogo.store.work import Work
from gonogo.views import decisions as views

pages = Pages("decisions")


@pages.get("/decisions", template="decisions.html", action=Action.LEDGER_READ)
def decisions(work: Work, subject: str = "", cursor: str | None = None) -> views.DecisionsPage:
    """Decisions, newest first."""
    return views.decisions(work, subject.strip(), cursor)
