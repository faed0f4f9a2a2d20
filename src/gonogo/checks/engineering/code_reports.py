"""Reports about code, read as evidence: coverage by tests, and what a linter found.

Source: Cobertura's XML as coverage.py writes it; lcov's tracefile (geninfo(1)); ruff's JSON; SARIF
as `scanners` reads it.
"""

import json
from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, fromstring

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.security import scanners
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, TooLarge
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import Undefined, exact

COVERAGE = "engineering.line_coverage"
LINT = "engineering.lint_findings"
LENGTH = 300
"""Characters of a name that are kept."""
SHOWN = 20
"""Files and rules that are told."""

Lines = dict[tuple[str, int], bool]
"""Whether a line of a file was reached."""


def line_coverage(content: bytes, asked: Parameters) -> Finding:
    """Share of the lines that tests reached, by a coverage report, unit share, counted.

    Of the lines that the report names: code it was not told of is not in it. Cobertura's XML or an
    lcov tracefile. Raises `Invalid` for anything else. Detail: format, files, and the least covered
    ones.

    >>> report = ["SF:a.py", "DA:1,3", "DA:2,0", "end_of_record"]
    >>> line_coverage(bytes(chr(10).join(report), "utf-8"), {}).measured.value
    0.5
    """
    _small(content)
    kind, lines = _coverage(content)
    settings = settle_parameters(COVERAGE, {**asked, "format": kind})
    if not lines:
        return Finding(COVERAGE, settings.values, Undefined("the report names no lines", n=0))
    reached = sum(lines.values())
    measured = exact(reached / len(lines), n=len(lines), unit="share", of="the report's lines")
    detail: dict[str, Json] = {
        "reached": reached,
        "files": len({file for file, _ in lines}),
        "least_covered": _least_covered(lines),
    }
    return Finding(COVERAGE, settings.values, measured, detail)


def lint_findings(content: bytes, asked: Parameters) -> Finding:
    """How many findings a linter's report leaves open, unit count, counted.

    SARIF, or ruff's JSON. Exact is the count of what it found by the rules it was told to hold.
    Raises `Invalid`. Detail: how many by rule, and how many were suppressed.

    >>> report = b'[{"code": "F401", "filename": "a.py", "message": "unused"}]'
    >>> lint_findings(report, {}).detail["by_rule"]
    {'F401': 1}
    """
    _small(content)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Invalid(field="report", value=str(error)[:LENGTH], expected="JSON") from error
    if isinstance(found, list):
        kind, scanner, rules, dismissed = "ruff", "ruff", _ruff(found), 0
    else:
        report = scanners.read_report(content, scanners.ReportFormat.SARIF)
        kind, scanner = str(report.format), report.scanner
        rules = [one.id for one in report.findings if not one.dismissed]
        dismissed = len(report.findings) - len(rules)
    settings = settle_parameters(LINT, {**asked, "format": kind, "scanner": scanner})
    measured = exact(len(rules), n=len(rules) + dismissed, unit="count", of=f"{scanner}'s report")
    by_rule: dict[str, Json] = dict(Counter(rules).most_common(SHOWN))
    detail: dict[str, Json] = {"by_rule": by_rule, "suppressed": dismissed}
    return Finding(LINT, settings.values, measured, detail)


def _coverage(content: bytes) -> tuple[str, Lines]:
    start = content.lstrip()[:1]
    if start == b"<":
        return "cobertura", _cobertura(content)
    if content.lstrip()[:3] in {b"TN:", b"SF:"}:
        return "lcov", _lcov(content.decode(errors="replace"))
    raise Invalid(field="report", expected="Cobertura's XML, or an lcov tracefile")


def _cobertura(content: bytes) -> Lines:
    if b"<!ENTITY" in content:
        # A few of these expand to gigabytes; no coverage report has any.
        raise Invalid(field="report", value="<!ENTITY", expected="XML without entities of its own")
    try:
        top = fromstring(content)  # noqa: S314  # entities are refused above, others never fetched
    except (ParseError, ValueError, LookupError) as error:
        raise Invalid(field="report", value=str(error)[:LENGTH], expected="XML") from error
    if top.tag != "coverage":
        raise Invalid(field="report", value=top.tag[:LENGTH], expected="Cobertura's <coverage>")
    lines: Lines = {}
    for one in top.iter("class"):
        file = (one.get("filename") or "")[:LENGTH]
        for line in one.findall("lines/line"):
            _reached(lines, file, _whole(line, "number"), _whole(line, "hits"))
    return lines


def _whole(line: Element, name: str) -> int:
    return _number(line.get(name) or "", f"report.line.{name}")


def _lcov(text: str) -> Lines:
    lines: Lines = {}
    file = ""
    for line in text.splitlines():
        kind, _, said = line.partition(":")
        if kind == "SF":
            file = said[:LENGTH]
        elif kind == "DA":
            number, hits, *_ = (*said.split(","), "")
            _reached(lines, file, _number(number, "report.DA"), _number(hits, "report.DA"))
    return lines


def _reached(lines: Lines, file: str, number: int, hits: int) -> None:
    # A line of several classes or runs counts once, and as reached if any reached it.
    lines[file, number] = lines.get((file, number), False) or hits > 0


def _number(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Invalid(field=field, value=text[:LENGTH], expected="a whole number, 0 or more")
    return int(text)


def _least_covered(lines: Lines) -> list[Json]:
    counted: Counter[str] = Counter(file for file, _ in lines)
    reached: Counter[str] = Counter(file for (file, _), hit in lines.items() if hit)
    worst = sorted(counted, key=lambda file: (reached[file] / counted[file], file))[:SHOWN]
    return [
        {"file": file, "lines": counted[file], "reached": reached[file]}
        for file in worst
        if reached[file] < counted[file]
    ]


def _ruff(found: list[object]) -> list[str]:
    rules = []
    for at, one in enumerate(found):
        if not isinstance(one, Mapping) or "filename" not in one or "message" not in one:
            raise Invalid(field=f"report.{at}", value=type(one).__name__, expected="ruff's finding")
        # What is no Python at all has no rule.
        rules.append(str(one.get("code") or "syntax error")[:LENGTH])
    return rules


def _small(content: bytes) -> None:
    if len(content) > scanners.LARGEST:
        raise TooLarge(
            field="report",
            value=f"{len(content):,} bytes",
            expected=f"at most {scanners.LARGEST:,}",
        )
