"""Reports of scanners: what they leave open is counted, what they cannot be is refused by field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.checks.security import scanners
from gonogo.checks.security.scanners import every_severity, read_report, scanner_findings
from gonogo.core.canonical import canonical
from gonogo.core.errors import Invalid, TooLarge
from gonogo.stats.estimate import Estimate

SARIF: dict[str, Any] = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "lint",
                    "rules": [
                        {"id": "R1", "properties": {"security-severity": "9.8"}},
                        {"id": "R2", "defaultConfiguration": {"level": "note"}},
                    ],
                }
            },
            "results": [
                {
                    "ruleId": "R1",
                    "message": {"text": "shell"},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": "a.py"},
                                "region": {"startLine": 3},
                            }
                        }
                    ],
                },
                {"ruleId": "R2", "message": {"text": "style"}},
                {"ruleId": "R3", "message": {"text": "by default a warning"}},
                {"ruleId": "R4", "level": "error", "message": {"text": "an error"}},
                {"ruleId": "R1", "message": {"text": "s"}, "suppressions": [{"kind": "inSource"}]},
                {"ruleId": "R1", "message": {"text": "fine"}, "kind": "pass"},
                {"ruleId": "R1", "message": {"text": "gone"}, "baselineState": "absent"},
            ],
        }
    ],
}
CYCLONEDX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"tools": {"components": [{"type": "application", "name": "bomber"}]}},
    "vulnerabilities": [
        {
            "id": "CVE-1",
            "ratings": [{"severity": "medium"}, {"severity": "critical"}],
            "affects": [{"ref": "pkg:pypi/a@1"}],
        },
        {"id": "CVE-2", "ratings": [{"score": 5.0}]},
        {"id": "CVE-3"},
        {"id": "CVE-4", "ratings": [{"severity": "info"}]},
        {"id": "CVE-5", "ratings": [{"severity": "high"}], "analysis": {"state": "not_affected"}},
    ],
}
PIP_AUDIT: dict[str, Any] = {
    "dependencies": [
        {
            "name": "flask",
            "version": "0.5",
            "vulns": [{"id": "PYSEC-2019-179", "fix_versions": []}],
        },
        {"name": "fine", "version": "1.0", "vulns": []},
        {"name": "local", "skip_reason": "not on the index"},
    ],
    "fixes": [],
}

KEYS = (
    *("version", "runs", "tool", "driver", "name", "results", "bomFormat"),
    *("vulnerabilities", "ratings", "severity", "dependencies", "vulns", "id"),
)


def counted(report: object, kind: str) -> list[float]:
    """From low, medium, high, critical on."""
    found = every_severity(read_report(json.dumps(report).encode(), kind))
    for one in found:
        assert isinstance(one.measured, Estimate)
        assert one.measured.exact
        canonical(dict(one.detail))
    return [one.measured.value for one in found if isinstance(one.measured, Estimate)]


class TestSarif:
    def test_open_results_by_score_then_level_then_rule(self) -> None:
        assert counted(SARIF, "sarif") == [4, 3, 2, 1]

    def test_what_is_told_of_them(self) -> None:
        found = every_severity(read_report(json.dumps(SARIF).encode(), "sarif"))[0]
        assert found.parameters == {"severity": "low", "format": "sarif", "scanner": "lint"}
        assert found.detail["dismissed"] == 1
        listed: Any = found.detail["findings"]
        assert listed[0] == {
            "id": "R1",
            "severity": "critical",
            "place": "a.py:3",
            "message": "shell",
        }

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"version": "1.0.0"}, "report.version"),
            ({"runs": None}, "report.runs"),
            ({"runs": [{}]}, "report.runs.0.tool"),
            ({"runs": [{"tool": {"driver": {}}}]}, "report.runs.0.tool.driver.name"),
            (
                {"runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "bad"}]}]},
                "report.runs.0.results.0.message",
            ),
            (
                {
                    "runs": [
                        {
                            "tool": {"driver": {"name": "x"}},
                            "results": [{"level": "bad", "message": {"text": "m"}}],
                        }
                    ]
                },
                "report.runs.0.results.0.level",
            ),
        ],
    )
    def test_malformed_reports_are_refused_by_field(
        self, change: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            counted({**SARIF, **change}, "sarif")
        assert refused.value.field == field


class TestCycloneDx:
    def test_the_worst_rating_counts_and_an_unknown_one_everywhere(self) -> None:
        assert counted(CYCLONEDX, "cyclonedx") == [3, 3, 2, 2]

    def test_a_bill_of_materials_alone_is_no_clean_report(self) -> None:
        with pytest.raises(Invalid, match="vulnerabilities"):
            counted({"bomFormat": "CycloneDX", "components": []}, "cyclonedx")

    def test_an_empty_list_is_a_clean_report(self) -> None:
        assert counted({**CYCLONEDX, "vulnerabilities": []}, "cyclonedx") == [0, 0, 0, 0]

    def test_a_severity_nobody_knows_is_refused(self) -> None:
        bad = {**CYCLONEDX, "vulnerabilities": [{"ratings": [{"severity": "dire"}]}]}
        with pytest.raises(Invalid) as refused:
            counted(bad, "cyclonedx")
        assert refused.value.field == "report.vulnerabilities.0.ratings.0.severity"


class TestPipAudit:
    def test_without_severity_a_vulnerability_counts_at_all(self) -> None:
        assert counted(PIP_AUDIT, "pip-audit") == [1, 1, 1, 1]

    def test_the_older_bare_list_is_read_too(self) -> None:
        assert counted(PIP_AUDIT["dependencies"], "pip-audit") == [1, 1, 1, 1]

    def test_what_was_skipped_is_told(self) -> None:
        report = read_report(json.dumps(PIP_AUDIT).encode(), "pip-audit")
        assert scanner_findings(report, {}).detail["skipped"] == ["local"]

    def test_a_dependency_without_vulns_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            counted({"dependencies": [{"name": "a", "version": "1"}]}, "pip-audit")
        assert refused.value.field == "report.dependencies.0.vulns"


class TestReadReport:
    def test_an_unknown_format_is_refused(self) -> None:
        with pytest.raises(Invalid, match="sarif, cyclonedx, pip-audit"):
            read_report(b"{}", "xml")

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"NaN", b"[" * 100_000])
    def test_what_is_no_json_is_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid):
            read_report(content, "sarif")

    def test_a_report_beyond_the_limit_is_too_large(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(scanners, "LARGEST", 10)
        with pytest.raises(TooLarge):
            read_report(b" " * 11, "sarif")

    def test_too_many_findings_are_too_large(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(scanners, "MOST", 2)
        with pytest.raises(TooLarge, match="findings"):
            read_report(json.dumps(SARIF).encode(), "sarif")

    def test_a_severity_to_count_from_is_one_of_four(self) -> None:
        report = read_report(json.dumps(PIP_AUDIT).encode(), "pip-audit")
        with pytest.raises(Invalid, match="low, medium, high, critical"):
            scanner_findings(report, {"severity": "none"})

    @given(
        kind=st.sampled_from(["sarif", "cyclonedx", "pip-audit"]),
        found=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
    )
    def test_whatever_comes_is_counted_or_refused(self, kind: str, found: object) -> None:
        try:
            counted(found, kind)
        except Invalid as refused:
            assert refused.field.startswith("report")  # noqa: PT017  # either outcome is right
