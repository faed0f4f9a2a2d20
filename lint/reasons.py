"""An exception to a checker has its reason on the same line.

Without one nobody dares to take it away again: `x = y  # type: ignore[misc]  # four columns`.
"""

import re
from collections.abc import Iterator

from lint.source import Finding, Source

DIRECTIVE = re.compile(r"#\s*(type:\s*ignore|noqa|pragma:|ruff:|mypy:)")
REASON = re.compile(r"#\s*(?!type:\s*ignore|noqa|pragma:|ruff:|mypy:)\w.*\w")


def find(source: Source) -> Iterator[Finding]:
    """Directives without a second comment behind them."""
    for line, comment in source.comments():
        found = list(DIRECTIVE.finditer(comment))
        if found and not REASON.search(comment, found[-1].end()):
            yield Finding(line, f"{found[-1][1]}: add the reason, `{found[-1][0]} ...  # why`")
