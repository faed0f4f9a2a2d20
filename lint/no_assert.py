"""No `assert` in the package.

`python -O` takes asserts away, and an AssertionError names neither field nor value nor what would
be right. Raise a kind of core/errors.py; where only the type checker has to be told, `assert_never`
and a plain `if` do.
"""

import ast
from collections.abc import Iterator

from lint.source import Finding, Source


def find(source: Source) -> Iterator[Finding]:
    """Assert statements."""
    for node in source.nodes:
        if isinstance(node, ast.Assert):
            yield Finding(node.lineno, "raise a kind of core/errors.py instead of assert")
