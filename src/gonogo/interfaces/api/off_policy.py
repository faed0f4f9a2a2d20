"""REST: what policies would have brought, before one goes live."""

from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.core.caller import Caller
from gonogo.core.evidence import measured_to_json
from gonogo.core.roles import Action
from gonogo.flows import off_policy as flows
from gonogo.flows.drawn import Columns
from gonogo.flows.off_policy import Asked, Study
from gonogo.interfaces.api.kit import Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.schemas import off_policy as schemas
from gonogo.schemas.evidence import Measured

routes = Routes("off-policy")


@routes.post("/cases/{case}/off-policy", action=Action.EVIDENCE_REPRODUCE)
def estimate(
    needs: ApiNeeds, caller: Caller, case: str, asked: schemas.NewOffPolicy
) -> schemas.OffPolicy:
    """Estimate what policies would have brought by logged decisions, and keep it as evidence."""
    chosen = {"epsilon": asked.epsilon, "exploration": asked.exploration}
    said = asked.columns
    wanted = Asked(
        case=case,
        reward=asked.reward,
        context=None if asked.context is None else tuple(dict.fromkeys(asked.context)),
        level=asked.level,
        parameters={name: value for name, value in chosen.items() if value is not None},
        release=asked.release,
        data=asked.data,
        columns=None
        if said is None
        else Columns(said.arm, said.reward, said.propensity, said.entity),
    )
    study = flows.estimate(needs.open_work, caller, needs.files, needs.log, wanted)
    needs.wake()
    return _told(wanted, study)


def _told(asked: Asked, study: Study) -> schemas.OffPolicy:
    first, read = study.findings[0], study.read
    detail: dict[str, Any] = dict(first.detail)
    return schemas.OffPolicy(
        case=asked.case,
        source=str(asked.data or first.parameters["release"]),
        decisions=detail["decisions"],
        known=read.known,
        waiting=read.waiting,
        arms=detail["arms"],
        context=detail["context"],
        standardised=dict(read.scaling),
        logged=Measured.model_validate(
            detail.get("logged", {"undefined": "no decision whose reward is known", "n": 0})
        ),
        policies=[
            _judged(finding, entry)
            for finding, entry in zip(study.findings, study.entries, strict=True)
        ],
    )


def _judged(finding: Finding, entry: str) -> schemas.PolicyJudged:
    detail: dict[str, Any] = dict(finding.detail)
    lift = detail.get("lift")
    return schemas.PolicyJudged(
        policy=str(finding.parameters["policy"]),
        estimator=str(finding.parameters["estimator"]),
        measured=Measured.model_validate(measured_to_json(finding.measured)),
        effective=detail.get("effective_decisions"),
        enough=bool(detail.get("enough", False)),
        lift=None if lift is None else Measured.model_validate(lift),
        evidence=entry,
    )
