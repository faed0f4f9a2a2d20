"""A gate review as text: a table for people, JUnit and SARIF for pipelines."""

import json
from collections.abc import Sequence
from io import StringIO
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gonogo.schemas import reviews as schemas

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
GO = "go"
WORSE = {"no-go": "error", "no data": "error", "hold": "warning"}
"""SARIF's level of a condition that is not go."""


def as_table(review: schemas.Review) -> str:
    """The poll for people: each condition, then what is missing and what would turn it to go."""
    policy = f"{review.policy.name}@{review.policy.digest[:12]}"
    head = (review.subject, f"gate {review.gate}", review.verdict.upper())
    lines = [" · ".join((*head, f"policy {policy}", f"review {review.id}")), "", _table(review)]
    if review.outcome is not None:
        lines += ["", f"decided {review.outcome} by {review.decided_by}: {review.rationale}"]
    if review.turns_to_go:
        lines += ["", "What would turn it to go:"]
        lines += [f"  {turn.key}  {turn.say}" for turn in review.turns_to_go]
    if review.missing_sign_offs and review.outcome is None:
        lines += ["", f"Still to sign: {', '.join(review.missing_sign_offs)}"]
    return "\n".join(lines)


def _table(review: schemas.Review) -> str:
    head = ("key", "verdict", "check", "asked", "measured", "n")
    rows = [
        (
            row.key,
            row.verdict.upper() + (" (waived)" if row.waiver else ""),
            row.title,
            row.asked,
            _measured(row),
            "–" if row.measured is None else f"{row.measured.n:,}",
        )
        for row in review.conditions
    ]
    return _columns([head, *rows])


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    out = StringIO()
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")
    return out.getvalue().rstrip("\n")


def _measured(row: schemas.PolledCondition) -> str:
    if row.measured is None:
        return row.reason
    low = "-∞" if row.measured.low is None else f"{row.measured.low:.4g}"
    high = "∞" if row.measured.high is None else f"{row.measured.high:.4g}"
    return f"{row.measured.value:.4g} [{low}, {high}]"


def _message(row: schemas.PolledCondition, review: schemas.Review) -> str:
    """What a reader of the pipeline needs: asked, found, and what would turn it to go."""
    turn = next((turn.say for turn in review.turns_to_go if turn.key == row.key), row.reason)
    return f"{row.title}: asked is {row.asked}; {row.verdict}. {turn}"


# -- JUnit -----------------------------------------------------------------------------------------


def as_junit(review: schemas.Review) -> str:
    """JUnit XML: the gate is a suite, each condition a test case.

    No-go and hold are failures, no data is an error, a waived condition is skipped with its waiver.
    """
    rows = review.conditions
    counted = {
        "tests": len(rows),
        "failures": sum(_junit_kind(row) == "failure" for row in rows),
        "errors": sum(_junit_kind(row) == "error" for row in rows),
        "skipped": sum(_junit_kind(row) == "skipped" for row in rows),
    }
    numbers = {name: str(number) for name, number in counted.items()}
    suites = Element("testsuites", {"name": "gonogo", **numbers, "time": "0"})
    suite = SubElement(
        suites,
        "testsuite",
        {
            "name": f"{review.subject} {review.gate}",
            **numbers,
            "time": "0",
            # JUnit's own form: no zone, no fraction.
            "timestamp": (review.decided_at or review.opened_at)[:19],
            "hostname": "gonogo",
        },
    )
    properties = SubElement(suite, "properties")
    for name, value in (
        ("review", review.id),
        ("verdict", review.verdict),
        ("policy", f"{review.policy.name}@{review.policy.digest}"),
    ):
        SubElement(properties, "property", {"name": name, "value": value})
    for row in rows:
        _junit_case(suite, row, review)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode")


def _junit_case(suite: Element, row: schemas.PolledCondition, review: schemas.Review) -> None:
    case = SubElement(
        suite,
        "testcase",
        {"classname": row.check, "name": f"{row.title}, {row.asked} ({row.key})", "time": "0"},
    )
    kind = _junit_kind(row)
    if kind is None:
        return
    message = _xml_text(_message(row, review))
    if kind == "skipped":
        SubElement(case, "skipped", {"message": f"waived by {row.waiver}: {message}"})
        return
    SubElement(case, kind, {"message": message, "type": row.verdict}).text = message


def _junit_kind(row: schemas.PolledCondition) -> str | None:
    if row.verdict == GO:
        return None
    if row.waiver is not None:
        return "skipped"
    return "error" if row.verdict == "no data" else "failure"


def _xml_text(text: str) -> str:
    """`text` without the characters that XML 1.0 has no way to write."""
    return "".join(
        char
        for char in text
        if char in "\t\n\r"
        or " " <= char <= "\ud7ff"
        or "\ue000" <= char <= "\ufffd"
        or char > "\uffff"
    )


# -- SARIF -----------------------------------------------------------------------------------------


def as_sarif(review: schemas.Review) -> str:
    """SARIF 2.1.0: a rule for each check, a result for each condition.

    A condition that is go is a `pass`; others `fail`, with what would turn them as the message. The
    place is logical, the model version under review: there is no line of code to point to.
    """
    rules = list(dict.fromkeys(row.check for row in review.conditions))
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "gonogo",
                "rules": [_rule(check, review) for check in rules],
            }
        },
        "automationDetails": {"id": f"gonogo/{review.gate}/{review.subject}/"},
        "logicalLocations": [
            {"name": review.subject, "fullyQualifiedName": review.subject, "kind": "resource"}
        ],
        "results": [_result(row, rules, review) for row in review.conditions],
        "properties": {
            "review": review.id,
            "verdict": review.verdict,
            "policy": f"{review.policy.name}@{review.policy.digest}",
        },
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(check: str, review: schemas.Review) -> dict[str, Any]:
    row = next(row for row in review.conditions if row.check == check)
    name = row.title.partition(" (")[0]
    return {
        "id": check,
        "name": "".join(part.capitalize() for part in check.replace(".", "_").split("_")),
        "shortDescription": {"text": name},
        "fullDescription": {"text": f"{name}, asked by policy {review.policy.name}"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [row.area]},
    }


def _result(
    row: schemas.PolledCondition, rules: Sequence[str], review: schemas.Review
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": row.check,
        "ruleIndex": rules.index(row.check),
        "kind": "pass" if row.verdict == GO else "fail",
        "level": "none" if row.verdict == GO else WORSE[row.verdict],
        "message": {"text": _message(row, review)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(review.subject.replace(":", "/"), safe="/@")}
                },
                "logicalLocations": [{"index": 0, "fullyQualifiedName": review.subject}],
            }
        ],
        "partialFingerprints": {"condition/v1": f"{review.subject}/{review.gate}/{row.key}"},
        "properties": {"verdict": row.verdict, "evidence": row.evidence},
    }
    if row.waiver is not None:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": f"waived by {row.waiver}"}
        ]
    return result
