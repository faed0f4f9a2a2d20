"""REST: choices of use cases that were decided, and what is known since."""

from typing import Any

from gonogo.core.caller import Caller
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.domain.portfolio import decided
from gonogo.domain.portfolio.decided import Chosen
from gonogo.flows import portfolio as flow
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.interfaces.api.value import asked_of
from gonogo.schemas import portfolio_choices as schemas
from gonogo.schemas.evidence import Measured
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.store.work import Work
from gonogo.views import portfolio_choices as views

routes = Routes("portfolio_choices")


@routes.post("/portfolio/choices", action=Action.PORTFOLIO_DECIDE, status=201)
def decide(needs: ApiNeeds, caller: Caller, given: schemas.Decide) -> schemas.DecidedChoice:
    """Choose under these limits and decide to do so, citing what each use case is worth."""
    made = flow.decide(
        needs.open_work, caller, asked_of(given), given.limits(), given.reason, given.cases
    )
    needs.wake()
    with needs.open_work(caller, write=False) as work:
        return _told(work, made)


@routes.get("/portfolio/choices")
def listed(work: Work, limit: int = 20) -> schemas.DecidedChoices:
    """Choices that were decided, the newest first."""
    found = decided.listed(work, limit)
    return schemas.DecidedChoices(items=[_told(work, one) for one in found])


@routes.get("/portfolio/choices/{entry}")
def show(work: Work, entry: str) -> schemas.DecidedChoice:
    """One of them, by the digest or position of its decision."""
    return _told(work, decided.get(work, entry))


def _told(work: Work, chosen: Chosen) -> schemas.DecidedChoice:
    page = views.page(work, chosen)
    return schemas.DecidedChoice(
        entry=chosen.entry,
        position=chosen.position,
        at=chosen.at,
        by=chosen.by,
        rationale=chosen.rationale,
        currency=chosen.currency,
        limits=dict(chosen.limits),
        done=[_case(one) for one in page.done],
        left=[_case(one) for one in page.left],
        worth=_measured(chosen.worth),
        spend=chosen.spend,
        worst=chosen.worst,
        worst_share=chosen.worst_share,
        proven=chosen.proven,
        changed=list(page.changed),
        new=list(page.new),
    )


def _case(one: views.PartLine) -> schemas.DecidedCase:
    return schemas.DecidedCase(
        case=one.part.case,
        quarter=one.part.quarter,
        expected=one.part.expected,
        spend=one.part.spend,
        then=_measured(one.then),
        entry=one.part.worth,
        now=None if one.now is None else _measured(one.now),
        now_entry=one.now_entry,
    )


def _measured(found: Estimate | Undefined) -> Measured:
    told: dict[str, Any] = measured_to_json(found)
    return Measured.model_validate(told)
