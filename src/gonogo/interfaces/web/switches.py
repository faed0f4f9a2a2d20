"""Forms on the pages of production and of a release: kill switch, back again, a practised rollback.

Each stands on both pages, and goes back to the one it was sent from.
"""

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.flows import drilling
from gonogo.flows import releases as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Again, Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.interfaces.web.production import again, page_again
from gonogo.schemas import releases as schemas
from gonogo.store.work import Work
from gonogo.views.releases import of_id

pages = Pages("switches")

KILLED = "Killed: the fallback answers everything."
REVIVED = "Models answer again."


def _on_production(name: str) -> Again:
    def drawn(work: Work, needs: WebNeeds, case: str, form: Form, refused: GonogoError) -> Shown:
        page = page_again(work, needs.log, f"{case}/{name}", form, refused_page(refused))
        return Shown("production.html", page)

    return drawn


@pages.post("/production/{case}/kill", action=Action.RELEASE_STOP, again=_on_production("kill"))
def kill(work: Work, case: str, form: Form) -> Done:
    """Let the fallback answer everything; asked for twice, as it changes what is live."""
    flows.kill(work, case, reason=_confirmed(form))
    return Done("/production", KILLED)


@pages.post(
    "/production/{case}/revive", action=Action.RELEASE_START, again=_on_production("revive")
)
def revive(work: Work, case: str, form: Form) -> Done:
    """Let models answer again."""
    flows.revive(work, case, reason=_confirmed(form))
    return Done("/production", REVIVED)


@pages.post("/production/{case}/drill", action=Action.RELEASE_STOP, again=_on_production("drill"))
def drill(needs: WebNeeds, caller: Caller, case: str, form: Form) -> Done:
    """Practise a rollback: the route stays as it is."""
    return Done("/production", _drilled(needs, caller, case, form))


@pages.post("/releases/{release}/kill", action=Action.RELEASE_STOP, again=again("kill"))
def kill_here(work: Work, release: str, form: Form) -> Done:
    """As `kill`, from the page of a release."""
    flows.kill(work, of_id(work, release).case, reason=_confirmed(form))
    return Done(f"/releases/{release}", KILLED)


@pages.post("/releases/{release}/revive", action=Action.RELEASE_START, again=again("revive"))
def revive_here(work: Work, release: str, form: Form) -> Done:
    """As `revive`, from the page of a release."""
    flows.revive(work, of_id(work, release).case, reason=_confirmed(form))
    return Done(f"/releases/{release}", REVIVED)


@pages.post("/releases/{release}/drill", action=Action.RELEASE_STOP, again=again("drill"))
def drill_here(needs: WebNeeds, caller: Caller, release: str, form: Form) -> Done:
    """As `drill`, from the page of a release."""
    with needs.open_work(caller, write=False) as work:
        case = of_id(work, release).case
    return Done(f"/releases/{release}#drills", _drilled(needs, caller, case, form))


def _confirmed(form: Form) -> str:
    if form.get("confirm") != "yes":
        raise Invalid(field="confirm", expected="the box to be ticked: it changes what is live")
    said = {name: value for name, value in form.items() if name != "confirm"}
    return parsed(schemas.Order, said).reason


def _drilled(needs: WebNeeds, caller: Caller, case: str, form: Form) -> str:
    if form.get("confirm") != "yes":
        raise Invalid(field="confirm", expected="the box to be ticked: it is kept in the ledger")
    done = drilling.practise(
        needs.open_work, caller, case, clock=needs.clock, deliver=needs.deliver
    )
    where = "in force" if done.confirmed else "laid where gateways look; none of this home answers"
    return f"Practised: after {done.seconds:.2f} s the route was {where}."
