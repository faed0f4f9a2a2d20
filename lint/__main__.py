"""`python -m lint [places...]`: print what breaks a rule of ours; exit code 1 if anything does."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from lint.source import Finding, Rule, Source
from lint.table import RULES

ROOT = Path(__file__).resolve().parents[1]


def check(source: Source, rules: Iterable[Rule] = RULES) -> Iterator[tuple[Rule, Finding]]:
    """What breaks which of `rules` in one file."""
    for rule in rules:
        if rule.holds_for(source):
            for finding in rule.find(source):
                yield rule, finding


def sources(root: Path, places: Sequence[str]) -> Iterator[Source]:
    """The text files at or below `places` that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(filter(None, listed.stdout.split("\0")))):
        path = root / name
        if not path.is_file():
            continue  # removed, but not yet from the index
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or the like
        yield Source(PurePosixPath(name), text)


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Check `arguments`, or everything; the exit code."""
    broken = 0
    for source in sources(root, arguments):
        for rule, finding in check(source):
            sys.stdout.write(f"{source.path}:{finding.line}: {rule.name}: {finding.message}\n")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
