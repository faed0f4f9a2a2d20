"""The portfolio: what use cases are worth, which of them to do under limits, and what was decided.

What is asked is chosen in the background; a page says how far that is, and is drawn again.
"""

from collections.abc import Sequence
from hashlib import sha256

from fastapi import Query

from gonogo.core.caller import Caller
from gonogo.core.canonical import canonical
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.portfolio import decided, rules
from gonogo.flows import portfolio as flow
from gonogo.flows import value as flows
from gonogo.interfaces.web.forms import refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import portfolio as schemas
from gonogo.stats.portfolio.problem import Limits, Worst
from gonogo.store.work import Work
from gonogo.views import portfolio as views
from gonogo.views import portfolio_choices as choices
from gonogo.views.portfolio_form import Filled, at_field, said
from gonogo.views.refused import Refused

pages = Pages("portfolio")

PATIENCE = 0.4
"""Seconds that a page waits for the end of a choice."""
# Two of them: FastAPI writes the name of its parameter into the one it is given.
MUST, WITHOUT = Query(default=[]), Query(default=[])


@pages.get("/portfolio", template="portfolio.html")
def show(
    work: Work,
    needs: WebNeeds,
    currency: str = "",
    budget: str | None = None,
    by_quarter: str = "",
    people: str = "",
    must: list[str] = MUST,
    without: list[str] = WITHOUT,
    either: str = "",
    shares: str = "",
    worst: str = "",
    longer: int = 0,
) -> views.PortfolioPage:
    """All use cases with a benefit model; the best choice of them once limits are asked.

    `longer` looks longer for what is not proven of it.
    """
    words = (by_quarter, people, *must, *without, either, shares, worst)
    filled = Filled(
        sent=budget is not None or any(words),
        budget=(budget or "").strip(),
        by_quarter=by_quarter.strip(),
        people=people.strip(),
        must=tuple(must),
        without=tuple(without),
        either=either.strip(),
        shares=shares.strip(),
        worst=worst.strip(),
    )
    return _page(work, needs, filled, currency, longer=longer)


@pages.get("/portfolio/choices/{entry}", template="portfolio_choice.html")
def choice(work: Work, entry: str) -> choices.DecidedPage:
    """A choice that was decided: what it rested on, and what is known since."""
    return choices.page(work, decided.get(work, entry))


def _again(work: Work, needs: WebNeeds, form: Form, refused: GonogoError) -> Shown:
    shown = at_field(refused_page(refused))
    page = _page(work, needs, _filled(form), form.get("currency", "")[:3], shown)
    return Shown("portfolio.html", page)


@pages.post("/portfolio/choices", action=Action.PORTFOLIO_DECIDE, again=_again)
def decide(needs: WebNeeds, caller: Caller, form: Form) -> Done:
    """Choose under these limits and decide to do so."""
    filled = _filled(form)
    with needs.open_work(caller, write=False) as work:
        found, _ = views.in_currency(flows.all_known(work), form.get("currency", "")[:3])
    asked = shaped(schemas.Choose, said(filled))
    made = flow.decide(
        needs.open_work,
        caller,
        asked_of(filled),
        asked.limits(),
        form.get("reason", ""),
        [one[0].case for one in found],
        lambda found: needs.chosen(_key(filled, found)),
    )
    return Done(f"/portfolio/choices/{made.entry}", "The choice is decided.")


def _page(
    work: Work,
    needs: WebNeeds,
    filled: Filled,
    currency: str,
    refused: Refused | None = None,
    longer: int = 0,
) -> views.PortfolioPage:
    found, currencies = views.in_currency(flows.all_known(work), currency)
    if not found:
        return views.empty(filled)
    _, options, values = flows.candidates(found)
    state = rules.Choosing(done=True, doing="")
    if filled.sent:
        try:
            key = _key(filled, found)
            state = needs.choose(key, options, asked_of(filled), PATIENCE, longer)
        except Invalid as error:
            state = rules.Choosing(refused=error, done=True)
    if refused is None and state.refused is not None:
        refused = at_field(refused_page(state.refused))
    return views.page(work, values, options, currencies, filled, state, refused)


def _key(filled: Filled, found: Sequence[flows.Known]) -> str:
    """What two choices have in common that come to the same."""
    rests = [[one[0].case, *flows.rests_on(one)] for one in found]
    return sha256(canonical({"asked": said(filled), "rests_on": rests})).hexdigest()


def _filled(form: Form) -> Filled:
    """The limits that a choice on a page was made under, as its form sends them on."""
    texts = {name: form.get(name, "")[:4_000].strip() for name in FIELDS}
    must, without = (tuple(form.get(name, "").split()) for name in ("must", "without"))
    return Filled(sent=True, must=must, without=without, **texts)


FIELDS = ("budget", "by_quarter", "people", "either", "shares", "worst")


def asked_of(filled: Filled) -> rules.Asked:
    """What was filled in as what is asked of a choice; raises `Invalid` naming the field.

    >>> asked_of(Filled(budget="2M", people="risk=1,2")).limits.people
    {'risk': (1.0, 2.0)}
    """
    asked = shaped(schemas.Choose, said(filled))
    limits = Limits(
        total=asked.budget,
        budget=tuple(asked.budget_by_quarter),
        people={role: tuple(row) for role, row in asked.people.items()},
        either=tuple(tuple(group) for group in asked.either),
        shares={kind: (one.least, one.most) for kind, one in asked.shares.items()},
        worst=None if asked.worst is None else Worst(asked.worst.share, asked.worst.least),
    )
    return rules.Asked(limits, tuple(asked.must), tuple(asked.without))
