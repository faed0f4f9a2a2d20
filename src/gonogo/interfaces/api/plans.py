"""REST: plans of hypotheses, and families of hypotheses."""

from gonogo.checks.experiments.plan import Asked
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.hypotheses import family_reads, plan_tables, planning, rules, tables
from gonogo.domain.hypotheses.families import Family
from gonogo.domain.hypotheses.plans import Planned, Planning
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.schemas import plans as schemas
from gonogo.schemas.designs import Plan
from gonogo.store.work import Work

routes = Routes("plans")


@routes.post("/hypotheses/{case}/{slug}/plans", action=Action.HYPOTHESIS_REGISTER)
def fix(work: Work, case: str, slug: str, asked: schemas.NewPlan) -> Reply[schemas.FixedPlan]:
    """Fix the plan of a hypothesis before any evidence, or amend it with a reason."""
    made = planning.plan(work, case, slug, wanted(asked))
    return Reply(told(made), etag=made.entry)


@routes.get("/hypotheses/{case}/{slug}/plans")
def listed(work: Work, case: str, slug: str) -> schemas.Plans:
    """All plans that a hypothesis has had; the last is in force."""
    found = plan_tables.of(work, tables.get(work, case, slug).subject)
    return schemas.Plans(items=[told(one) for one in found])


@routes.get("/cases/{case}/families")
def families(
    work: Work, case: str, name: str | None = None, alpha: float | None = None
) -> schemas.Families:
    """The hypotheses of a use case as families: what testing them together leaves of each.

    `name`: one family alone, "" for those that name none.
    """
    work.subjects.need(Subject.parse(f"case:{case}"), field="case")
    found = family_reads.of_case(work, case, name=name, alpha=alpha)
    return schemas.Families(items=[_family(one) for one in found])


def wanted(asked: schemas.NewPlan) -> Planning:
    """What is asked, as the domain takes it."""
    return Planning(
        kind=asked.kind,
        asked=Asked(**asked.asked.model_dump()),
        known=asked.known,
        criterion=asked.criterion,
        reason=asked.reason,
    )


def told(found: Planned) -> schemas.FixedPlan:
    """A plan as it travels."""
    return schemas.FixedPlan(
        hypothesis=str(found.subject),
        number=found.number,
        criterion=found.criterion,
        kind=found.kind,
        asked=dict(found.asked),
        plan=Plan.model_validate(found.plan),
        reason=found.reason,
        measured=found.measured,
        at=found.at,
        by=found.by,
        entry=found.entry,
    )


def _family(found: Family) -> schemas.Family:
    return schemas.Family(
        case=found.case,
        name=found.name,
        alpha=found.alpha,
        members=[
            schemas.Member(
                subject=str(rules.hypothesis_subject(found.case, one.hypothesis.slug)),
                slug=one.hypothesis.slug,
                statement=one.hypothesis.text.statement,
                state=one.hypothesis.state,
                p_value=one.p_value,
                why=one.why,
                holm=one.holm,
                benjamini_hochberg=one.benjamini_hochberg,
                alone=one.alone,
                by_holm=one.by_holm,
                by_benjamini_hochberg=one.by_benjamini_hochberg,
            )
            for one in found.members
        ],
    )
