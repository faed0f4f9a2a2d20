"""Production: what decides and what goes through it, releases with their orders, decisions."""

from dataclasses import replace
from pathlib import Path

from gonogo.core.caller import Caller
from gonogo.core.errors import Conflict, GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.releases import rules, tables
from gonogo.domain.releases.actions import Order
from gonogo.flows import releases as flows
from gonogo.flows import watching
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Again, Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import releases as schemas
from gonogo.store.work import Work
from gonogo.views import decided, production
from gonogo.views import releases as views
from gonogo.views.refused import Refused

pages = Pages("production")


@pages.get("/production", template="production.html")
def show(work: Work, needs: WebNeeds, cursor: str | None = None) -> production.ProductionPage:
    """Every use case with its route, its traffic and its release."""
    return production.production(work, needs.log, cursor)


def page_again(
    work: Work, log: Path, form: str, values: Form, refused: Refused
) -> production.ProductionPage:
    """The page once more, with what was filled in into the form called `form`."""
    page = production.production(work, log)
    return replace(page, form=form, values=dict(values), refused=refused)


# -- releases ---------------------------------------------------------------------------------


@pages.get("/releases/{release}", template="release.html")
def release(work: Work, release: str) -> views.ReleasePage:
    """One release, as it was seen until now."""
    return _page(work, release)


def again(name: str) -> Again:
    """The release once more, with what was filled in into its form called `name`."""

    def drawn(work: Work, release: str, form: Form, refused: GonogoError) -> Shown:
        page = _page(work, release, form=name, values=form, refused=refused_page(refused))
        return Shown("release.html", page)

    return drawn


@pages.post("/releases/{release}/rollback", action=Action.RELEASE_STOP, again=again("rollback"))
def rollback(work: Work, release: str, form: Form) -> Done:
    """Let what was live before answer again; asked for twice, as it changes what is live."""
    if form.get("confirm") != "yes":
        raise Invalid(field="confirm", expected="the box to be ticked: it changes what is live")
    said = {name: value for name, value in form.items() if name != "confirm"}
    _ordered(work, release, said, "rollback", rules.rolled_back, Action.RELEASE_STOP)
    return Done(f"/releases/{release}", "Rolled back: the last good route is in force.")


@pages.post("/releases/{release}/hold", action=Action.RELEASE_STOP, again=again("hold"))
def hold(work: Work, release: str, form: Form) -> Done:
    """Let it keep its share."""
    _ordered(work, release, form, "hold", rules.held, Action.RELEASE_STOP)
    return Done(f"/releases/{release}", "Held: it keeps its share; guardrails are watched on.")


@pages.post("/releases/{release}/resume", action=Action.RELEASE_START, again=again("resume"))
def resume(work: Work, release: str, form: Form) -> Done:
    """Let it go on, or begin anew."""
    _ordered(work, release, form, "resume", rules.resumed, Action.RELEASE_START)
    return Done(f"/releases/{release}", "It goes on.")


@pages.post("/releases/{release}/advance", action=Action.RELEASE_START, again=again("advance"))
def advance(needs: WebNeeds, caller: Caller, release: str, form: Form) -> Done:
    """Take it to the next step before its time, or a test to its end."""
    with needs.open_work(caller, write=False) as work:
        case = views.of_id(work, release).case
    watching.read_to_end(needs.open_work, caller, needs.log, case, Action.RELEASE_START)
    with needs.open_work(caller) as work:
        _ordered(work, release, form, "advance", rules.advanced, Action.RELEASE_START)
    return Done(f"/releases/{release}", "On to the next step, by your word.")


def _page(
    work: Work,
    id_: str,
    *,
    form: str = "",
    values: Form | None = None,
    refused: Refused | None = None,
) -> views.ReleasePage:
    found = views.of_id(work, id_)
    _, state = tables.watch_of(work, found)
    seen, looks = watching.seen(found, state, work), watching.looks(found, state)
    return views.release(work, found, seen, looks, form=form, values=values, refused=refused)


def _ordered(work: Work, id_: str, form: Form, verb: str, wanted: Order, action: Action) -> None:
    asked = parsed(schemas.Order, form)
    found = views.of_id(work, id_)
    work.allow(action, on=found.subject)
    if not getattr(views.orders(work, found), verb):
        raise Conflict(
            field="release",
            value=f"{found.id} is {found.state}",
            expected="the last release of its use case, where this order makes sense",
        )
    flows.order(work, found.case, wanted, action=action, reason=asked.reason)


# -- decisions --------------------------------------------------------------------------------


@pages.get("/cases/{case}/decided", template="decided_search.html")
def search(
    work: Work,
    needs: WebNeeds,
    case: str,
    id: str = "",  # noqa: A002  # the name of the field in the address
    entity: str = "",
    since: str = "",
    until: str = "",
    cursor: str | None = None,
) -> decided.SearchPage:
    """The decisions of a use case, by id, by whom they are about, or by time."""
    return decided.search(
        work, needs.log, case, id_=id, entity=entity, since=since, until=until, cursor=cursor
    )


@pages.get("/decided/{id_}", template="decided.html")
def why(work: Work, needs: WebNeeds, id_: str) -> decided.DecidedPage:
    """Why one decision was as it was, and what became of it."""
    return decided.told(work, needs.log, id_)
