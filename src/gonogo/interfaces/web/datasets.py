"""Datasets: the list, one of them, one version, and having the server look at its file."""

from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.domain.datasets import reads, tables
from gonogo.domain.evidence import actions as evidence
from gonogo.flows import dataset_measuring
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
