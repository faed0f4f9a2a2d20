"""The check of the rules that are in force for a dataset: how many of them are violated."""

from typing import TYPE_CHECKING

from gonogo.checks.data.given import NOTHING, Given
from gonogo.checks.data.rules.asks import Unique
from gonogo.checks.data.rules.document import Severity
from gonogo.checks.data.rules.judging import Judged, judged
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.inputs.schema import Schema
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters, measured_to_json
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Measured, Undefined, exact
from gonogo.stats.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd

CHECK = "data.rule_violations"
RATE_LEVEL = defaults.LEVEL
"""Of the intervals in the detail: how often such values come, in data like these."""


def rule_violations(
    frame: "pd.DataFrame", schema: Schema, asked: Parameters, given: Given = NOTHING
) -> Finding:
    """How many of the rules handed in are violated, unit count; n: the rules that could be judged.

    Of severity error alone, or with `severity` warning of both. A rule is violated where more of
    the values than it tolerates are otherwise. `Undefined` where no rule finds anything to look at.
    Raises `Invalid` without rules, where `rules` names others than were handed in, and as `judged`.

    Detail: rule by rule what it asks and why, whether it is violated, how many values are otherwise
    of how many with the first rows (from 0), and the share of such values with a Wilson interval:
    the count is of these rows and exact, the interval speaks of rows that come about like them.
    """
    document = given.rules
    if document is None:
        raise Invalid(field="rules", expected="rules in force for the dataset, or a file of them")
    settings = settle_parameters(CHECK, asked, severity=str(Severity.ERROR), rules=document.name)
    if settings.text("rules") != document.name:
        raise Invalid(field="with.rules", value=settings.text("rules"), expected=document.name)
    severity = settings.text("severity")
    if severity not in set(Severity):
        raise Invalid(field="with.severity", value=severity, expected=f"{', '.join(Severity)}")
    found = judged(frame, schema, document, given.at)
    counted = [one for one in found if severity == Severity.WARNING or _serious(one)]
    detail: dict[str, Json] = {"rules": [_told(one) for one in found]}
    return Finding(CHECK, settings.values, _count(counted, len(frame)), detail)


def _serious(one: Judged) -> bool:
    return one.rule.severity is Severity.ERROR


def _count(found: list[Judged], rows: int) -> Measured:
    if not found:
        return Undefined("no rule is of this severity", n=rows)
    able = [one for one in found if one.violated is not None]
    if not able:
        return Undefined("no value that a rule could look at", n=rows)
    violated = sum(one.violated is True for one in able)
    return exact(violated, n=len(able), unit="count", of="the rules in force")


def _told(one: Judged) -> dict[str, Json]:
    told: dict[str, Json] = {
        "rule": one.rule.key,
        "asks": str(one.rule),
        "severity": str(one.rule.severity),
        "reason": one.rule.reason,
        "violated": one.violated,
        "found": one.found,
    }
    if one.violating is not None:
        told |= {"violating": one.violating, "n": one.looked_at, "rows": list(one.rows)}
        # How many repeat one another depends on how many there are: that is no share of a process.
        if not isinstance(one.rule.ask, Unique):
            counts = Counts(yes=one.violating, n=one.looked_at)
            told["share"] = measured_to_json(wilson(counts, RATE_LEVEL))
    return told
