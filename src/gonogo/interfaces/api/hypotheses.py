"""REST: hypotheses."""

from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.experiments import actions as runs
from gonogo.domain.hypotheses import actions, reads, rules, tables
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.interfaces.api.runs import told as run_told
from gonogo.schemas import hypotheses as schemas
from gonogo.schemas import runs as run_schemas
from gonogo.store.work import Work

routes = Routes("hypotheses")


@routes.post("/cases/{case}/hypotheses", action=Action.HYPOTHESIS_REGISTER)
def register(work: Work, case: str, asked: schemas.NewHypothesis) -> Reply[schemas.Hypothesis]:
    """Register a hypothesis; from now on runs may count for it, and nobody edits it."""
    made = actions.register(work, case, asked.slug, statement(asked))
    return Reply(told(made), etag=made.entry)


@routes.get("/cases/{case}/hypotheses")
def of_case(
    work: Work, case: str, cursor: str | None = None, limit: int = 50
) -> schemas.Hypotheses:
    """Hypotheses of a use case."""
    work.subjects.need(Subject.parse(f"case:{case}"), field="case")
    return _page(work, case=case, cursor=cursor, limit=limit)


@routes.get("/hypotheses")
def listed(
    work: Work,
    case: str | None = None,
    state: str | None = None,
    negative: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Hypotheses:
    """Hypotheses; `negative` asks for those refuted or inconclusive, with what was learned."""
    return _page(
        work, case=case, state=_state(state), negative=negative, cursor=cursor, limit=limit
    )


@routes.get("/hypotheses/{case}/{slug}")
def show(work: Work, case: str, slug: str) -> Reply[schemas.Hypothesis]:
    """One hypothesis."""
    found = tables.get(work, case, slug)
    return Reply(told(found, settled(work, found)), etag=found.entry)


@routes.put("/hypotheses/{case}/{slug}", action=Action.HYPOTHESIS_REGISTER)
def replace(work: Work, case: str, slug: str) -> schemas.Hypothesis:
    """Refused: a registered hypothesis is not edited; register a new one."""
    return _refused(work, case, slug)


@routes.patch("/hypotheses/{case}/{slug}", action=Action.HYPOTHESIS_REGISTER)
def edit(work: Work, case: str, slug: str) -> schemas.Hypothesis:
    """Refused: a registered hypothesis is not edited; register a new one."""
    return _refused(work, case, slug)


@routes.post("/hypotheses/{case}/{slug}/settle", action=Action.HYPOTHESIS_SETTLE, status=200)
def settle(work: Work, case: str, slug: str, asked: schemas.Settle) -> Reply[schemas.Hypothesis]:
    """Settle it by the criteria that were fixed beforehand."""
    subject = tables.get(work, case, slug).subject
    closed, _ = actions.settle(work, subject, learned=asked.learned)
    return Reply(told(closed, settled(work, closed)), etag=closed.entry)


@routes.post("/hypotheses/{case}/{slug}/abandon", action=Action.HYPOTHESIS_SETTLE, status=200)
def abandon(work: Work, case: str, slug: str, asked: schemas.Abandon) -> Reply[schemas.Hypothesis]:
    """Stop working on it, and say why."""
    subject = tables.get(work, case, slug).subject
    closed = actions.abandon(work, subject, reason=asked.reason)
    return Reply(told(closed, settled(work, closed)), etag=closed.entry)


@routes.post("/hypotheses/{case}/{slug}/runs", action=Action.RUN_RECORD)
def count_run(
    needs: ApiNeeds, caller: Caller, case: str, slug: str, asked: schemas.CountRun
) -> run_schemas.Run:
    """Let a run count for it; refused where the run started before it was registered."""
    with needs.open_work(caller, write=False) as work:
        subject = tables.get(work, case, slug).subject
        work.allow(Action.RUN_RECORD, on=subject)
    tracked = needs.tracking.run(asked.run_id)
    with needs.open_work(caller) as work:
        run = runs.count_for(work, tracked, subject)
    needs.wake()
    return run_told(run)


def statement(asked: schemas.NewHypothesis) -> rules.Statement:
    """What is asked, as the domain takes it."""
    return rules.Statement(
        statement=asked.statement,
        criteria=tuple(
            rules.criterion(one.model_dump(by_alias=True), f"criteria.{number}", asked.significance)
            for number, one in enumerate(asked.criteria)
        ),
        design=rules.Design(**asked.design.model_dump()),
        baseline=asked.baseline,
        prior=asked.prior,
        significance=asked.significance,
        power=asked.power,
        time_box=asked.time_box,
        dataset=asked.dataset,
        family=asked.family,
    )


def settled(work: Work, found: rules.Hypothesis) -> reads.Criteria:
    """How one hypothesis was settled."""
    return reads.settlements(work, [found]).get(found.entry, ())


def told(found: rules.Hypothesis, criteria: reads.Criteria = ()) -> schemas.Hypothesis:
    """A hypothesis as it travels, with how it was settled."""
    text = found.text
    return schemas.Hypothesis(
        subject=str(found.subject),
        case=found.case,
        slug=found.slug,
        statement=text.statement,
        criteria=[condition.to_json() for condition in text.criteria],
        design=rules.design_json(text.design),
        baseline=text.baseline,
        prior=text.prior,
        significance=text.significance,
        power=text.power,
        time_box=text.time_box.isoformat(),
        dataset=text.dataset,
        state=found.state,
        learned=found.learned,
        registered_at=found.registered_at,
        registered_by=found.registered_by,
        registration=found.sealed,
        entry=found.entry,
        family=text.family,
        settled=[schemas.SettledCriterion.model_validate(one) for one in criteria],
    )


def _page(
    work: Work,
    *,
    case: str | None = None,
    state: rules.State | None = None,
    negative: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> schemas.Hypotheses:
    page = reads.listed(work, case=case, state=state, negative=negative, cursor=cursor, limit=limit)
    criteria = reads.settlements(work, page.items)
    items = [told(one, criteria.get(one.entry, ())) for one in page.items]
    return schemas.Hypotheses(items=items, next=page.next)


def _state(text: str | None) -> rules.State | None:
    if text is None:
        return None
    try:
        return rules.State(text)
    except ValueError as error:
        raise Invalid(
            field="state", value=text, expected=f"one of {', '.join(rules.State)}"
        ) from error


def _refused(work: Work, case: str, slug: str) -> schemas.Hypothesis:
    raise actions.edited(work, case, slug)
