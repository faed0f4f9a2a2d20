"""What a repository shows of how its code is made: its tests, changes that others saw."""

import ast
import re
from collections.abc import Mapping, Sequence

from gonogo.checks.engineering.history import Commit, Repository
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Undefined, exact
from gonogo.stats.proportions import wilson

TESTS = "engineering.test_count"
REVIEWED = "engineering.reviewed_changes"
COMMITS = 100
"""Changes that are looked at where nothing is said."""
MOST = 10_000
"""Changes that may be looked at."""
AROUND = 20_000
"""Changes among which merges are looked for."""
LARGEST = 1 << 20
"""Bytes a test file may have; a larger one is told as unreadable."""
SHOWN = 50
"""Changes nobody else saw that are told."""
TEST_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_test)\.py$")
"""How pytest calls files with tests, where nobody told it otherwise."""
SEEN_BY = re.compile(
    r"^(reviewed-by|co-authored-by|acked-by|tested-by):.*<([^<>\s]+)>\s*$", re.IGNORECASE
)
PLATFORMS = frozenset({"noreply@github.com"})
"""Committers that are no person: what a platform puts in was not seen by it."""


def defined_tests(repository: Repository, asked: Parameters) -> Finding:
    """How many tests the committed files define, by pytest's names, unit count, counted.

    Functions `test…` of a module, and methods `test…` of classes `Test…` or of unittest's
    TestCase, in files `test_….py` and `…_test.py`. They are read, never run: a test with
    parameters counts once, and one that fails counts too. Detail: files, and those unreadable.
    """
    settings = settle_parameters(TESTS, asked)
    named = [one for one in repository.blobs() if TEST_FILE.search(one.path)]
    small = [one for one in named if one.size <= LARGEST]
    counts = {one.path: _tests_in(content) for one, content in repository.contents(small)}
    unreadable = sorted(
        {one.path for one in named} - {p for p, n in counts.items() if n is not None}
    )
    found = {path: number for path, number in counts.items() if number is not None}
    measured = exact(
        sum(found.values()), n=len(named), unit="count", of=f"the files of {repository.code}"
    )
    detail: dict[str, Json] = {
        "files": len(named),
        "unreadable": list(unreadable[:SHOWN]),
        "without_tests": sum(number == 0 for number in found.values()),
    }
    return Finding(TESTS, settings.values, measured, detail)


def reviewed_changes(repository: Repository, asked: Parameters) -> Finding:
    """Share of the last `commits` changes that a second person saw, unit share, Wilson interval.

    A second person put the change in, merged it, or stands in it as reviewer or co-author. What
    people did without leaving a trace in git is not seen. Merges themselves are no changes. The
    interval takes the changes for a sample of how the team works. Detail: how many by which trace,
    the authors' number, and changes nobody else saw.
    """
    settings = settle_parameters(REVIEWED, asked, level=defaults.LEVEL, commits=COMMITS)
    wanted = settings.whole("commits")
    if not 1 <= wanted <= MOST:
        raise Invalid(field="with.commits", value=wanted, expected=f"1 to {MOST:,}")
    around = repository.commits(AROUND)
    merged = _merged_by(around)
    changes = [one for one in around if len(one.parents) < 2][:wanted]
    traces = {one.digest: _trace(one, merged) for one in changes}
    if not changes:
        return Finding(REVIEWED, settings.values, Undefined("no changes", n=0))
    unseen = [digest for digest, trace in traces.items() if trace is None]
    measured = wilson(Counts(len(changes) - len(unseen), len(changes)), settings.level)
    detail: dict[str, Json] = {
        "seen_by": {
            name: sum(trace == name for trace in traces.values())
            for name in ("committer", "merge", "trailer")
        },
        "authors": len({one.author for one in changes}),
        "shallow": repository.shallow,
        "unseen": [digest[:12] for digest in unseen[:SHOWN]],
    }
    return Finding(REVIEWED, settings.values, measured, detail)


def _tests_in(content: bytes) -> int | None:
    """How many tests a file defines; None where it is no Python that can be read."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _count(tree.body, in_tests=True)


def _count(body: Sequence[ast.stmt], *, in_tests: bool) -> int:
    found = 0
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            found += in_tests and one.name.startswith("test")
        elif isinstance(one, ast.ClassDef) and _of_tests(one):
            found += _count(one.body, in_tests=True)
    return found


def _of_tests(one: ast.ClassDef) -> bool:
    bases = {_last(base) for base in one.bases}
    if any(name.endswith("TestCase") for name in bases):
        return True
    made = any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in one.body)
    return one.name.startswith("Test") and not made


def _last(base: ast.expr) -> str:
    match base:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _trace(one: Commit, merged: Mapping[str, str]) -> str | None:
    """What shows that somebody else saw the change; None where nothing does."""
    if one.committer != one.author and one.committer not in PLATFORMS:
        return "committer"
    if merged.get(one.digest, one.author) != one.author:
        return "merge"
    for line in one.message.splitlines():
        found = SEEN_BY.match(line.strip())
        if found is not None and found[2].lower() != one.author:
            return "trailer"
    return None


def _merged_by(commits: Sequence[Commit]) -> dict[str, str]:
    """Of each change that came by a merge into the main line, who made the first such merge."""
    known = {one.digest: one for one in commits}
    main: list[Commit] = []
    at = commits[0] if commits else None
    while at is not None:
        main.append(at)
        at = known.get(at.parents[0]) if at.parents else None
    seen = {one.digest for one in main}
    merged: dict[str, str] = {}
    for merge in reversed(main):
        waiting = list(merge.parents[1:])
        while waiting:
            digest = waiting.pop()
            if digest in seen or digest not in known:
                continue
            seen.add(digest)
            merged[digest] = merge.author
            waiting.extend(known[digest].parents)
    return merged
