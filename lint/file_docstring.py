"""The first line of a file says what lives there.

Whoever looks for something reads first lines, not files. Empty files need none.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source


def find(source: Source) -> Iterator[Finding]:
    """A file that begins with something else."""
    if not source.tree.body:
        return
    # A script may have its #! line before.
    expected = 2 if source.text.startswith("#!") else 1
    if ast.get_docstring(source.tree) is None or source.tree.body[0].lineno != expected:
        yield Finding(1, "begin the file with a docstring that says what lives there")
