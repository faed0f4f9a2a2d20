"""The ML Test Score of a model version, from its evidence, its data's, and what people stated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gonogo.checks.engineering.rubric import (
    BY_ID,
    POINT,
    POINTS,
    WORTH,
    Answer,
    How,
    Point,
    answer_of,
    better,
    ml_test_score,
    shows,
    stated_point,
)
from gonogo.checks.findings.finding import Finding
from gonogo.core.chain import Entry
from gonogo.core.conditions import Cited
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.domain.models import tables as models
from gonogo.domain.policies import reads as policies
from gonogo.stats.estimate import Estimate
from gonogo.store.work import Work
from gonogo.views.standing import standing


@dataclass(frozen=True, slots=True)
class Scored:
    """A version and its score."""

    subject: Subject
    finding: Finding
    policy: str
    """The policy whose gates ask for measurements of every version."""


def score(work: Work, name: str, number: str) -> Scored:
    """What the version's evidence and statements come to; raises `NotFound`.

    Statements about the version count, and those about its use case: much of a pipeline is the same
    for every version.
    """
    found = models.get(work, name, number)
    stands = standing(work, found.subject)
    case = Subject(SubjectKind.CASE, found.registration.case)
    about = (found.subject, *stands.data, case)
    cited = [one for listed in work.ledger.latest_of(about).values() for one in listed]
    policy = policies.find(work, stands.policy)
    gates = () if policy is None else policy.version.gates
    asked = frozenset(check for gate in gates for check in gate.checks)
    answers = {point.id: _answer(point, cited, asked) for point in POINTS}
    return Scored(found.subject, ml_test_score(answers, {}), stands.policy)


def record(work: Work, name: str, number: str) -> tuple[Scored, Entry]:
    """The score, kept as evidence of the server's own; raises as `score`, and `Forbidden`."""
    found = score(work, name, number)
    draft = of_finding(found.finding, subject=str(found.subject))
    return found, evidence.record(work, [draft], reproduced=True)[0]


def state(
    work: Work, subject: Subject, *, point: str, how: str, reference: str, note: str = ""
) -> Entry:
    """Keep what a person states of one point of a version or a use case, as reported evidence.

    Raises `Invalid` by field, `NotFound`, `Forbidden`.
    """
    found = stated_point(point, how, reference, note)
    return evidence.record(work, [of_finding(found, subject=str(subject))])[0]


def _answer(point: Point, cited: Sequence[Cited], asked: Iterable[str]) -> Answer:
    seen = [
        one.digest
        for one in cited
        if shows(point, one.evidence.check) and isinstance(one.evidence.measured, Estimate)
    ]
    repeated = any(shows(point, check) for check in asked)
    measured = answer_of(seen, repeated=repeated)
    stated = [one for one in cited if _about(one, point)]
    newest = max(stated, key=lambda one: one.position, default=None)
    return measured if newest is None else better(measured, _stated(newest))


def _about(one: Cited, point: Point) -> bool:
    said = one.evidence
    return said.check == POINT and BY_ID.get(str(said.parameters.get("point"))) is point


def _stated(one: Cited) -> Answer:
    """What a statement counts; anything but what the rubric knows counts nothing."""
    measured = one.evidence.measured
    value = measured.value if isinstance(measured, Estimate) else 0.0
    how = next((how for how, worth in WORTH.items() if worth == value), How.NONE)
    reference = str(one.evidence.detail.get("reference") or "no reference")
    return Answer(how, f"stated: {reference}", (one.digest,), stated=True)
