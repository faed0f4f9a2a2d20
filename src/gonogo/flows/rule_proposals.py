"""Rules proposed from a dataset version: its rows are read, then what they keep is proposed."""

from gonogo.checks.data.rules.inferring import infer
from gonogo.checks.data.rules.writing import written
from gonogo.checks.inputs.schema import schema_from_json
from gonogo.core.caller import Caller
from gonogo.core.roles import Action
from gonogo.domain.data_rules import actions
from gonogo.domain.data_rules.rules import Proposal
from gonogo.domain.datasets import reads, tables
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


def propose_from(
    open_work: OpenWork, caller: Caller, files: Files, name: str, version: str
) -> tuple[Proposal, bool]:
    """The rules that a version keeps, proposed for its dataset; whether that is new.

    Reading is slow, so outside of any Work. Raises `NotFound`, `Forbidden`, and `Invalid` for a
    version of too few rows.
    """
    with open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.RULES_PROPOSE, on=found.subject)
    schema = schema_from_json(list(found.about.columns))
    source = f"{name}@{version}, {found.content.rows:,} rows"
    document = infer(reads.frame(files, found), schema, dataset=name, source=source)
    with open_work(caller) as work:
        return actions.propose(work, name, written(document))
