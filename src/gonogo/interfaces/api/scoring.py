"""REST: use cases scored by a rubric, put in order by RICE and WSJF, and the roadmap."""

from collections.abc import Sequence
from typing import Any

from gonogo.core.caller import Caller
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.domain.scoring import actions, reads, tables
from gonogo.domain.scoring import rules as scoring
from gonogo.domain.scoring.actions import Said
from gonogo.domain.scoring.inputs import Input, Method, Prioritised, StatedInputs, orders
from gonogo.domain.scoring.reading import parse
from gonogo.flows import priorities
from gonogo.flows import scoring as flows
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import roadmap as roads
from gonogo.schemas import scoring as schemas
from gonogo.schemas.evidence import Measured as MeasuredShape
from gonogo.stats.estimate import Measured
from gonogo.stats.portfolio.ranking import Ranked
from gonogo.store.work import Work
from gonogo.views import roadmap as views

routes = Routes("scoring")


@routes.get("/portfolio/rubric")
def rubric(work: Work) -> Reply[schemas.Rubric]:
    """The rubric in force: what use cases are scored by."""
    return _rubric(tables.in_force(work))


@routes.get("/portfolio/rubrics/{number}")
def rubric_by_number(work: Work, number: int) -> Reply[schemas.Rubric]:
    """A rubric as it was stated; 0 is the one that comes with gonogo."""
    return _rubric(reads.stated_rubric(work, number))


@routes.post("/portfolio/rubric", action=Action.RUBRIC_STATE)
def state_rubric(work: Work, given: schemas.RubricText) -> Reply[schemas.Rubric]:
    """Say what use cases are scored by from now on."""
    return _rubric(actions.state_rubric(work, given.text))


@routes.post("/portfolio/rubric/check", action=Action.READ, status=200)
def check_rubric(given: schemas.RubricText) -> Reply[schemas.Rubric]:
    """Read a rubric without stating it; a problem names the field and the line."""
    return _rubric(scoring.StatedRubric(parse(given.text), 0, "", "", ""))


@routes.get("/cases/{case}/score")
def score(work: Work, case: str) -> schemas.Score:
    """A use case by the rubric: what evidence answers, what assessors say, and its score."""
    return _score(*flows.of_case(work, case))


@routes.post("/cases/{case}/score", action=Action.CASE_ASSESS)
def assess(work: Work, case: str, given: schemas.Assess) -> schemas.Score:
    """Say which levels a use case has, speaking for a role, each with the entries that show it."""
    said = {
        key: Said(one.low, one.likely, one.high, one.reason, tuple(one.evidence))
        for key, one in given.criteria.items()
    }
    flows.assess(work, case, given.role, said)
    return _score(*flows.of_case(work, case))


@routes.post("/cases/{case}/priority-inputs", action=Action.CASE_EDIT)
def state_inputs(work: Work, case: str, given: schemas.Inputs) -> schemas.StatedInputs:
    """State what goes into RICE and WSJF; what is left out is taken from what is known."""
    ranges = {
        part: (one.low, one.likely, one.high)
        for part in schemas.Inputs.model_fields
        if (one := getattr(given, part)) is not None
    }
    return _stated(actions.state_inputs(work, case, ranges))


@routes.get("/portfolio/scores")
def scores(needs: ApiNeeds, caller: Caller) -> schemas.Scores:
    """Use cases by the rubric, up to 200, and how sure their order is."""
    with needs.open_work(caller, write=False) as work:
        stated, scored = flows.scored(work)
    found = scoring.rank(stated.rubric, scored)
    names = [one.case for one in scored]
    items = [
        schemas.ScoredCase(
            case=one.case,
            place=rank.place,
            score=_measured(one.score),
            known=one.known,
            low=rank.low,
            high=rank.high,
            first=rank.first,
            any_weights=anyway,
            apart=[
                level.criterion.key for level in one.graded if level.apart and level.apart.apart
            ],
            above=_beside(names, at, row),
        )
        for at, (one, rank, anyway, row) in enumerate(
            zip(scored, found.ranked, found.any_weights, found.above, strict=True)
        )
    ]
    return schemas.Scores(
        rubric=stated.rubric.name,
        number=stated.number,
        criteria=len(stated.rubric.criteria),
        items=sorted(items, key=lambda one: one.place),
        weights=[
            schemas.Weight(criterion=criterion.key, weight=one.weight, low=one.low, high=one.high)
            for criterion, one in zip(stated.rubric.criteria, found.stays, strict=False)
        ],
    )


@routes.get("/portfolio/priorities/{method}")
def prioritise(needs: ApiNeeds, caller: Caller, method: Method) -> schemas.Priorities:
    """Use cases by RICE or WSJF, up to 200; those in different units are not compared."""
    with needs.open_work(caller, write=False) as work:
        found, _ = priorities.prioritise(work, method)
    told = orders(found)
    items = []
    for order in told:
        names = [one.case for one in order.rows]
        lines = [
            _prioritised(one, rank, _beside(names, at, row))
            for at, (one, rank, row) in enumerate(
                zip(order.rows, order.ranked, order.above, strict=True)
            )
        ]
        items += sorted(lines, key=lambda one: one.place or 0)
    items += [_prioritised(one, None, {}) for one in found if one.futures is None]
    return schemas.Priorities(method=str(method), units=[order.unit for order in told], items=items)


@routes.get("/portfolio/roadmap")
def roadmap(work: Work) -> roads.Roadmap:
    """In which quarter use cases are likely to reach their goals, by their newest forecasts."""
    found = views.found(work)
    return roads.Roadmap(
        quarters=[one.name for one in found.quarters],
        items=[
            roads.Reached.model_validate(one) for lane in found.lanes for one in lane.milestones
        ],
        without=list(found.without),
    )


def _rubric(found: scoring.StatedRubric) -> Reply[schemas.Rubric]:
    rubric_ = found.rubric
    told = schemas.Rubric(
        name=rubric_.name,
        number=found.number,
        text=rubric_.text,
        criteria=[
            schemas.Criterion(
                key=one.key,
                title=one.title,
                asks=one.asks,
                weight=weight,
                levels=list(one.levels),
                source=None if one.source is None else str(one.source),
            )
            for one, weight in zip(rubric_.criteria, rubric_.weights, strict=True)
        ],
        stated_at=found.at,
        stated_by=found.by,
        entry=found.entry,
    )
    return Reply(told, etag=found.entry or None)


def _score(stated: scoring.StatedRubric, found: scoring.Scored) -> schemas.Score:
    return schemas.Score(
        case=found.case,
        rubric=stated.rubric.name,
        number=stated.number,
        score=_measured(found.score),
        known=found.known,
        criteria=[
            _graded(one, weight)
            for one, weight in zip(found.graded, stated.rubric.weights, strict=True)
        ],
    )


def _graded(found: scoring.Graded, weight: float) -> schemas.Graded:
    computed = found.computed
    return schemas.Graded(
        criterion=found.criterion.key,
        title=found.criterion.title,
        weight=weight,
        low=found.low,
        value=found.value,
        high=found.high,
        known=found.known,
        computed=computed is not None,
        says=found.why_not if computed is None else computed.says,
        evidence=[] if computed is None else list(computed.evidence),
        opinions=[
            *(_opinion(one, None) for one in found.opinions),
            *(_opinion(one, why) for one, why in found.aside),
        ],
        apart=found.apart is not None and found.apart.apart,
    )


def _opinion(found: scoring.Opinion, aside: str | None) -> schemas.Opinion:
    return schemas.Opinion(
        role=found.role,
        low=found.levels.low,
        likely=found.levels.likely,
        high=found.levels.high,
        reason=found.reason,
        evidence=list(found.evidence),
        at=found.at,
        by=found.by,
        entry=found.entry,
        aside=aside,
    )


def _prioritised(
    found: Prioritised, rank: Ranked | None, above: dict[str, float]
) -> schemas.Prioritised:
    return schemas.Prioritised(
        case=found.case,
        place=None if rank is None else rank.place,
        unit=found.unit,
        score=_measured(found.score),
        low=None if rank is None else rank.low,
        high=None if rank is None else rank.high,
        first=None if rank is None else rank.first,
        inputs=[_input(one) for one in found.inputs],
        above=above,
    )


def _input(found: Input) -> schemas.Input:
    low, value, high = found.range
    return schemas.Input(
        part=found.part,
        low=low,
        value=value,
        high=high,
        says=found.says,
        stated=found.stated,
        evidence=list(found.evidence),
    )


def _stated(found: StatedInputs) -> schemas.StatedInputs:
    return schemas.StatedInputs(
        case=found.case,
        ranges={part: [one.low, one.likely, one.high] for part, one in found.ranges.items()},
        entry=found.entry,
    )


def _beside(names: Sequence[str], at: int, row: Sequence[float]) -> dict[str, float]:
    return {other: share for other, share in zip(names, row, strict=True) if other != names[at]}


def _measured(found: Measured) -> MeasuredShape:
    told: dict[str, Any] = measured_to_json(found)
    return MeasuredShape.model_validate(told)
