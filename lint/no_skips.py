"""No test is skipped.

A skipped test is a promise nobody checks while the closing line stays green. What a test needs
(PostgreSQL, a browser) is installed by `make test`; what takes long is marked slow.
"""

from collections.abc import Iterator

from lint.source import Finding, Source

SKIPS = frozenset(
    {
        "pytest.skip",
        "pytest.importorskip",
        "pytest.xfail",
        "pytest.mark.skip",
        "pytest.mark.skipif",
        "pytest.mark.xfail",
        "unittest.skip",
        "unittest.skipIf",
    }
)


def find(source: Source) -> Iterator[Finding]:
    """Skips and expected failures."""
    for node in source.nodes:
        name = source.full_name(node)
        if name in SKIPS:
            yield Finding(getattr(node, "lineno", 1), f"{name}: make the test run, or remove it")
