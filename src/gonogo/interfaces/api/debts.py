"""REST: the technical debt of a use case."""

from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.debts import actions, reads, rules
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import debts as schemas
from gonogo.store.work import Work

routes = Routes("debts")


@routes.get("/cases/{case}/debts")
def listed(work: Work, case: str, opened: bool = False) -> schemas.DebtRegister:
    """The debts of a use case, the dearest a month first; `opened`: only those not settled."""
    work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    found = reads.of_case(work, case, opened=opened)
    summed = rules.register(found)
    return schemas.DebtRegister(
        items=[told(work, one) for one in found],
        principal=summed.principal,
        interest=schemas.Range.model_validate(summed.interest),
        pays_back_in=summed.pays_back_in,
    )


@routes.post("/cases/{case}/debts", action=Action.DEBT_KEEP)
def note(work: Work, case: str, asked: schemas.NewDebt) -> schemas.Debt:
    """Note a debt: what it takes to pay it off, what it costs until then, who answers for it."""
    text = rules.DebtText(
        title=asked.title,
        principal=asked.principal,
        interest=rules.Range(asked.interest.low, asked.interest.value, asked.interest.high),
        owner_role=asked.owner_role,
        place=asked.place,
    )
    return told(work, actions.note(work, case, text))


@routes.post("/cases/{case}/debts/{number}/settle", action=Action.DEBT_KEEP, status=200)
def settle(work: Work, case: str, number: int, asked: schemas.SettleDebt) -> schemas.Debt:
    """Say that a debt was paid off, naming the ledger entry that shows it."""
    done = actions.settle(work, case, number, reason=asked.reason, evidence=asked.evidence)
    return told(work, done)


def told(work: Work, debt: rules.Debt) -> schemas.Debt:
    """A debt as it travels."""
    text, settled = debt.text, debt.settled
    return schemas.Debt(
        case=debt.case,
        number=debt.number,
        title=text.title,
        principal=text.principal,
        interest=schemas.Range.model_validate(text.interest),
        paid=schemas.Range.model_validate(debt.paid(work.now)),
        owner_role=text.owner_role,
        place=text.place,
        noted_at=debt.noted_at,
        noted_by=debt.noted_by,
        entry=debt.entry,
        settled_at=None if settled is None else settled.at,
        settled_by=None if settled is None else settled.by,
        reason=None if settled is None else settled.reason,
        evidence=None if settled is None else settled.evidence,
        settled_entry=None if settled is None else settled.entry,
    )
