"""Private statistics, joined from the rooms: whose rows, what may be told, what it costs."""

from gonogo.checks.inputs.schema import schema_from_json
from gonogo.checks.privacy.statistics import Query, check_query
from gonogo.checks.privacy.statistics import release as drawn
from gonogo.core.caller import Caller
from gonogo.domain.datasets import reads, tables
from gonogo.domain.disclosures import actions
from gonogo.domain.disclosures.rules import Release
from gonogo.store.files import Files
from gonogo.store.work import OpenWork


def release(
    open_work: OpenWork, caller: Caller, files: Files, name: str, version: str, query: Query
) -> tuple[Release, bool]:
    """The answer to `query` about a dataset version, and whether it was paid for just now.

    What was answered before is answered again, at no cost. The noise is drawn outside of any Work;
    then the budget is asked once more, and spent in the Work that writes the answer to the ledger.
    Nobody sees an answer that is not written: whoever is killed in between has told nothing, and
    two at once cannot both spend what is enough for one. Raises `NotFound`, `Forbidden`, `Invalid`
    and, with what is left, `Conflict`.
    """
    with open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        schema = schema_from_json(list(found.about.columns))
        check_query(query, schema)
        account = actions.allow_release(work, found.subject, query)
    if isinstance(account, Release):
        return account, False
    people = account.budget.allowance.rows_per_person
    answer = drawn(reads.frame(files, found), schema, query, people)
    with open_work(caller) as work:
        before = actions.allow_release(work, found.subject, query)
        made = actions.spend(work, found.subject, query, answer, people)
    return made, not isinstance(before, Release)
