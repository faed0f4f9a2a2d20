"""Only store/ledger.py writes the ledger's tables.

An entry gets its position and the digest of the one before under a lock, and evidence is indexed
with it. A row put there in any other way breaks the chain for good, as nothing can be taken back.
"""

import ast
import re
from collections.abc import Iterator

from lint.source import Finding, Source

HOME = "gonogo.store.ledger"
TABLES = ("ledger", "head", "current")
WRITES = ("insert", "update", "delete")
STATEMENT = re.compile(
    r"\b(insert\s+into|update|delete\s+from)\s+(ledger|ledger_head|evidence_current)\b",
    re.IGNORECASE,
)
MESSAGE = "only store/ledger.py writes the ledger's tables; use `work.append` or `work.decide`"


def find(source: Source) -> Iterator[Finding]:
    """Writes to the ledger's tables, as expressions and as text."""
    for call in source.calls():
        if _writes(source, call):
            yield Finding(call.lineno, MESSAGE)
    for constant in source.strings():
        if STATEMENT.search(str(constant.value)):
            yield Finding(constant.lineno, MESSAGE)


def _writes(source: Source, call: ast.Call) -> bool:
    name = source.full_name(call.func)
    table, _, verb = name.rpartition(".")
    if verb not in WRITES:
        return False
    return _is_table(table) or any(_is_table(source.full_name(given)) for given in call.args[:1])


def _is_table(name: str) -> bool:
    home, _, table = name.rpartition(".")
    return home == HOME and table in TABLES
