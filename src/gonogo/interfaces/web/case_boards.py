"""The board of a use case: its page, and a form for everything that is done on it."""

import re
from collections.abc import Callable

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.domain.boards import actions, rules, steering
from gonogo.domain.boards.forecasting import Asked, day_asked
from gonogo.flows import boards as flows
from gonogo.interfaces.web.forms import nested, parsed, refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import boards as schemas
from gonogo.store.work import Work
from gonogo.views import case_boards as views
from gonogo.views.case_board_parts import CaseBoardPage

pages = Pages("case-boards")
TEMPLATE = "case_board.html"
SEPARATED = re.compile(r"[\s,;]+")


@pages.get("/cases/{case}/board", template=TEMPLATE)
def show(work: Work, case: str) -> CaseBoardPage:
    """Columns with their cards and limits, what blocks them, goals, throughput, forecast."""
    return views.board(work, case)


def _again(acting: str) -> Callable[..., Shown]:
    """The page once more, with the form that was refused as it was filled in."""

    def again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
        page = views.board(work, case, acting=acting, values=form, refused=refused_page(refused))
        return Shown(TEMPLATE, page)

    return again


def _card_again(work: Work, case: str, number: int, form: Form, refused: GonogoError) -> Shown:
    page = views.board(
        work, case, acting=f"card-{number}", values=form, refused=refused_page(refused)
    )
    return Shown(TEMPLATE, page)


@pages.post("/cases/{case}/board/cards", action=Action.BOARD_WORK, again=_again("add"))
def add(work: Work, case: str, form: Form) -> Done:
    """Put a card into the first column."""
    asked = parsed(schemas.NewCard, form)
    text = rules.CardText(asked.title, asked.step, asked.role, asked.size)
    made = flows.add(work, case, text)
    return _done(case, f"Card {made.number} is on the board.")


@pages.post("/cases/{case}/board/cards/{number}/move", action=Action.BOARD_WORK, again=_card_again)
def move(work: Work, case: str, number: int, form: Form) -> Done:
    """Move a card to another column; beyond its limit only with a reason."""
    asked = parsed(schemas.MoveCard, form)
    actions.move(work, case, number, asked.to, reason=asked.reason)
    return _done(case, f"Card {number} is in {asked.to}.")


@pages.post("/cases/{case}/board/cards/{number}/drop", action=Action.BOARD_WORK, again=_card_again)
def drop(work: Work, case: str, number: int, form: Form) -> Done:
    """Take a card off the board that nobody will do."""
    actions.drop(work, case, number, reason=parsed(schemas.DropCard, form).reason)
    return _done(case, f"Card {number} is dropped.")


@pages.post("/cases/{case}/board/cards/{number}/block", action=Action.BOARD_WORK, again=_card_again)
def block(work: Work, case: str, number: int, form: Form) -> Done:
    """Say what keeps a card from going on."""
    asked = parsed(schemas.BlockCard, form)
    steering.block(work, case, number, reason=asked.reason, owner_role=asked.owner_role)
    return _done(case, f"Card {number} is blocked.")


@pages.post(
    "/cases/{case}/board/cards/{number}/unblock", action=Action.BOARD_WORK, again=_card_again
)
def unblock(work: Work, case: str, number: int, form: Form) -> Done:
    """Say that nothing blocks a card any more."""
    steering.unblock(work, case, number, how=parsed(schemas.UnblockCard, form).how)
    return _done(case, f"Card {number} can go on.")


@pages.post("/cases/{case}/board/goals", action=Action.BOARD_WORK, again=_again("goal"))
def goal(work: Work, case: str, form: Form) -> Done:
    """Set a goal of a week."""
    asked = shaped(schemas.NewGoal, {**nested(form), "cards": _separated(form, "cards")})
    steering.set_goal(work, case, asked.text, asked.cards, asked.week)
    return _done(case, "The goal is set.")


@pages.post("/cases/{case}/board/columns", action=Action.PLAN_EDIT, again=_again("columns"))
def columns(work: Work, case: str, form: Form) -> Done:
    """Give the board other columns and limits."""
    wanted = [_column(one) for one in _separated(form, "columns")]
    asked = shaped(schemas.NewColumns, {"columns": wanted})
    chosen = [rules.Column(one.key, one.title, one.limit) for one in asked.columns]
    actions.choose_columns(work, case, chosen)
    return _done(case, "The columns are chosen.")


@pages.post("/cases/{case}/board/pivots", action=Action.PLAN_PIVOT, again=_again("pivot"))
def pivot(work: Work, case: str, form: Form) -> Done:
    """Decide to give up one step for another, citing evidence."""
    asked = shaped(schemas.NewPivot, {**nested(form), "evidence": _separated(form, "evidence")})
    made = flows.pivot(
        work,
        case,
        left=asked.left,
        to=asked.to,
        rationale=asked.rationale,
        evidence=asked.evidence,
    )
    return _done(case, f"Pivot {made.number} is decided.")


@pages.post("/cases/{case}/board/forecasts", action=Action.PLAN_FORECAST, again=_again("forecast"))
def forecast(needs: WebNeeds, caller: Caller, case: str, form: Form) -> Done:
    """Forecast by throughput when a milestone's cards are done, and keep it as evidence."""
    asked = parsed(schemas.NewBoardForecast, form)
    wanted = Asked(
        seed=asked.seed,
        level=asked.level,
        weeks=asked.weeks,
        grows_low=asked.grows_low,
        grows_high=asked.grows_high,
        by=day_asked(asked.by),
    )
    kept = flows.make(needs.open_work, caller, case, asked.step, wanted)
    return Done(f"/cases/{case}/board#forecast", f"Forecast {kept.number} is made.")


def _done(case: str, says: str) -> Done:
    return Done(f"/cases/{case}/board", says)


def _separated(form: Form, name: str) -> list[str]:
    return [one for one in SEPARATED.split(form.get(name, "")) if one]


def _column(said: str) -> dict[str, object]:
    key, colon, limit = said.partition(":")
    if colon and not limit.isdigit():
        raise Invalid(field="columns", value=said, expected="key or key:limit, such as doing:3")
    title = key.replace("-", " ").capitalize()
    return {"key": key, "title": title, **({"limit": limit} if colon else {})}
