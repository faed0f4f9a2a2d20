"""REST: boards of work inside the milestones of a plan."""

from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import moment
from gonogo.domain.boards import actions, reads, rules, steering, tables, weeks
from gonogo.domain.boards.forecasting import Asked, day_asked
from gonogo.domain.plans.imports.items import Options
from gonogo.domain.plans.imports.reading import Format
from gonogo.flows import boards as flows
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import boards as schemas
from gonogo.store.work import Work

routes = Routes("boards")
DAY = 86_400
WEEKS = 26
"""Whole weeks of throughput that a board tells."""


@routes.get("/cases/{case}/board")
def show(work: Work, case: str) -> schemas.Board:
    """The board of a use case: columns, cards, what blocks them, goals, throughput, pivots."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return _board(work, case)


@routes.put("/cases/{case}/board/columns", action=Action.PLAN_EDIT)
def choose_columns(work: Work, case: str, asked: schemas.NewColumns) -> schemas.Board:
    """Give a board these columns and limits; columns that hold cards stay."""
    columns = [rules.Column(one.key, one.title, one.limit) for one in asked.columns]
    actions.choose_columns(work, case, columns)
    return _board(work, case)


@routes.post("/cases/{case}/cards", action=Action.BOARD_WORK)
def add(work: Work, case: str, asked: schemas.NewCard) -> schemas.Card:
    """Put a card into the first column; its step is one of the plan in force."""
    text = rules.CardText(asked.title, asked.step, asked.role, asked.size)
    return _card(flows.add(work, case, text))


@routes.post("/cases/{case}/cards/import", action=Action.BOARD_WORK)
def fill(work: Work, case: str, asked: schemas.ImportCards) -> schemas.Imported:
    """Cards from the file of another tool; sent again, only what is new or done is taken."""
    options = Options(today=work.now.date(), roles=asked.roles, drop_outside=True)
    added, done = flows.fill(work, case, asked.text, Format(asked.format), options)
    return schemas.Imported(added=[_card(one) for one in added], done=[_card(one) for one in done])


@routes.post("/cases/{case}/cards/{number}/move", action=Action.BOARD_WORK, status=200)
def move(work: Work, case: str, number: int, asked: schemas.MoveCard) -> schemas.Card:
    """Move a card to another column; beyond its limit only with a reason."""
    return _card(actions.move(work, case, number, asked.to, reason=asked.reason))


@routes.post("/cases/{case}/cards/{number}/drop", action=Action.BOARD_WORK, status=200)
def drop(work: Work, case: str, number: int, asked: schemas.DropCard) -> schemas.Card:
    """Take a card off the board that nobody will do."""
    return _card(actions.drop(work, case, number, reason=asked.reason))


@routes.post("/cases/{case}/cards/{number}/block", action=Action.BOARD_WORK)
def block(work: Work, case: str, number: int, asked: schemas.BlockCard) -> schemas.Blocker:
    """Say what keeps a card from going on, and which role has to take it out of the way."""
    found = steering.block(work, case, number, reason=asked.reason, owner_role=asked.owner_role)
    return _blocker(work, found)


@routes.post("/cases/{case}/cards/{number}/unblock", action=Action.BOARD_WORK, status=200)
def unblock(work: Work, case: str, number: int, asked: schemas.UnblockCard) -> schemas.Card:
    """Say that nothing blocks a card any more, and how it went."""
    steering.unblock(work, case, number, how=asked.how)
    return _card(tables.card(work, case, number))


@routes.post("/cases/{case}/goals", action=Action.BOARD_WORK)
def goal(work: Work, case: str, asked: schemas.NewGoal) -> schemas.Goal:
    """Set a goal of a week: it is reached when its cards are done by its Sunday."""
    made = steering.set_goal(work, case, asked.text, asked.cards, asked.week)
    cards = {card.number: card for card in reads.all_cards(work, case)}
    return _goal(made, weeks.reached(made, cards, work.now))


@routes.post("/cases/{case}/pivots", action=Action.PLAN_PIVOT)
def pivot(work: Work, case: str, asked: schemas.NewPivot) -> schemas.Pivot:
    """Decide to give up one step for another, citing evidence; its open cards are dropped."""
    made = flows.pivot(
        work,
        case,
        left=asked.left,
        to=asked.to,
        rationale=asked.rationale,
        evidence=asked.evidence,
    )
    return schemas.Pivot.model_validate(made)


@routes.post("/cases/{case}/board/forecasts", action=Action.PLAN_FORECAST)
def forecast(
    needs: ApiNeeds, caller: Caller, case: str, asked: schemas.NewBoardForecast
) -> schemas.BoardForecast:
    """Forecast by throughput when the cards of a milestone are done, and keep it as evidence."""
    wanted = Asked(
        seed=asked.seed,
        level=asked.level,
        weeks=asked.weeks,
        grows_low=asked.grows_low,
        grows_high=asked.grows_high,
        by=day_asked(asked.by),
    )
    kept = flows.make(needs.open_work, caller, case, asked.step, wanted)
    needs.wake()
    with needs.open_work(caller, write=False) as work:
        return _told(work, kept)


@routes.get("/cases/{case}/board/forecasts")
def forecasts(work: Work, case: str) -> schemas.KeptBoardForecasts:
    """The forecasts of a board, the newest first."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = reads.all_forecasts(work, case)
    return schemas.KeptBoardForecasts(
        items=[schemas.KeptBoardForecast.model_validate(one) for one in found]
    )


@routes.get("/cases/{case}/board/forecasts/{number}")
def one_forecast(work: Work, case: str, number: int) -> schemas.BoardForecast:
    """One forecast of a board, with all that it says."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    return _told(work, reads.one_forecast(work, case, number))


def _told(work: Work, kept: tables.KeptForecast) -> schemas.BoardForecast:
    body = reads.told(work, kept)
    said = body["detail"]
    row = schemas.KeptBoardForecast.model_validate(kept).model_dump()
    # Forecasts that were made before chances were told have none.
    network = dict(said["network"] or {})
    beside = network.pop("on_time", None)
    return schemas.BoardForecast.model_validate(
        {
            **row,
            "measured": body["measured"],
            "percentiles": said["percentiles"],
            "history": [{"monday": one["week"], "done": one["done"]} for one in said["history"]],
            "chance": said.get("on_time"),
            "network_chance": beside,
            "network": network or None,
        }
    )


def _board(work: Work, case: str) -> schemas.Board:
    cards = reads.all_cards(work, case)
    by_number = {card.number: card for card in cards}
    today = work.now.date()
    monday = weeks.monday(today).isoformat()
    return schemas.Board(
        case=case,
        columns=_columns(work, case, tables.columns(work, case)),
        cards=[_card(card) for card in cards if not card.dropped],
        blockers=[
            _blocker(work, one)
            for one in reads.open_blockers(work, case)
            if by_number[one.card].is_open
        ],
        goals=[
            _goal(one, weeks.reached(one, by_number, work.now))
            for one in reads.goals_since(work, case, monday)
        ],
        throughput=[
            schemas.Week(monday=one.monday.isoformat(), done=one.done)
            for one in weeks.throughput(cards, today, WEEKS)
        ],
        pivots=[schemas.Pivot.model_validate(one) for one in reads.all_pivots(work, case)],
    )


def _columns(work: Work, case: str, columns: tuple[rules.Column, ...]) -> list[schemas.Column]:
    held = reads.held(work, case)
    return [
        schemas.Column(key=one.key, title=one.title, limit=one.limit, cards=held.get(one.key, 0))
        for one in columns
    ]


def _card(found: rules.Card) -> schemas.Card:
    names = schemas.Card.model_fields
    said = {name: getattr(found, name, None) for name in names}
    text = {name: getattr(found.text, name) for name in rules.CardText.__dataclass_fields__}
    return schemas.Card.model_validate({**said, **text})


def _blocker(work: Work, found: rules.Blocker) -> schemas.Blocker:
    days = max(0.0, (work.now - moment(found.raised_at)).total_seconds() / DAY)
    said = {
        name: getattr(found, name) for name in rules.Blocker.__dataclass_fields__ if name != "case"
    }
    return schemas.Blocker.model_validate({**said, "days": days})


def _goal(found: rules.Goal, reached: weeks.Reached) -> schemas.Goal:
    said = {
        name: getattr(found, name) for name in rules.Goal.__dataclass_fields__ if name != "case"
    }
    return schemas.Goal.model_validate({**said, "reached": str(reached)})
