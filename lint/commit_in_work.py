"""`commit` stands in one file.

A second place that commits is a request half of which stays when the other half fails: rows without
their ledger entry, or an entry of something that never came about. `begin()` is a commit as well:
its block commits where it ends.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source

ENDS = ("commit", "begin")
STATEMENT = "COMMIT"


def find(source: Source) -> Iterator[Finding]:
    """Calls of `commit` and `begin`, and COMMIT as a statement."""
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr in ENDS:
            yield Finding(
                call.lineno,
                f"{call.func.attr}() belongs to store/work.py; ask for a Work with `open_work`",
            )
    for constant in source.strings():
        if str(constant.value).strip(" ;\n").upper() == STATEMENT:
            yield Finding(constant.lineno, "COMMIT belongs to store/work.py")
