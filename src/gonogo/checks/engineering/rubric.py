"""The ML Test Score: 28 tests in four sections, counted from evidence and from what people state.

Source: Breck, Cai, Nielsen, Salib & Sculley (2017), The ML Test Score: a rubric for ML production
readiness and technical debt reduction, IEEE Big Data, 1123-1132. A test done by hand, its result
documented, is half a point; one that a system repeats by itself is a point; the score is the sum of
the weakest section. It counts whether a test is done, not whether the model passed it: that is for
conditions to judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import exact

SCORE = "engineering.ml_test_score"
POINT = "engineering.ml_test_point"
LONGEST = 1000
"""Characters of a reference or a note."""


class Section(StrEnum):
    """The rubric's four sections."""

    DATA = "data"
    MODEL = "model"
    INFRASTRUCTURE = "infrastructure"
    MONITORING = "monitoring"


class How(StrEnum):
    """How a test of the rubric is done."""

    NONE = "none"
    MANUAL = "manual"
    AUTOMATED = "automated"


WORTH = {How.NONE: 0.0, How.MANUAL: 0.5, How.AUTOMATED: 1.0}
"""What a test counts by how it is done."""


@dataclass(frozen=True, slots=True)
class Point:
    """One test of the rubric."""

    id: str
    """Its section and number: data-1."""
    title: str
    asks: str
    """What must be done for it."""
    checks: tuple[str, ...] = ()
    """Evidence by any of these shows it was done; `fairness.` stands for each check of an area."""

    @property
    def section(self) -> Section:
        """The section it counts in."""
        return _SECTIONS[self.id.partition("-")[0]]


_SECTIONS = {
    "data": Section.DATA,
    "model": Section.MODEL,
    "infra": Section.INFRASTRUCTURE,
    "monitor": Section.MONITORING,
}
POINTS = (
    Point(
        "data-1",
        "Expectations of features in a schema",
        "Are types, ranges and categories of the features written down and checked?",
        ("data.schema_violations", "data.rule_violations"),
    ),
    Point(
        "data-2",
        "Every feature is of use",
        "Was it looked at what each feature adds to the prediction?",
        ("explainability.permutation_importance", "explainability.partial_dependence"),
    ),
    Point(
        "data-3",
        "No feature costs too much",
        "Was each feature's latency, memory and upkeep weighed against what it adds?",
    ),
    Point(
        "data-4",
        "Features keep to what is required of them",
        "Is it enforced which sources and kinds of features may be used at all?",
    ),
    Point(
        "data-5",
        "Privacy along the pipeline",
        "Was it looked at whether training data give away what they must not?",
        (
            "privacy.k_anonymity",
            "privacy.uniqueness",
            "privacy.direct_identifiers",
            "privacy.membership_advantage",
            "privacy.membership_likelihood_ratio",
        ),
    ),
    Point("data-6", "New features come quickly", "How long from idea to production, is it known?"),
    Point("data-7", "Code of input features is tested", "Have the transformations unit tests?"),
    Point(
        "model-1",
        "Model code is reviewed and kept",
        "Is every change of the training code reviewed by another person and kept in a repository?",
        ("engineering.reviewed_changes",),
    ),
    Point(
        "model-2",
        "Offline metrics go with online ones",
        "Was it shown that a better metric here means a better outcome there?",
    ),
    Point("model-3", "Hyperparameters are tuned", "Were they searched, and is it kept how?"),
    Point(
        "model-4",
        "What staleness costs is known",
        "Was a newer model compared with one of a day, a week, a year ago?",
    ),
    Point(
        "model-5",
        "A simpler model is not better",
        "Was it compared with a simple baseline, or a readable model, on the same rows?",
        ("explainability.glass_box_cost",),
    ),
    Point(
        "model-6",
        "Quality on every important slice",
        "Was the worst slice of the rows looked for?",
        (
            "performance.worst_slice",
            "performance.worst_slice_log_loss",
            "performance.worst_slice_roc_auc",
        ),
    ),
    Point(
        "model-7",
        "Inclusion",
        "Was it measured how the model treats groups of people?",
        ("fairness.",),
    ),
    Point(
        "infra-1",
        "Training is reproducible",
        "Does training again with the same code, data and seed give the same model?",
        ("engineering.reproducibility",),
    ),
    Point("infra-2", "Model code has unit tests", "Is the code of training and prediction tested?"),
    Point("infra-3", "The whole pipeline is tested", "Does a test run all of it, end to end?"),
    Point(
        "infra-4",
        "Quality is checked before serving",
        "Is a version measured before it may decide?",
        ("performance.",),
    ),
    Point(
        "infra-5",
        "One prediction can be followed",
        "Can it be seen, step by step, how one row came to its score?",
        ("explainability.reason_coverage", "explainability.reason_agreement"),
    ),
    Point("infra-6", "New versions begin small", "Does a new version serve a small share first?"),
    Point("infra-7", "Serving can be rolled back", "Is going back quick, and was it practised?"),
    Point("monitor-1", "Changes upstream are told", "Are owners warned when a dependency changes?"),
    Point(
        "monitor-2", "Inputs keep their invariants", "Are rows that are served held to the schema?"
    ),
    Point(
        "monitor-3",
        "Training and serving do not differ",
        "Are features compared as they were in training and as they are served?",
    ),
    Point("monitor-4", "Models do not grow stale", "Is the age of what serves watched?"),
    Point("monitor-5", "Numbers stay sound", "Is it watched for values that are no numbers?"),
    Point(
        "monitor-6",
        "Serving grows no slower",
        "Are latency, throughput or memory measured, so that a slower version is seen?",
        (
            "operations.latency_p99_ms",
            "operations.latency_p95_ms",
            "operations.latency_p50_ms",
            "operations.throughput_per_s",
            "operations.peak_memory_bytes",
        ),
    ),
    Point("monitor-7", "Served predictions stay as good", "Is quality watched on what is served?"),
)
"""The rubric's tests, in its order and in words of ours."""
BY_ID = {point.id: point for point in POINTS}

MEANINGS = (
    (0.0, "a research project more than a system in production"),
    (1.0, "tested in parts; serious holes in reliability are likely"),
    (2.0, "a first pass at production; more is needed"),
    (3.0, "reasonably tested; more of it could be automated"),
    (5.0, "strongly tested and watched, fit for what must not fail"),
    (float("inf"), "exceptionally tested and watched"),
)
"""Up to which score what holds: the table of the paper, section VI, in words of ours."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one test is done, and what shows it."""

    how: How
    says: str
    """Why, in one sentence."""
    evidence: tuple[str, ...] = ()
    """Digests of the entries that show it."""
    stated: bool = False
    """Whether a person said so, rather than a measurement."""


NOTHING = Answer(How.NONE, "nobody measured or stated it")


def meaning(score: float) -> str:
    """What a score means, as the paper has it.

    >>> meaning(0.0), meaning(0.5), meaning(5.5)[:13]
    ('a research project more than a system in production', \
'tested in parts; serious holes in reliability are likely', 'exceptionally')
    """
    return next(says for most, says in MEANINGS if score <= most)


def ml_test_score(answers: Mapping[str, Answer], asked: Parameters) -> Finding:
    """The score, unit points, in [0, 7]: the sum of the weakest section; counted.

    `answers` by the points' ids; what is left out is not done. Raises `Invalid` for another id.
    Detail: `sections`, `meaning`, and of each point how it is done and what shows it.

    >>> half = {point.id: Answer(How.MANUAL, "by hand") for point in POINTS}
    >>> ml_test_score(half, {}).measured.value
    3.5
    """
    settings = settle_parameters(SCORE, asked)
    for name in answers:
        need_point(name)
    found = {point.id: answers.get(point.id, NOTHING) for point in POINTS}
    sections = {
        str(section): sum(WORTH[found[p.id].how] for p in POINTS if p.section is section)
        for section in Section
    }
    score = min(sections.values())
    points: list[Json] = [
        {
            "id": point.id,
            "score": WORTH[found[point.id].how],
            "how": str(found[point.id].how),
            "stated": found[point.id].stated,
            "says": found[point.id].says,
            "evidence": list(found[point.id].evidence),
        }
        for point in POINTS
    ]
    measured = exact(score, n=len(POINTS), unit="points", of="the 28 points of Breck et al. (2017)")
    detail: dict[str, Json] = {"sections": sections, "meaning": meaning(score), "points": points}
    return Finding(SCORE, settings.values, measured, detail)


def stated_point(point: str, how: str, reference: str, note: str = "") -> Finding:
    """What a person states of one test, unit points; raises `Invalid` by field.

    `reference` says where it can be seen: a ledger entry, a page, a test run. Without one nobody
    could look, so only "none" may go without.

    >>> stated_point("infra-7", "manual", "run book, section 3").measured.value
    0.5
    """
    need_point(point)
    if how not in set(How):
        raise Invalid(field="how", value=how, expected=f"one of: {', '.join(How)}")
    if how != How.NONE and not reference.strip():
        raise Invalid(field="reference", value=reference, expected="where it can be seen")
    for name, text in (("reference", reference), ("note", note)):
        if len(text) > LONGEST:
            raise Invalid(field=name, value=len(text), expected=f"at most {LONGEST:,} characters")
    settings = settle_parameters(POINT, {"point": point})
    measured = exact(WORTH[How(how)], n=1, unit="points", of="what a person stated")
    detail: dict[str, Json] = {"how": how, "reference": reference.strip(), "note": note.strip()}
    return Finding(POINT, settings.values, measured, detail)


def answer_of(measured: Sequence[str], *, repeated: bool) -> Answer:
    """What measurements show of a test: `measured` are the digests of evidence by its checks.

    Once is by hand; where a policy asks for it of every version, `repeated`, it is automated.
    """
    if not measured:
        return NOTHING
    if repeated:
        says = "measured, and the policy asks for it of every version"
        return Answer(How.AUTOMATED, says, tuple(measured))
    says = "measured of this version; no policy asks for it of the next"
    return Answer(How.MANUAL, says, tuple(measured))


def better(one: Answer, two: Answer) -> Answer:
    """The one that counts more; the measured one where both count the same.

    >>> better(NOTHING, Answer(How.MANUAL, "run book", stated=True)).says
    'run book'
    """
    return max(one, two, key=lambda answer: (WORTH[answer.how], not answer.stated))


def shows(point: Point, check: str) -> bool:
    """Whether evidence by `check` shows that the test is done.

    >>> shows(BY_ID["model-7"], "fairness.selection_rate_ratio")
    True
    """
    return any(
        check == name or (name[-1] == "." and check.startswith(name)) for name in point.checks
    )


def need_point(name: str) -> Point:
    """The point called `name`; raises `Invalid` naming those there are."""
    if name not in BY_ID:
        raise Invalid(field="point", value=name, expected=f"one of: {', '.join(BY_ID)}")
    return BY_ID[name]
