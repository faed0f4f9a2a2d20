"""The ML Test Score of a model version: its page, stating a point, keeping the score."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.models import tables
from gonogo.flows import rubric
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import rubric as schemas
from gonogo.store.work import Work
from gonogo.views import rubric as views

pages = Pages("test scores")


@pages.get("/models/{name}/{version}/test-score", template="test_score.html")
def show(work: Work, name: str, version: str, point: str = "") -> views.ScorePage:
    """The score as evidence and statements stand now; `point`: what the form begins with."""
    found = rubric.score(work, name, version)
    values = {**views.START, "point": point}
    return views.score_page(work, name, version, found.finding, found.policy, values=values)


@pages.post("/models/{name}/{version}/test-score", action=Action.EVIDENCE_REPRODUCE)
def record(work: Work, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Keep the score as evidence, so that a policy may ask for it."""
    rubric.record(work, name, version)
    says = "The score is kept as evidence."
    return Done(f"/models/{name}/{version}/test-score", says)


def _again(work: Work, name: str, version: str, form: Form, refused: GonogoError) -> Shown:
    found = rubric.score(work, name, version)
    page = views.score_page(
        work,
        name,
        version,
        found.finding,
        found.policy,
        values=form,
        refused=refused_page(refused),
    )
    return Shown("test_score.html", page)


@pages.post(
    "/models/{name}/{version}/test-score/points", action=Action.EVIDENCE_RECORD, again=_again
)
def state(work: Work, name: str, version: str, form: Form) -> Done:
    """State how one test of the rubric is done, and where that can be seen."""
    asked = parsed(schemas.StatedPoint, form)
    found = tables.get(work, name, version)
    case = Subject(SubjectKind.CASE, found.registration.case)
    rubric.state(
        work,
        case if asked.whole_case else found.subject,
        point=asked.point,
        how=asked.how,
        reference=asked.reference,
        note=asked.note,
    )
    return Done(f"/models/{name}/{version}/test-score", f"{asked.point} is stated: {asked.how}.")
