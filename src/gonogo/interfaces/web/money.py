"""Money: of all use cases and of one; budgets and prices are written, payments sent, here."""

from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.budgets import actions
from gonogo.domain.compute import actions as compute_actions
from gonogo.domain.compute import tables as compute_tables
from gonogo.domain.compute.reading import parse as parse_prices
from gonogo.flows import compute, stating
from gonogo.flows import money as flows
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import budgets as schemas
from gonogo.schemas import compute as compute_schemas
from gonogo.store.work import Work
from gonogo.views import money as views
from gonogo.views import money_forms as forms
from gonogo.views import money_overview as overview
from gonogo.views.compute import computed
from gonogo.views.refused import Refused

pages = Pages("money")

ALL, CASE, TEXT = "money.html", "case_money.html", "money_form.html"
AHEAD = (1, 10)
"""How many more runs are estimated on the page of a use case."""
QUOTA = ("what", "limit", "per")
PRICES = """currency: USD
otherwise: laptop
machines:
  laptop: {hour: 0.50, watts: {low: 20, likely: 45, high: 90}, place: office}
  trainer: {cpus: 16, cpu_hour: 0.05, gpus: 1, gpu_hour: 2.20, place: office,
            watts: {low: 200, likely: 350, high: 500}}
grams_per_kwh:
  office: {low: 280, likely: 350, high: 420}
"""
"""What a new price list begins with."""


@pages.get("/money", template=ALL)
def show(work: Work, needs: WebNeeds, currency: str = "") -> overview.MoneyPage:
    """All use cases with a budget or payments, what runs used, and what is not used."""
    return _all(work, needs, currency)


def _all_again(work: Work, needs: WebNeeds, form: Form, refused: GonogoError) -> Shown:
    page = _all(work, needs, "", csv=_table(form), refused=refused_page(refused))
    return Shown(ALL, page)


@pages.post("/money/payments", action=Action.BUDGET_KEEP, again=_all_again)
def take_in(work: Work, form: Form) -> Done:
    """Take in payments of any use cases, all or none."""
    return Done("/money", _said(actions.take_in(work, _csv(form))))


@pages.get("/money/prices", template=TEXT)
def prices(work: Work) -> forms.TextFormPage:
    """The price list, as it is written."""
    return _prices(work)


def _prices_again(work: Work, form: Form, refused: GonogoError) -> Shown:
    return Shown(TEXT, _prices(work, text=_text(form), refused=refused_page(refused)))


@pages.post("/money/prices/check", action=Action.READ, again=_prices_again)
def check_prices(work: Work, form: Form) -> Shown:
    """Read a price list as it would be stated, and state nothing."""
    work.allow(Action.READ)
    text = parsed(compute_schemas.PricesText, {"text": _text(form)}).text
    found = parse_prices(text)
    each = ", ".join(f"{one.name} {one.hour:g}" for one in found.machines.values())
    return Shown(TEXT, _prices(work, text=text, says=f"{found.currency} an hour: {each}"))


@pages.post("/money/prices", action=Action.COMPUTE_STATE, again=_prices_again)
def state_prices(work: Work, form: Form) -> Done:
    """Put a price list into force."""
    asked = parsed(compute_schemas.PricesText, {"text": _text(form)})
    made = compute_actions.state_prices(work, asked.text)
    return Done("/money#compute", f"Price list {made.number} is in force.")


@pages.get("/cases/{case}/money", template=CASE)
def of_case(work: Work, needs: WebNeeds, case: str) -> views.CaseMoneyPage:
    """Where the money of a use case stands."""
    return _one(work, needs, case)


def _payments_again(
    work: Work, needs: WebNeeds, case: str, form: Form, refused: GonogoError
) -> Shown:
    shown = refused_page(refused)
    return Shown(CASE, _one(work, needs, case, form="payments", csv=_table(form), refused=shown))


@pages.post("/cases/{case}/money/payments", action=Action.BUDGET_KEEP, again=_payments_again)
def take_in_of(work: Work, case: str, form: Form) -> Done:
    """Take in payments of one use case, all or none."""
    done = actions.take_in(work, _csv(form), only=case)
    return Done(f"/cases/{case}/money#payments", _said(done))


def _quota_again(work: Work, needs: WebNeeds, case: str, form: Form, refused: GonogoError) -> Shown:
    values = {name: form.get(name, "")[:100] for name in QUOTA}
    shown = refused_page(refused)
    return Shown(CASE, _one(work, needs, case, form="quota", values=values, refused=shown))


@pages.post("/cases/{case}/money/quota", action=Action.BUDGET_KEEP, again=_quota_again)
def set_quota(work: Work, case: str, form: Form) -> Done:
    """Set a quota; without a limit, take it away."""
    what, per = form.get("what", ""), form.get("per", "") or "month"
    to = f"/cases/{case}/money#compute"
    if not form.get("limit", "").strip():
        compute_actions.lift_quota(work, case, what, per=per)
        return Done(to, f"There is no quota of {what} a {per} any more.")
    asked = parsed(compute_schemas.NewQuota, {"limit": form["limit"], "per": per})
    compute_actions.set_quota(work, case, what, limit=asked.limit, per=asked.per)
    return Done(to, "The quota holds.")


@pages.post("/cases/{case}/money/evidence", action=Action.PLAN_FORECAST)
def keep(work: Work, needs: WebNeeds, case: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Keep what it will have cost, and what runs and answers cost and emitted, as evidence."""
    kept = flows.keep(work, case, needs.log)
    said = f"{len(kept)} measurements are kept." if kept else "There is nothing to keep yet."
    return Done(f"/cases/{case}/money", said)


@pages.get("/cases/{case}/money/edit", template=TEXT)
def edit(work: Work, case: str) -> forms.TextFormPage:
    """The form of a budget, with what is in force or with a beginning."""
    return forms.budget_form(work, case)


def _budget_again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    shown = refused_page(refused)
    return Shown(TEXT, forms.budget_form(work, case, text=_text(form), refused=shown))


@pages.post("/cases/{case}/money/check", action=Action.READ, again=_budget_again)
def check(work: Work, case: str, form: Form) -> Shown:
    """Read a budget as it would be stated, and state nothing."""
    work.allow(Action.READ)
    text = parsed(schemas.BudgetText, {"text": _text(form)}).text
    stating.check_budget(work, case, text)
    return Shown(TEXT, forms.budget_form(work, case, text=text, checked=True))


@pages.post("/cases/{case}/money/edit", action=Action.BUDGET_KEEP, again=_budget_again)
def state(work: Work, case: str, form: Form) -> Done:
    """Put a budget into force."""
    text = parsed(schemas.BudgetText, {"text": _text(form)}).text
    made = stating.state_budget(work, case, text)
    return Done(f"/cases/{case}/money", f"Budget {made.number} is in force.")


def _all(
    work: Work, needs: WebNeeds, currency: str, *, csv: str = "", refused: Refused | None = None
) -> overview.MoneyPage:
    found = compute.usage(work)
    told = computed(
        found,
        compute.quotas(work, found),
        serving=compute.serving(work, needs.log, found),
        idle=compute.reserved(found, work, needs.log),
        unused=compute.unused(work, needs.log),
    )
    return overview.overview(work, found, told, currency, csv=csv, refused=refused)


def _one(
    work: Work,
    needs: WebNeeds,
    case: str,
    *,
    csv: str = "",
    values: Form | None = None,
    form: str = "",
    refused: Refused | None = None,
) -> views.CaseMoneyPage:
    standing = flows.standing(work, case)
    found = compute.usage(work, case=case)
    told = computed(
        found,
        compute.quotas(work, found, case),
        serving=compute.serving(work, needs.log, found, case),
        idle=compute.reserved_for(work, found, case, needs.log),
        unused=[one for one in compute.unused(work, needs.log) if one.case == case],
        ahead=[compute.ahead(found, case, runs) for runs in AHEAD],
    )
    return views.of_case(work, standing, told, csv=csv, values=values, form=form, refused=refused)


def _prices(
    work: Work, *, text: str | None = None, says: str = "", refused: Refused | None = None
) -> forms.TextFormPage:
    now = compute_tables.newest(work)
    lineage = work.subjects.lineage(ORGANISATION)
    return forms.text_form(
        "",
        "Price list",
        text if text is not None else PRICES if now is None else now.prices.text,
        in_force=0 if now is None else now.number,
        may_edit=work.caller.refuses(Action.COMPUTE_STATE, lineage) is None,
        says=says,
        refused=refused,
    )


def _csv(form: Form) -> str:
    return parsed(schemas.PaymentsText, {"csv": _table(form)}).csv


def _table(form: Form) -> str:
    """The table that was chosen as a file, else what was written."""
    return form.get("file", "") or form.get("csv", "")


def _said(done: actions.Imported) -> str:
    return f"{done.added} added, {done.corrected} put right, {done.unchanged} known already."


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")
