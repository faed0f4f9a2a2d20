"""The portfolio: what use cases are worth, and which of them to do under limits."""

from fastapi import Query

from gonogo.core.errors import Invalid
from gonogo.domain.portfolio import rules
from gonogo.flows import value as flows
from gonogo.interfaces.web.forms import refused_page, shaped
from gonogo.interfaces.web.kit import Pages
from gonogo.schemas import portfolio as schemas
from gonogo.stats.portfolio.problem import Limits, Worst
from gonogo.store.work import Work
from gonogo.views import portfolio as views
from gonogo.views.portfolio_form import Filled, at_field, said

pages = Pages("portfolio")

# Two of them: FastAPI writes the name of its parameter into the one it is given.
MUST, WITHOUT = Query(default=[]), Query(default=[])


@pages.get("/portfolio", template="portfolio.html")
def show(
    work: Work,
    currency: str = "",
    budget: str | None = None,
    by_quarter: str = "",
    people: str = "",
    must: list[str] = MUST,
    without: list[str] = WITHOUT,
    either: str = "",
    shares: str = "",
    worst: str = "",
) -> views.PortfolioPage:
    """All use cases with a benefit model; the best choice of them once limits are asked."""
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
    found, currencies = views.in_currency(flows.all_known(work), currency)
    if not found:
        return views.empty(filled)
    _, options, values = flows.candidates(found)
    answer = refused = None
    if filled.sent:
        try:
            answer = rules.answered(options, asked_of(filled))
        except Invalid as error:
            refused = at_field(refused_page(error))
    return views.page(values, options, currencies, filled, answer, refused)


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
