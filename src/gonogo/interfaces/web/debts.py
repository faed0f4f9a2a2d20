"""Technical debt of a use case: the register, noting a debt, settling one."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.debts import actions, rules
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.schemas import debts as schemas
from gonogo.store.work import Work
from gonogo.views import debts as views

pages = Pages("debts")


@pages.get("/cases/{case}/debts", template="debts.html")
def show(work: Work, case: str) -> views.DebtsPage:
    """The debts of a use case, the dearest a month first."""
    return views.debts(work, case)


def _note_again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    page = views.debts(work, case, values=form, refused=refused_page(refused))
    return Shown("debts.html", page)


@pages.post("/cases/{case}/debts", action=Action.DEBT_KEEP, again=_note_again)
def note(work: Work, case: str, form: Form) -> Done:
    """Note a debt: what it takes to pay it off, what it costs until then, who answers for it."""
    asked = parsed(schemas.NewDebt, form)
    text = rules.DebtText(
        title=asked.title,
        principal=asked.principal,
        interest=rules.Range(asked.interest.low, asked.interest.value, asked.interest.high),
        owner_role=asked.owner_role,
        place=asked.place,
    )
    made = actions.note(work, case, text)
    return Done(f"/cases/{case}/debts", f"Debt {made.number} is noted.")


def _settle_again(work: Work, case: str, number: int, form: Form, refused: GonogoError) -> Shown:
    page = views.debts(work, case, values=form, settling=number, refused=refused_page(refused))
    return Shown("debts.html", page)


@pages.post("/cases/{case}/debts/{number}/settle", action=Action.DEBT_KEEP, again=_settle_again)
def settle(work: Work, case: str, number: int, form: Form) -> Done:
    """Say that a debt was paid off, naming the ledger entry that shows it."""
    asked = parsed(schemas.SettleDebt, form)
    actions.settle(work, case, number, reason=asked.reason, evidence=asked.evidence)
    return Done(f"/cases/{case}/debts", f"Debt {number} is settled.")
