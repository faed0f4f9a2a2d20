"""REST: what use cases are worth, and which of them to do."""

from typing import Any

from gonogo.core.caller import Caller
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.domain.portfolio import rules as portfolio
from gonogo.domain.value import actions
from gonogo.domain.value.reading import parse
from gonogo.domain.value.rules import Stated, Valued, valued
from gonogo.flows import value as flows
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import portfolio as choices
from gonogo.schemas import value as schemas
from gonogo.schemas.evidence import Measured
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.stats.money.benefit import Worth
from gonogo.stats.portfolio.asking import In, Marginal, Out
from gonogo.stats.portfolio.problem import Candidate, Limits, Worst
from gonogo.store.work import Work
from gonogo.views.value import volume_of

routes = Routes("value")


@routes.post("/cases/{case}/benefit", action=Action.CASE_EDIT)
def state(work: Work, case: str, given: schemas.BenefitText) -> Reply[schemas.Benefit]:
    """State what a use case is expected to be worth, in place of what was stated before."""
    actions.state(work, case, given.text)
    return _benefit(flows.known(work, case))


@routes.post("/cases/{case}/benefit/check", action=Action.READ, status=200)
def check(case: str, given: schemas.BenefitText) -> schemas.CheckedBenefit:
    """Read a benefit model without stating it; a problem names the field and the line."""
    found = valued(Stated(case, parse(given.text), at="", by="", entry=""))
    return schemas.CheckedBenefit(
        currency=found.stated.statement.currency,
        planned=_worth(found.planned),
        perfect=_measured(found.perfect),
        experiments=_experiments(found),
    )


@routes.get("/cases/{case}/benefit")
def show(work: Work, case: str) -> Reply[schemas.Benefit]:
    """What a use case is worth: as stated, and with what was found where it was tried."""
    return _benefit(flows.known(work, case))


@routes.get("/portfolio")
def ranking(needs: ApiNeeds, caller: Caller) -> schemas.Ranking:
    """All use cases with a benefit model by what they are worth, and how sure their order is."""
    with needs.open_work(caller, write=False) as work:
        found = flows.all_known(work)
    currency, options, values = flows.candidates(found)
    ranked, above = portfolio.ranking(options)
    names = [one.name for one in options]
    items = [
        schemas.Ranked(
            case=one.stated.case,
            place=rank.place,
            worth=figure(one.now.risk_adjusted),
            kind=one.stated.statement.kind,
            success=one.now.success,
            loss=one.now.loss,
            spend=sum(one.stated.statement.spend),
            realised=one.realised is not None,
            low=rank.low,
            high=rank.high,
            first=rank.first,
            above={
                other: share for other, share in zip(names, row, strict=True) if other != names[at]
            },
        )
        for at, (one, rank, row) in enumerate(zip(values, ranked, above, strict=True))
    ]
    return schemas.Ranking(currency=currency, items=sorted(items, key=lambda one: one.place))


@routes.post("/portfolio/choose", action=Action.READ, status=200)
def choose(needs: ApiNeeds, caller: Caller, asked: choices.Choose) -> choices.Choice:
    """The use cases worth most together under these limits; nothing is decided or written."""
    with needs.open_work(caller, write=False) as work:
        found = flows.all_known(work, asked.cases)
    currency, options, answer = flows.choose(found, asked_of(asked))
    by_name = {one.name: one for one in options}
    choice = answer.choice
    why = {one.name: one for one in answer.ins}
    done = [
        _done(by_name[name], start, why.get(name))
        for name, start in sorted(choice.starts.items(), key=lambda one: (one[1], one[0]))
    ]
    return choices.Choice(
        currency=currency,
        done=done,
        worth=figure(answer.worth),
        spend=choice.spent,
        worst=answer.worst,
        worst_share=answer.worst_share,
        proven=choice.proven,
        gap=choice.gap,
        uses=[choices.Use.model_validate(one) for one in choice.uses],
        out=[_out(one) for one in answer.out],
        unexplained=list(answer.unexplained),
        marginals=[_marginal(one) for one in answer.marginals],
        frontier=[
            choices.Point(
                expected=one.expected, worst=one.worst, most=one.most, cases=sorted(one.starts)
            )
            for one in answer.frontier
        ],
        within=answer.within,
    )


def asked_of(asked: choices.Choose) -> portfolio.Asked:
    """What is asked, as the domain takes it."""
    limits = Limits(
        total=asked.budget,
        budget=tuple(asked.budget_by_quarter),
        people={role: tuple(row) for role, row in asked.people.items()},
        either=tuple(tuple(group) for group in asked.either),
        shares={kind: (one.least, one.most) for kind, one in asked.shares.items()},
        worst=None if asked.worst is None else Worst(asked.worst.share, asked.worst.least),
    )
    return portfolio.Asked(limits, tuple(asked.must), tuple(asked.without))


def _benefit(known: flows.Known) -> Reply[schemas.Benefit]:
    found = valued(*known)
    stated = found.stated
    seen, told_volume = found.seen, volume_of(found)
    told = schemas.Benefit(
        case=stated.case,
        currency=stated.statement.currency,
        text=stated.statement.text,
        kind=stated.statement.kind,
        stated_at=stated.at,
        stated_by=stated.by,
        entry=stated.entry,
        planned=_worth(found.planned),
        seen=None
        if seen is None
        else schemas.Realised(
            measured=_measured(seen.measured),
            check=seen.check,
            subject=seen.subject,
            versus=seen.versus,
            entry=seen.entry,
        ),
        volume=None
        if told_volume is None
        else schemas.Counted(
            measured=_measured(told_volume.found),
            stated=figure(told_volume.stated),
            entry=told_volume.entry,
        ),
        realised=None if found.realised is None else _worth(found.realised),
        perfect=_measured(found.perfect),
        experiments=_experiments(found),
    )
    return Reply(told, etag=stated.entry)


def _worth(found: Worth) -> schemas.Worth:
    back, rate = found.payback, found.internal_rate
    return schemas.Worth(
        if_built=figure(found.if_built),
        risk_adjusted=figure(found.risk_adjusted),
        success=found.success,
        loss=found.loss,
        payback=None if isinstance(back, Undefined) else back,
        payback_why=back.reason if isinstance(back, Undefined) else None,
        internal_rate=None if isinstance(rate, Undefined) else rate,
        internal_rate_why=rate.reason if isinstance(rate, Undefined) else None,
        internal_rates=list(found.internal_rates),
    )


def _experiments(found: Valued) -> list[schemas.Experiment]:
    return [
        schemas.Experiment(name=one.name, worth=one.worth, cost=one.cost, gain=one.gain)
        for one in found.experiments
    ]


def figure(found: Estimate) -> schemas.Figure:
    """A number over futures, as it travels."""
    return schemas.Figure(value=found.value, low=found.low, high=found.high, level=found.level)


def _measured(found: Estimate | Undefined) -> Measured:
    told: dict[str, Any] = measured_to_json(found)
    return Measured.model_validate(told)


def _done(one: Candidate, start: int, why: In | None) -> choices.Done:
    return choices.Done(
        case=one.name,
        start=start + 1,
        expected=one.expected * one.kept**start,
        spend=one.spent,
        loss=None if why is None else why.loss,
        loss_least=None if why is None else why.loss_least,
        instead=[] if why is None else list(why.instead),
        also_out=[] if why is None else list(why.also_out),
    )


def _out(one: Out) -> choices.Out:
    return choices.Out(
        case=one.name,
        lacks=one.lacks,
        lacks_least=one.lacks_least,
        displaced=list(one.displaced),
        conflict=list(one.conflict),
        short=[choices.Use.model_validate(use) for use in one.short],
        budget=one.budget,
        budget_about=one.budget_about,
        worthless=one.worthless,
    )


def _marginal(one: Marginal) -> choices.Marginal:
    return choices.Marginal(
        what=one.what,
        step=one.step,
        gain=one.gain,
        gain_most=one.gain_most,
        comes_in=list(one.comes_in),
        goes_out=list(one.goes_out),
    )
