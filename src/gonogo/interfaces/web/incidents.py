"""Incidents: what went wrong in production, looking after one, resolving it."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.incidents import actions
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import incidents as schemas
from gonogo.store.work import Work
from gonogo.views import incidents as views

pages = Pages("incidents")


@pages.get("/incidents", template="incidents.html")
def show(work: Work, case: str | None = None, cursor: str | None = None) -> views.IncidentsPage:
    """What stands open first, then how others ended."""
    return views.incidents(work, case or None, cursor)


def _acknowledge_again(work: Work, number: int, form: Form, refused: GonogoError) -> Shown:
    page = views.incidents(
        work, form=f"acknowledge-{number}", values=form, refused=refused_page(refused)
    )
    return Shown("incidents.html", page)


def _resolve_again(work: Work, number: int, form: Form, refused: GonogoError) -> Shown:
    page = views.incidents(
        work, form=f"resolve-{number}", values=form, refused=refused_page(refused)
    )
    return Shown("incidents.html", page)


@pages.post(
    "/incidents/{number}/acknowledge", action=Action.INCIDENT_HANDLE, again=_acknowledge_again
)
def acknowledge(work: Work, number: int, form: Form) -> Done:
    """Say that one looks after it."""
    asked = parsed(schemas.Acknowledge, form)
    actions.acknowledge(work, number, note=asked.note)
    return Done("/incidents", f"You look after incident {number}.")


@pages.post("/incidents/{number}/resolve", action=Action.INCIDENT_HANDLE, again=_resolve_again)
def resolve(work: Work, number: int, form: Form) -> Done:
    """Say that it is over, and why."""
    given = {name: value for name, value in form.items() if value or name != "evidence"}
    asked = parsed(schemas.Resolve, given)
    actions.resolve(work, number, reason=asked.reason, evidence=asked.evidence)
    return Done("/incidents", f"Incident {number} is resolved.")
