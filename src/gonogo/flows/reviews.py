"""Gate reviews where they touch several rooms: what is reviewed, and what a decision moves."""

from gonogo.core.decisions import Outcome
from gonogo.core.gates import STEPS, GateName
from gonogo.core.subjects import Subject
from gonogo.domain.cases import actions as cases
from gonogo.domain.gates import actions, tables
from gonogo.domain.gates.rules import Review
from gonogo.domain.models import actions as models
from gonogo.domain.models.rules import ModelStage
from gonogo.domain.policies.actions import in_force
from gonogo.store.work import Work
from gonogo.views.standing import standing


def open_review(work: Work, subject: Subject, gate: GateName) -> tuple[Review, bool]:
    """A review of `gate` under the policy in force; whether it was opened now or is open already.

    Raises as `domain.gates.actions.open_review`.
    """
    found = standing(work, subject)
    policy = in_force(work, found.policy).version
    return actions.open_review(work, subject, gate, standing=found, policy=policy)


def decide(work: Work, review: str, *, rationale: str, outcome: Outcome | None = None) -> Review:
    """Decide a gate; go moves the version and, where it is the first so far, its use case.

    Raises as `domain.gates.actions.decide`.
    """
    policy = standing(work, tables.get(work, review).subject).policy
    digest = in_force(work, policy).digest
    decided = actions.decide(
        work, review, standing, rationale=rationale, in_force=digest, outcome=outcome
    )
    if decided.outcome is Outcome.GO:
        entry = str(decided.decision)
        after = ModelStage(STEPS[decided.gate].after)
        version = models.move_stage(work, decided.subject, after, entry)
        cases.passed(work, version.registration.case, decided.gate, entry)
    return decided
