"""Reports of security scanners, read as evidence: SARIF, CycloneDX, pip-audit.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) 2.1.0, with the score
`security-severity` that code scanning services put beside a rule; OWASP CycloneDX 1.4 to 1.7,
`vulnerabilities`; pip-audit's JSON. A finding whose severity is not told counts at every severity:
nobody knows it to be harmless.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid, TooLarge
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import exact

CHECK = "security.scanner_findings"
LARGEST = 64 << 20
"""Bytes a report may have."""
MOST = 200_000
"""Findings a report may have."""
SHOWN = 100
"""Open findings that are told, the worst ones first."""
LENGTH = 300
"""Characters of a finding's id, place and message that are kept."""


class ReportFormat(StrEnum):
    """The reports that can be read."""

    SARIF = "sarif"
    CYCLONEDX = "cyclonedx"
    PIP_AUDIT = "pip-audit"


class Severity(StrEnum):
    """How bad a finding is, from the least."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    """Not told; counts as the worst."""


ORDER = tuple(Severity)
FLOORS = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
"""From which severity findings are counted: one measurement for each."""
DISMISSED = frozenset({"not_affected", "false_positive", "resolved", "resolved_with_pedigree"})
"""What CycloneDX's analysis says of a vulnerability that is none here."""


@dataclass(frozen=True, slots=True)
class ScannerFinding:
    """One thing that a scanner found."""

    id: str
    """Its rule or vulnerability: CVE-2024-12345."""
    severity: Severity
    place: str
    """File and line, or package and version."""
    message: str
    dismissed: bool = False
    """Whether the report itself says that it is none: suppressed, not affected, resolved."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says."""

    format: ReportFormat
    scanner: str
    """Who wrote it, as far as it says."""
    findings: tuple[ScannerFinding, ...]
    skipped: tuple[str, ...] = ()
    """What the scanner could not look at."""


def read_report(content: bytes, kind: str) -> Report:
    """The report in `content`, of the format `kind`; raises `TooLarge`, or `Invalid` by field."""
    if kind not in set(ReportFormat):
        raise Invalid(field="format", value=kind, expected=f"one of {', '.join(ReportFormat)}")
    if len(content) > LARGEST:
        raise TooLarge(
            field="report", value=f"{len(content):,} bytes", expected=f"at most {LARGEST:,}"
        )
    try:
        # Numbers that are none would end in the ledger, which refuses them much later.
        found = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Invalid(field="report", value=str(error)[:LENGTH], expected="JSON") from error
    report = READERS[ReportFormat(kind)](found)
    if len(report.findings) > MOST:
        raise TooLarge(
            field="report", value=f"{len(report.findings):,} findings", expected=f"at most {MOST:,}"
        )
    return report


def scanner_findings(report: Report, asked: Parameters) -> Finding:
    """How many findings a report leaves open from `severity` on, unit count, counted.

    Detail: how many of each severity, how many were dismissed, and the first open ones, worst
    first. Nothing tells how many the scanner missed: exact is the count of what it found.
    """
    own: Parameters = {"format": str(report.format), "scanner": report.scanner}
    settings = settle_parameters(CHECK, {**asked, **own}, severity=str(FLOORS[0]))
    floor = settings.text("severity")
    if floor not in FLOORS:
        raise Invalid(field="with.severity", value=floor, expected=f"one of {', '.join(FLOORS)}")
    opened = [one for one in report.findings if not one.dismissed]
    wanted = [one for one in opened if ORDER.index(one.severity) >= ORDER.index(Severity(floor))]
    worst = sorted(wanted, key=lambda one: (-ORDER.index(one.severity), one.id, one.place))
    detail: dict[str, Json] = {
        "by_severity": {
            str(severity): sum(one.severity is severity for one in opened) for severity in ORDER
        },
        "dismissed": len(report.findings) - len(opened),
        "skipped": list(report.skipped[:SHOWN]),
        "findings": [
            {
                "id": one.id,
                "severity": str(one.severity),
                "place": one.place,
                "message": one.message,
            }
            for one in worst[:SHOWN]
        ],
    }
    of = f"the report of {report.scanner}"
    measured = exact(len(wanted), n=len(report.findings), unit="count", of=of)
    return Finding(CHECK, settings.values, measured, detail)


def every_severity(report: Report) -> list[Finding]:
    """What a report leaves open from each severity on: a policy asks by one of them."""
    return [scanner_findings(report, {"severity": str(floor)}) for floor in FLOORS]


def _sarif(found: object) -> Report:
    top = _object(found, "report")
    version = top.get("version")
    if version != "2.1.0":
        raise Invalid(field="report.version", value=version, expected="SARIF 2.1.0")
    runs = _list(top.get("runs"), "report.runs")
    findings: list[ScannerFinding] = []
    names = []
    for at, one in enumerate(runs):
        where = f"report.runs.{at}"
        run = _object(one, where)
        tool = _object(run.get("tool"), f"{where}.tool")
        driver = _object(tool.get("driver"), f"{where}.tool.driver")
        names.append(_text(driver.get("name"), f"{where}.tool.driver.name"))
        rules = _rules(driver, tool, f"{where}.tool")
        results = _list(run.get("results") or [], f"{where}.results")
        findings.extend(_results(results, rules, f"{where}.results"))
    return Report(ReportFormat.SARIF, _joined(names), tuple(findings))


def _rules(
    driver: Mapping[str, Any], tool: Mapping[str, Any], where: str
) -> dict[str, Mapping[str, Any]]:
    """The rules of the driver and of its extensions, by their id."""
    extensions = _list(tool.get("extensions") or [], f"{where}.extensions")
    holders = [(f"{where}.driver", driver)]
    for at, one in enumerate(extensions):
        holders.append((f"{where}.extensions.{at}", _object(one, f"{where}.extensions.{at}")))
    rules = {}
    for place, holder in holders:
        for at, one in enumerate(_list(holder.get("rules") or [], f"{place}.rules")):
            rule = _object(one, f"{place}.rules.{at}")
            rules[_text(rule.get("id"), f"{place}.rules.{at}.id")] = rule
    return rules


def _results(
    results: Sequence[Any], rules: Mapping[str, Mapping[str, Any]], where: str
) -> Iterator[ScannerFinding]:
    for at, one in enumerate(results):
        place = f"{where}.{at}"
        result = _object(one, place)
        # What passed, or is gone since the last time, is no finding.
        if result.get("kind", "fail") not in ("fail", "open", "review"):
            continue
        if result.get("baselineState") == "absent":
            continue
        named = result.get("ruleId") or _object(result.get("rule") or {}, f"{place}.rule").get("id")
        rule_id = _text(named or "no rule", f"{place}.ruleId")
        rule = rules.get(rule_id, {})
        message = _object(result.get("message"), f"{place}.message")
        suppressed = _list(result.get("suppressions") or [], f"{place}.suppressions")
        yield ScannerFinding(
            id=rule_id,
            severity=_sarif_severity(result, rule, place),
            place=_sarif_place(result, place),
            message=_text(message.get("text") or "", f"{place}.message.text"),
            dismissed=any(
                _object(s, f"{place}.suppressions").get("status", "accepted") == "accepted"
                for s in suppressed
            ),
        )


def _sarif_severity(result: Mapping[str, Any], rule: Mapping[str, Any], where: str) -> Severity:
    """By the CVSS score beside result or rule, else by the level, which is warning if not said."""
    for holder in (result, rule):
        score = _object(holder.get("properties") or {}, f"{where}.properties").get(
            "security-severity"
        )
        if score is not None:
            return _by_score(score, f"{where}.properties.security-severity")
    default = _object(rule.get("defaultConfiguration") or {}, f"{where}.rule")
    level = _text(result.get("level") or default.get("level") or "warning", f"{where}.level")
    named = {
        "error": Severity.HIGH,
        "warning": Severity.MEDIUM,
        "note": Severity.LOW,
        "none": Severity.NONE,
    }
    if level not in named:
        raise Invalid(field=f"{where}.level", value=level, expected=f"one of {', '.join(named)}")
    return named[level]


def _sarif_place(result: Mapping[str, Any], where: str) -> str:
    locations = _list(result.get("locations") or [], f"{where}.locations")
    if not locations:
        return ""
    first = _object(locations[0], f"{where}.locations.0")
    physical = _object(first.get("physicalLocation") or {}, f"{where}.locations.0")
    artifact = _object(physical.get("artifactLocation") or {}, f"{where}.locations.0")
    region = _object(physical.get("region") or {}, f"{where}.locations.0.region")
    uri = _text(artifact.get("uri") or "", f"{where}.locations.0.uri")
    line = region.get("startLine")
    return f"{uri}:{line}" if isinstance(line, int) else uri


def _cyclonedx(found: object) -> Report:
    top = _object(found, "report")
    if top.get("bomFormat") != "CycloneDX":
        raise Invalid(field="report.bomFormat", value=top.get("bomFormat"), expected="CycloneDX")
    if "vulnerabilities" not in top:
        # A bill of materials alone was checked by nobody: it must not pass for a clean report.
        raise Invalid(field="report.vulnerabilities", expected="a list, empty where there are none")
    listed = _list(top["vulnerabilities"], "report.vulnerabilities")
    findings = [
        _vulnerability(_object(one, f"report.vulnerabilities.{at}"), f"report.vulnerabilities.{at}")
        for at, one in enumerate(listed)
    ]
    return Report(ReportFormat.CYCLONEDX, _cyclonedx_tool(top), tuple(findings))


def _vulnerability(one: Mapping[str, Any], where: str) -> ScannerFinding:
    ratings = _list(one.get("ratings") or [], f"{where}.ratings")
    severities = [
        _rating(_object(rating, f"{where}.ratings.{at}"), f"{where}.ratings.{at}")
        for at, rating in enumerate(ratings)
    ]
    # One who rates it is enough to know it; of several the worst holds.
    known = [severity for severity in severities if severity is not Severity.UNKNOWN]
    analysis = _object(one.get("analysis") or {}, f"{where}.analysis")
    affects = [
        _text(_object(target, f"{where}.affects").get("ref"), f"{where}.affects.ref")
        for target in _list(one.get("affects") or [], f"{where}.affects")
    ]
    return ScannerFinding(
        id=_text(one.get("id") or "no id", f"{where}.id"),
        severity=max(known, key=ORDER.index, default=Severity.UNKNOWN),
        place=", ".join(affects)[:LENGTH],
        message=_text(one.get("description") or "", f"{where}.description"),
        dismissed=_text(analysis.get("state") or "", f"{where}.analysis.state") in DISMISSED,
    )


def _rating(rating: Mapping[str, Any], where: str) -> Severity:
    if rating.get("severity") is None:
        score = rating.get("score")
        return Severity.UNKNOWN if score is None else _by_score(score, f"{where}.score")
    said = _text(rating["severity"], f"{where}.severity")
    if said == "info":
        return Severity.NONE
    if said not in set(Severity):
        raise Invalid(
            field=f"{where}.severity", value=said, expected=f"one of info, {', '.join(Severity)}"
        )
    return Severity(said)


def _cyclonedx_tool(top: Mapping[str, Any]) -> str:
    metadata = _object(top.get("metadata") or {}, "report.metadata")
    tools = metadata.get("tools") or []
    # A list until version 1.4, an object with components since.
    if isinstance(tools, Mapping):
        tools = tools.get("components") or []
    names = [
        _text(_object(one, "report.metadata.tools").get("name"), "report.metadata.tools.name")
        for one in _list(tools, "report.metadata.tools")
    ]
    return _joined(names)


def _pip_audit(found: object) -> Report:
    # A bare list until pip-audit 2.4, an object since.
    listed = found.get("dependencies") if isinstance(found, Mapping) else found
    findings = []
    skipped = []
    for at, one in enumerate(_list(listed, "report.dependencies")):
        where = f"report.dependencies.{at}"
        package = _object(one, where)
        name = _text(package.get("name"), f"{where}.name")
        if "skip_reason" in package:
            skipped.append(name)
            continue
        version = _text(package.get("version"), f"{where}.version")
        for number, vuln in enumerate(_list(package.get("vulns"), f"{where}.vulns")):
            place = f"{where}.vulns.{number}"
            told = _object(vuln, place)
            findings.append(
                ScannerFinding(
                    id=_text(told.get("id"), f"{place}.id"),
                    severity=Severity.UNKNOWN,
                    place=f"{name} {version}",
                    message=_text(told.get("description") or "", f"{place}.description"),
                )
            )
    return Report(ReportFormat.PIP_AUDIT, "pip-audit", tuple(findings), tuple(skipped))


READERS: dict[ReportFormat, Callable[[object], Report]] = {
    ReportFormat.SARIF: _sarif,
    ReportFormat.CYCLONEDX: _cyclonedx,
    ReportFormat.PIP_AUDIT: _pip_audit,
}


def _by_score(score: object, where: str) -> Severity:
    """By the qualitative scale of CVSS 3.1, section 5: 0, 0.1, 4, 7, 9."""
    try:
        number = float(score) if isinstance(score, str | int | float) else -1.0
    except (ValueError, OverflowError):
        number = -1.0
    if isinstance(score, bool) or not 0 <= number <= 10:
        raise Invalid(field=where, value=score, expected="a score from 0 to 10")
    floors = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
    for floor, severity in floors:
        if number >= floor:
            return severity
    return Severity.LOW if number > 0 else Severity.NONE


def _object(found: object, where: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise Invalid(field=where, value=type(found).__name__, expected="an object")
    return found


def _list(found: object, where: str) -> Sequence[Any]:
    if not isinstance(found, list):
        raise Invalid(field=where, value=type(found).__name__, expected="a list")
    return found


def _text(found: object, where: str) -> str:
    if not isinstance(found, str):
        raise Invalid(field=where, value=type(found).__name__, expected="text")
    return found[:LENGTH]


def _joined(names: Sequence[str]) -> str:
    return ", ".join(sorted(set(names)))[:100] or "not told"


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
