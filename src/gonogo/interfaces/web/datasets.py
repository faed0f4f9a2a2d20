"""Datasets: the list, one of them, one version, and having the server look at its file."""

from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.domain.datasets import measuring, reads, tables
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.interfaces.web.kit import Done, Form, Pages
from gonogo.interfaces.web.needs import WebNeeds
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
    found = _of(needs, caller, name, version, Action.READ)
    reads.verify(needs.files, found)
    says = f"The file is as it was registered: its SHA-256 is {found.content.digest}."
    return Done(f"/datasets/{name}/{version}", says)


@pages.post("/datasets/{name}/{version}/measure", action=Action.EVIDENCE_REPRODUCE)
def measure(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Have the server measure a version itself, from the file it keeps."""
    found = _of(needs, caller, name, version, Action.EVIDENCE_REPRODUCE)
    subject = str(found.subject)
    findings = measuring.measure(needs.files, found)
    drafts = [of_finding(one, subject=subject, data=subject) for one in findings]
    with needs.open_work(caller) as work:
        evidence.record(work, drafts, reproduced=True)
    return Done(f"/datasets/{name}/{version}", f"{len(drafts)} checks are measured.")


def _of(needs: WebNeeds, caller: Caller, name: str, version: str, action: Action) -> DatasetVersion:
    """The version, if the caller may do that to it."""
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(action, on=found.subject)
    return found
