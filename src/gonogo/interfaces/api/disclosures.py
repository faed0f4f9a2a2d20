"""REST: privacy budgets of datasets, and private statistics released out of them."""

from gonogo.checks.privacy.statistics import Query, Statistic
from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.disclosures import actions, reads, rules, tables
from gonogo.flows import disclosures
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import disclosures as schemas
from gonogo.store.work import Work

routes = Routes("privacy")


@routes.get("/datasets/{name}/privacy")
def account(work: Work, name: str) -> schemas.PrivacyAccount:
    """What may be told of a dataset, what of it is spent, and on what."""
    work.subjects.need(Subject(SubjectKind.DATASET, name), field="dataset")
    return told_account(name, tables.account(work, name), reads.released(work, name))


@routes.put("/datasets/{name}/privacy", action=Action.PRIVACY_BUDGET)
def set_budget(work: Work, name: str, asked: schemas.NewBudget) -> schemas.PrivacyAccount:
    """Say how much may be told of a dataset in all; its versions share it."""
    allowance = rules.Allowance(asked.epsilon, asked.delta, asked.rows_per_person)
    found = actions.set_budget(work, name, allowance, rationale=asked.rationale)
    return told_account(name, found, reads.released(work, name))


@routes.post(
    "/datasets/{name}/versions/{version}/statistics", action=Action.PRIVACY_SPEND, also=(200,)
)
def release(
    needs: ApiNeeds, caller: Caller, name: str, version: str, asked: schemas.NewStatistic
) -> Reply[schemas.PrivateStatistic]:
    """Release a private statistic out of the budget; what was released before costs nothing."""
    query = Query(
        Statistic(asked.statistic),
        asked.epsilon,
        asked.column,
        asked.low,
        asked.high,
        tuple(asked.categories),
        asked.q,
    )
    made, new = disclosures.release(needs.open_work, caller, needs.files, name, version, query)
    if new:
        needs.wake()
    return Reply(told(made), etag=made.entry, status=201 if new else 200)


def told(release: rules.Release) -> schemas.PrivateStatistic:
    """A release as it travels."""
    return schemas.PrivateStatistic(
        subject=str(release.subject),
        query=release.query.body(),
        answer=dict(release.answer),
        at=release.at,
        by=release.by,
        entry=release.entry,
    )


def told_account(
    name: str, account: rules.Account | None, releases: list[rules.Release]
) -> schemas.PrivacyAccount:
    """An account as it travels."""
    budget = None if account is None else account.budget
    return schemas.PrivacyAccount(
        dataset=name,
        epsilon=None if budget is None else budget.allowance.epsilon,
        delta=None if budget is None else budget.allowance.delta,
        rows_per_person=None if budget is None else budget.allowance.rows_per_person,
        rationale="" if budget is None else budget.rationale,
        set_at="" if budget is None else budget.set_at,
        set_by="" if budget is None else budget.set_by,
        entry=None if budget is None else budget.entry,
        loss=0.0 if account is None else account.loss,
        left=0.0 if account is None else account.left,
        used=0.0 if account is None else account.used,
        releases=[told(one) for one in releases],
    )
