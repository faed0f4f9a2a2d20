"""Datasets: the list, one of them, one version, and having the server look at its file."""

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError
from gonogo.core.roles import Action
from gonogo.domain.data_rules import actions, rules
from gonogo.domain.data_rules import tables as rule_tables
from gonogo.domain.datasets import reads, tables
from gonogo.flows import rule_proposals
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.measurements import measured_soon
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import data_rules as schemas
from gonogo.store.work import Work
from gonogo.views import datasets as views
from gonogo.views import rules_form

pages = Pages("datasets")


@pages.get("/datasets", template="datasets.html")
def listed(work: Work, cursor: str | None = None) -> views.DatasetsPage:
    """All datasets."""
    return views.listed(work, cursor)


@pages.get("/datasets/{name}", template="dataset.html")
def show(work: Work, name: str) -> views.DatasetPage:
    """One dataset with its versions."""
    return views.dataset(work, name)


@pages.get("/datasets/{name}/{version}", template="dataset_version.html")
def version(work: Work, name: str, version: str) -> views.DatasetVersionPage:
    """One version."""
    return views.version(work, name, version)


@pages.post("/datasets/{name}/{version}/verify", action=Action.READ)
def verify(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Hash the file again; a refusal names the version whose file changed."""
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.READ, on=found.subject)
    reads.verify(needs.files, found)
    says = f"The file is as it was registered: its SHA-256 is {found.content.digest}."
    return Done(f"/datasets/{name}/{version}", says)


@pages.post("/datasets/{name}/{version}/measure", action=Action.EVIDENCE_REPRODUCE)
def measure(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Have the server measure a version itself, from the file it keeps."""
    with needs.open_work(caller, write=False) as work:
        subject = tables.get(work, name, version).subject
    return Done(f"/datasets/{name}/{version}", measured_soon(needs, caller, subject, {}))


@pages.post("/datasets/{name}/{version}/rules", action=Action.RULES_PROPOSE)
def propose_rules(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Propose the rules that a version keeps."""
    made, new = rule_proposals.propose_from(needs.open_work, caller, needs.files, name, version)
    says = f"Rules {made.number} are proposed; another person accepts them."
    if not new:
        says = f"Rules {made.number} ask exactly this already; they are {made.state}."
    return Done(f"/datasets/{name}/{version}#rules", says)


@pages.get("/datasets/{name}/{version}/rules/{number}/edit", template="rules_form.html")
def edit_rules(work: Work, name: str, version: str, number: int) -> rules_form.RulesFormPage:
    """The text of a proposal that waits, to be edited; of number 0, rules are written anew."""
    if number:
        rules.check_open(rule_tables.get(work, name, number))
    return rules_form.form(work, name, version, number)


def _again(
    work: Work, name: str, version: str, number: int, form: Form, refused: GonogoError
) -> Shown:
    shown = refused_page(refused)
    page = rules_form.form(work, name, version, number, text=_text(form), refused=shown)
    return Shown("rules_form.html", page)


@pages.post("/datasets/{name}/{version}/rules/{number}/check", action=Action.READ, again=_again)
def check_rules(work: Work, name: str, version: str, number: int, form: Form) -> Shown:
    """Read a text as it would be proposed, and propose nothing."""
    work.allow(Action.READ)
    text = _asked(form)
    checked = rules.read(name, text)
    page = rules_form.form(work, name, version, number, text=text, checked=checked)
    return Shown("rules_form.html", page)


@pages.post(
    "/datasets/{name}/{version}/rules/{number}/edit", action=Action.RULES_PROPOSE, again=_again
)
def propose_edited(work: Work, name: str, version: str, number: int, form: Form) -> Done:
    """Propose the text, in place of the proposal that was edited."""
    text = _asked(form)
    if number:
        made, new = actions.revise(work, name, number, text)
    else:
        made, new = actions.propose(work, name, text)
    says = f"Rules {made.number} are proposed; another person accepts them."
    if not new:
        says = f"Rules {made.number} ask exactly this already; they are {made.state}."
    return Done(f"/datasets/{name}/{version}#rules", says)


@pages.post("/datasets/{name}/{version}/rules/{number}/answer", action=Action.RULES_ACCEPT)
def answer_rules(work: Work, name: str, version: str, number: int, form: Form) -> Done:
    """Accept a proposal, or decline it with a reason."""
    here = f"/datasets/{name}/{version}#rules"
    if form.get("answer") == "accept":
        accepted = parsed(schemas.AcceptRules, _said(form))
        actions.accept(work, name, number, reason=accepted.reason)
        return Done(here, f"Rules {number} are in force: later measurements hold to them.")
    declined = parsed(schemas.DeclineRules, _said(form))
    actions.decline(work, name, number, reason=declined.reason)
    return Done(here, f"Rules {number} are declined.")


def _text(form: Form) -> str:
    """The text as it was written: browsers send the ends of lines in their own way."""
    return form.get("text", "").replace("\r\n", "\n")


def _asked(form: Form) -> str:
    return parsed(schemas.RulesText, {**form, "text": _text(form)}).text


def _said(form: Form) -> dict[str, str]:
    return {name: text for name, text in form.items() if name != "answer"}
