"""REST: the register of risks."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.core.times import stamp
from gonogo.domain.risks import actions, reads, tables
from gonogo.domain.risks.exposure import Stake, Standing
from gonogo.domain.risks.rules import Mitigated, Risk, parent_of
from gonogo.domain.risks.templates import TEMPLATES
from gonogo.flows import register as loss
from gonogo.flows import risks as flows
from gonogo.interfaces.api.kit import Reply, Routes, unchanged
from gonogo.schemas import risks as schemas
from gonogo.schemas.base import Asked
from gonogo.schemas.evidence import Measured
from gonogo.stats.estimate import Measured as Number
from gonogo.stats.money import amounts
from gonogo.stats.risks.register import FUTURES
from gonogo.store.work import Work
from gonogo.views import risk_exposure as views
from gonogo.views.risk_kept import kept_losses
from gonogo.views.risk_lines import order
from gonogo.views.risk_standings import burn_down as over_time
from gonogo.views.risk_standings import in_one_currency, standings

routes = Routes("risks")


@routes.get("/risks")
def listed(
    work: Work,
    case: str | None = None,
    state: str | None = None,
    category: str | None = None,
    ended: bool = False,
) -> schemas.Risks:
    """The register, those with most at stake first; `ended`: those too that are over."""
    found = reads.listed(work, case=case, state=state, category=category, ended=ended)
    stand = sorted(standings(work, found), key=order)
    return schemas.Risks(items=[told(work, one) for one in stand])


@routes.get("/risks/templates")
def templates() -> schemas.Templates:
    """What typically goes wrong with machine learning, by category: something to begin from."""
    items = [schemas.Template.model_validate(one) for one in TEMPLATES.values()]
    return schemas.Templates(items=items)


@routes.get("/risks/exposure")
def exposure(
    work: Work,
    case: str | None = None,
    currency: str = "",
    futures: int = FUTURES,
    seed: int = views.SEED,
    correlation: float = views.CORRELATION,
    level: float = views.LEVEL,
) -> schemas.Exposure:
    """What the open risks may cost in all: expected, P80, P95 and the tail, and by which risk."""
    found = standings(work, reads.listed(work, case=case, ended=False))
    _check_currency(currency, found)
    asked = views.AskedExposure(currency, futures, seed, correlation, level)
    return _exposure(views.exposure(work, found, asked))


@routes.post("/risks/exposure", action=Action.RISK_KEEP, status=200)
def keep(work: Work, asked: schemas.KeepExposure) -> schemas.Kept:
    """Keep what the open risks may cost as evidence, of a use case or of all, where it changed."""
    return schemas.Kept(entries=loss.keep(work, asked.case))


@routes.get("/risks/burn-down")
def burn_down(work: Work, case: str | None = None, currency: str = "") -> schemas.BurnDown:
    """The expected loss over time: by what the ledger said then, and as it was kept."""
    work.subjects.need(parent_of(case), field="case")
    found = standings(work, reads.listed(work, case=case))
    _check_currency(currency, found)
    chosen, _, _ = in_one_currency(found, currency)
    points = over_time(work, chosen, case) if chosen else ()
    kept = kept_losses(work, case, chosen) if chosen else ()
    return schemas.BurnDown(
        currency=chosen,
        points=[schemas.LossAt.model_validate(one) for one in points],
        kept=[
            schemas.KeptLoss(
                at=one.at,
                open=one.open,
                inherent=_measured(one.inherent),
                residual=_measured(one.residual),
                p95=_measured(one.p95),
                entry=one.entry,
            )
            for one in kept
        ],
    )


@routes.post("/risks", action=Action.RISK_KEEP)
def add(work: Work, asked: schemas.NewRisk) -> Reply[schemas.Risk]:
    """Put a risk on the register."""
    made = flows.register(work, asked.key, said(asked, without="key"))
    return _reply(work, made)


@routes.post("/risks/import", action=Action.RISK_KEEP, status=200)
def import_(work: Work, asked: schemas.RegisterText) -> schemas.Imported:
    """Take over a whole register from YAML: new risks are added, others edited; all or nothing."""
    found = flows.import_(work, asked.text)
    return schemas.Imported(
        added=[one.key for one in found.added],
        edited=[one.key for one in found.edited],
        unchanged=[one.key for one in found.unchanged],
    )


@routes.get("/risks/{key}")
def read(work: Work, key: str) -> Reply[schemas.Risk]:
    """One risk as it stands."""
    return _reply(work, tables.get(work, key))


@routes.put("/risks/{key}", action=Action.RISK_KEEP, edits=True)
def edit(work: Work, request: Request, key: str, asked: schemas.RiskText) -> Reply[schemas.Risk]:
    """Say something else of a risk; `If-Match` must name what was read."""
    actions.allowed(work, key)
    unchanged(request, tables.get(work, key).entry)
    return _reply(work, flows.edit(work, key, said(asked)))


@routes.put("/risks/{key}/mitigations/{name}", action=Action.RISK_KEEP, edits=True)
def mitigate(
    work: Work, request: Request, key: str, name: str, asked: schemas.MitigationText
) -> Reply[schemas.Risk]:
    """Add a mitigation, or say something else of one; `If-Match` must name what was read."""
    actions.allowed(work, key)
    unchanged(request, tables.get(work, key).entry)
    return _reply(work, flows.mitigate(work, key, name, said(asked)))


@routes.post("/risks/{key}/mitigations/{name}/drop", action=Action.RISK_KEEP, status=200)
def drop(work: Work, key: str, name: str) -> Reply[schemas.Risk]:
    """Take a mitigation away."""
    return _reply(work, flows.drop_mitigation(work, key, name))


@routes.post("/risks/{key}/reviews", action=Action.RISK_KEEP, status=200)
def review(work: Work, key: str, asked: schemas.Review) -> Reply[schemas.Risk]:
    """Say that one has looked at a risk, and that it stands as it is written."""
    return _reply(work, actions.review(work, key, note=asked.note))


@routes.post("/risks/{key}/accept", action=Action.RISK_ACCEPT, status=200)
def accept(work: Work, key: str, asked: schemas.Because) -> Reply[schemas.Risk]:
    """Decide to live with a risk, and why."""
    return _reply(work, actions.accept(work, key, reason=asked.reason))


@routes.post("/risks/{key}/close", action=Action.RISK_KEEP, status=200)
def close(work: Work, key: str, asked: schemas.Close) -> Reply[schemas.Risk]:
    """Say that a risk cannot come true any more, and why."""
    return _reply(work, actions.close(work, key, reason=asked.reason, evidence=asked.evidence))


@routes.post("/risks/{key}/occur", action=Action.RISK_KEEP, status=200)
def occur(work: Work, key: str, asked: schemas.Occur) -> Reply[schemas.Risk]:
    """Say that a risk came true, naming the ledger entry or the incident that shows it."""
    found = flows.occur(
        work, key, reason=asked.reason, evidence=asked.evidence, incident=asked.incident
    )
    return _reply(work, found)


def _check_currency(currency: str, found: Sequence[Standing]) -> None:
    if currency and currency not in {one.risk.text.currency for one in found}:
        raise Invalid(field="currency", value=currency, expected="a currency that risks are in")


def said(asked: Asked, without: str = "") -> dict[str, Json]:
    """What is asked, as the domain reads it."""
    found: dict[str, Any] = asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    found.pop(without, None)
    return found


def told(work: Work, one: Standing) -> schemas.Risk:
    """A risk as it travels."""
    risk, text = one.risk, one.risk.text
    last = risk.ended or risk.accepted
    return schemas.Risk(
        key=risk.key,
        title=text.title,
        category=str(text.category),
        state=str(risk.state),
        case=text.case,
        owner_role=text.owner_role,
        currency=text.currency,
        said=dict(text.said),
        inherent=_stake(one.inherent),
        residual=_stake(one.residual),
        hoped=_stake(one.hoped),
        scale=one.scale.says(text.currency) if text.currency else "",
        mitigations=[_mitigation(work, each) for each in one.mitigated],
        noted_at=risk.noted.at,
        noted_by=risk.noted.by,
        reviewed_at=risk.looked_at,
        review_due=stamp(one.review_due),
        unreviewed=one.unreviewed(work.now),
        aged=one.aged,
        reason=None if last is None else last.words,
        shown_by=risk.shown_by,
        entry=risk.entry,
    )


def _reply(work: Work, risk: Risk) -> Reply[schemas.Risk]:
    (found,) = standings(work, [risk])
    return Reply(told(work, found), etag=risk.entry)


def _stake(found: Stake) -> schemas.Stake:
    return schemas.Stake.model_validate(found)


def _mitigation(work: Work, found: Mitigated) -> schemas.Mitigation:
    one, settled = found.mitigation, found.settled
    cited = None if settled is None else settled.cited
    return schemas.Mitigation(
        key=one.key,
        title=one.title,
        owner_role=one.owner_role,
        due=one.due.isoformat(),
        cost=amounts.mean(one.cost),
        leaves={
            "probability": one.leaves.probability,
            "delay": one.leaves.delay,
            "loss": one.leaves.loss,
        },
        works=str(found.works),
        why=found.why,
        evidence=None if cited is None else cited.digest,
        overdue=found.overdue(work.now.date()),
    )


def _exposure(found: views.ExposurePart) -> schemas.Exposure:
    lost, asked = found.loss, found.asked
    return schemas.Exposure(
        currency=found.currency,
        counted=found.counted,
        left_out=found.left_out,
        futures=asked.futures,
        seed=asked.seed,
        correlation=asked.correlation,
        level=asked.level,
        inherent=found.inherent,
        expected=lost.expected,
        unsure=_measured(lost.unsure),
        any=_measured(lost.any),
        by=[
            schemas.LossPercentile(share=share, measured=_measured(one))
            for share, one in lost.by.items()
        ],
        tail=_measured(lost.tail),
        contributions=[
            schemas.Contribution(
                risk=one.key,
                title=one.title,
                expected=one.found.expected,
                share=one.found.share,
                tail=_measured(one.found.tail),
                tail_share=one.found.tail_share,
            )
            for one in found.lines
        ],
        delays=[
            schemas.Delay(
                risk=one.risk,
                title=one.title,
                case=one.case,
                later=_measured(one.later),
                p80_later=_measured(one.p80_later),
                evidence=one.evidence,
            )
            for one in found.delays
        ],
    )


def _measured(found: Number) -> Measured:
    return Measured.model_validate(measured_to_json(found))
