"""Gate reviews: the list, one of them, and the forms that open, sign, waive and decide."""

from gonogo.core.decisions import Outcome
from gonogo.core.errors import GonogoError
from gonogo.core.gates import STEPS, gate_name
from gonogo.core.roles import Action, role
from gonogo.core.subjects import Subject
from gonogo.core.times import moment
from gonogo.domain.gates import actions
from gonogo.flows import reviews as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Again, Done, Form, Pages, Shown
from gonogo.schemas import reviews as schemas
from gonogo.store.work import Work
from gonogo.views import review_list
from gonogo.views import reviews as views
from gonogo.views.standing import standing

pages = Pages("reviews")


@pages.get("/reviews", template="reviews.html")
def listed(
    work: Work, state: str = "", gate: str = "", subject: str = "", cursor: str | None = None
) -> review_list.ReviewsPage:
    """Reviews, newest first."""
    return review_list.listed(work, state=state, gate=gate, subject=subject, cursor=cursor)


def _listed_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    page = review_list.listed(work, values=dict(form), refused=refused_page(refused))
    return Shown("reviews.html", page)


@pages.post("/reviews", action=Action.REVIEW_OPEN, again=_listed_again)
def open_review(work: Work, form: Form) -> Done:
    """Poll a gate for a model version; the review that is open, where there is one."""
    asked = parsed(schemas.OpenReview, form)
    subject = Subject.parse(asked.subject)
    review, opened = flows.open_review(work, subject, gate_name(asked.gate))
    says = "The review is open." if opened else "This gate is under review already."
    return Done(f"/reviews/{review.id}", says)


@pages.get("/reviews/{review}", template="review.html")
def show(work: Work, review: str) -> views.ReviewPage:
    """One review, polled now while it is open."""
    return views.review(work, review)


def _again(name: str) -> Again:
    """The review once more, with what was filled in into its form called `name`."""

    def drawn(work: Work, review: str, form: Form, refused: GonogoError) -> Shown:
        page = views.review(work, review, form=name, values=form, refused=refused_page(refused))
        return Shown("review.html", page)

    return drawn


@pages.post("/reviews/{review}/sign-offs", action=Action.REVIEW_SIGN, again=_again("sign"))
def sign(work: Work, review: str, form: Form) -> Done:
    """Sign for a role, go or no-go."""
    asked = parsed(schemas.NewSignOff, form)
    given = actions.sign(
        work,
        review,
        standing,
        role=role("role", asked.role),
        outcome=Outcome(asked.outcome),
        comment=asked.comment,
    )
    return Done(f"/reviews/{review}", f"You signed {given.outcome} as {given.role}.")


@pages.post("/reviews/{review}/waivers", action=Action.REVIEW_WAIVE, again=_again("waive"))
def waive(work: Work, review: str, form: Form) -> Done:
    """Let a condition that is not go pass for a time."""
    asked = parsed(schemas.NewWaiver, form)
    given = actions.waive(
        work,
        review,
        standing,
        condition=asked.condition,
        reason=asked.reason,
        role=role("role", asked.role),
        expires=moment(asked.expires.isoformat(), "expires"),
    )
    return Done(f"/reviews/{review}", f"Waived until {given.expires[:10]}.")


def _withdraw_again(
    work: Work, review: str, waiver: str, form: Form, refused: GonogoError
) -> Shown:
    values = {**form, "waiver": waiver}
    page = views.review(work, review, form="withdraw", values=values, refused=refused_page(refused))
    return Shown("review.html", page)


@pages.post(
    "/reviews/{review}/waivers/{waiver}/withdrawal",
    action=Action.REVIEW_WAIVE,
    again=_withdraw_again,
)
def withdraw(work: Work, review: str, waiver: str, form: Form) -> Done:
    """Take a waiver back."""
    asked = parsed(schemas.Withdrawal, form)
    actions.withdraw(work, review, standing, waiver=waiver, reason=asked.reason)
    return Done(f"/reviews/{review}", "The waiver is withdrawn.")


@pages.post("/reviews/{review}/decision", action=Action.REVIEW_DECIDE, again=_again("decide"))
def decide(work: Work, review: str, form: Form) -> Done:
    """Decide the gate; go moves the version to the next stage."""
    asked = parsed(schemas.NewDecision, form)
    outcome = None if asked.outcome is None else Outcome(asked.outcome)
    decided = flows.decide(work, review, rationale=asked.rationale, outcome=outcome)
    says = f"Decided {decided.outcome}."
    if decided.outcome is Outcome.GO:
        says = f"Decided go: {decided.subject} is in {STEPS[decided.gate].after} now."
    return Done(f"/reviews/{review}", says)
