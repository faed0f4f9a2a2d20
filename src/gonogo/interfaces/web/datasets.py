"""Datasets: the list, one of them, one version, and having the server look at its file."""

from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.domain.data_rules import actions
from gonogo.domain.datasets import reads, tables
from gonogo.domain.evidence import actions as evidence
from gonogo.flows import dataset_measuring, rule_proposals
from gonogo.interfaces.web.forms import parsed
from gonogo.interfaces.web.kit import Done, Form, Pages
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import data_rules as schemas
from gonogo.store.work import Work
from gonogo.views import datasets as views

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
        found = dataset_measuring.prepared(work, name, version)
    drafts = dataset_measuring.measured(needs.files, found, None, needs.clock())
    with needs.open_work(caller) as work:
        evidence.record(work, drafts, reproduced=True)
    return Done(f"/datasets/{name}/{version}", f"{len(drafts)} checks are measured.")


@pages.post("/datasets/{name}/{version}/rules", action=Action.RULES_PROPOSE)
def propose_rules(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Propose the rules that a version keeps."""
    made, new = rule_proposals.propose_from(needs.open_work, caller, needs.files, name, version)
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


def _said(form: Form) -> dict[str, str]:
    return {name: text for name, text in form.items() if name != "answer"}
