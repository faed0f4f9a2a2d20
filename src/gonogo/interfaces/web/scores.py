"""The pages of all scores, and of the rubric that use cases are scored by."""

from gonogo.core.errors import GonogoError, Stale
from gonogo.core.roles import Action
from gonogo.domain.scoring import actions, reads, tables
from gonogo.domain.scoring.inputs import Method
from gonogo.flows import priorities
from gonogo.flows import scoring as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import scoring as schemas
from gonogo.store.work import Work
from gonogo.views import scores as views
from gonogo.views import scoring_rubric as rubrics

pages = Pages("scores")

FORM = "scoring_rubric_form.html"
HERE = "/portfolio/rubric"


@pages.get("/portfolio/scores", template="scores.html")
def show(work: Work) -> views.ScoresPage:
    """All use cases by the rubric, by RICE and by WSJF."""
    rubric, scored = flows.scored(work)
    ranked = [(method, priorities.prioritise(work, method)[0]) for method in Method]
    return views.page(work, rubric, scored, ranked)


@pages.get(HERE, template="scoring_rubric.html")
def rubric(work: Work) -> rubrics.RubricPage:
    """What use cases are scored by."""
    return rubrics.page(work, tables.in_force(work), reads.stated_rubrics(work))


@pages.get(f"{HERE}/edit", template=FORM)
def edit(work: Work) -> rubrics.RubricFormPage:
    """The form of the rubric, with what is in force."""
    return rubrics.form(work, tables.in_force(work))


def _again(work: Work, form: Form, refused: GonogoError) -> Shown:
    return Shown(FORM, _form(work, form, refused=refused))


@pages.post(f"{HERE}/check", action=Action.READ, again=_again)
def check(work: Work, form: Form) -> Shown:
    """Read a text as it would be stated, and state nothing."""
    work.allow(Action.READ)
    _asked(form)
    return Shown(FORM, _form(work, form, checked=True))


@pages.post(HERE, action=Action.RUBRIC_STATE, again=_again)
def state(work: Work, form: Form) -> Done:
    """Score by this from now on."""
    text = _asked(form)
    now = tables.in_force(work)
    if form.get("number", "") != str(now.number):
        raise Stale(field="number", expected="the rubric as it is now: open it again")
    made = actions.state_rubric(work, text)
    says = "Nothing was changed." if made.number == now.number else "The rubric is in force."
    return Done(HERE, says)


def _form(
    work: Work, form: Form, *, checked: bool = False, refused: GonogoError | None = None
) -> rubrics.RubricFormPage:
    given = form.get("number", "")
    return rubrics.form(
        work,
        tables.in_force(work),
        text=_text(form),
        number=int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None,
        checked=checked,
        refused=None if refused is None else refused_page(refused),
    )


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")


def _asked(form: Form) -> str:
    return parsed(schemas.RubricText, {"text": _text(form)}).text
