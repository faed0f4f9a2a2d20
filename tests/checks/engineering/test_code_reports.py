"""Reports about code: as coverage.py, geninfo and ruff write them, and as nobody should."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gonogo.checks.engineering.code_reports import line_coverage, lint_findings
from gonogo.checks.security import scanners
from gonogo.core.errors import Invalid, TooLarge
from gonogo.stats.estimate import Estimate, Undefined

COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage lines-valid="5" lines-covered="3"><packages><package name="p"><classes>
<class name="a" filename="a.py"><methods><method name="m"><lines><line number="1" hits="0"/></lines>
</method></methods><lines><line number="1" hits="2"/><line number="2" hits="0"/></lines></class>
<class name="b" filename="b.py"><lines><line number="1" hits="1"/><line number="2" hits="0"/>
</lines></class>
<class name="b2" filename="b.py"><lines><line number="2" hits="1"/><line number="9" hits="0"/>
</lines></class>
</classes></package></packages></coverage>"""
LCOV = "TN:\nSF:a.py\nFN:1,f\nDA:1,2\nDA:2,0,abc\nLF:2\nLH:1\nend_of_record\nSF:b.py\nDA:1,1\n"


def share(content: str) -> Estimate:
    found = line_coverage(content.encode(), {}).measured
    assert isinstance(found, Estimate)
    return found


class TestCoverage:
    def test_cobertura_counts_each_line_once(self) -> None:
        """Lines of methods stand again in their class; a file may have several classes."""
        found = line_coverage(COBERTURA.encode(), {})
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.n) == (3 / 5, 5)
        assert found.parameters == {"format": "cobertura"}
        assert found.detail["least_covered"] == [
            {"file": "a.py", "lines": 2, "reached": 1},
            {"file": "b.py", "lines": 3, "reached": 2},
        ]

    def test_lcov(self) -> None:
        assert (share(LCOV).value, share(LCOV).n) == (2 / 3, 3)

    def test_no_lines_say_nothing(self) -> None:
        for content in ("SF:a.py\n", "<coverage/>"):
            assert isinstance(line_coverage(content.encode(), {}).measured, Undefined)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "coverage: 90 %",
            "<html/>",
            "<coverage>",
            "SF:a.py\nDA:x,1\n",
            "SF:a.py\nDA:1,-1\n",
            "SF:a.py\nDA:1\n",
            '<coverage><class filename="a"><lines><line number="1"/></lines></class></coverage>',
            '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><coverage>&c;</coverage>',
            '<?xml version="1.0" encoding="no-such"?><coverage/>',
        ],
    )
    def test_what_is_no_report_is_refused(self, content: str) -> None:
        with pytest.raises(Invalid, match="report"):
            line_coverage(content.encode(), {})

    def test_too_large_a_report_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scanners, "LARGEST", 10)
        for read in (line_coverage, lint_findings):
            with pytest.raises(TooLarge):
                read(LCOV.encode(), {})


class TestLint:
    def test_ruff_as_it_writes_today(self, tmp_path: Path) -> None:
        """The installed ruff's own report, of a file with two unused imports and no syntax."""
        (tmp_path / "a.py").write_text("import os\nimport sys\n")
        (tmp_path / "b.py").write_text("def (:\n")
        told = subprocess.run(
            [
                *(sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"),
                *("--output-format", "json", str(tmp_path)),
            ],
            capture_output=True,
            check=False,
        ).stdout
        found = lint_findings(told, {})
        assert isinstance(found.measured, Estimate)
        by_rule: Any = found.detail["by_rule"]
        assert by_rule["F401"] == 2
        assert found.measured.value == sum(by_rule.values()) > 2
        assert found.parameters == {"format": "ruff", "scanner": "ruff"}

    def test_sarif_without_what_was_suppressed(self) -> None:
        results = [
            {"ruleId": "R1", "message": {"text": "x"}},
            {"ruleId": "R2", "message": {"text": "x"}, "suppressions": [{"kind": "inSource"}]},
        ]
        run = {"tool": {"driver": {"name": "linter"}}, "results": results}
        found = lint_findings(json.dumps({"version": "2.1.0", "runs": [run]}).encode(), {})
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.n) == (1, 2)
        assert found.detail == {"by_rule": {"R1": 1}, "suppressed": 1}
        assert found.parameters == {"format": "sarif", "scanner": "linter"}

    def test_a_clean_report_counts_none(self) -> None:
        found = lint_findings(b"[]", {})
        assert isinstance(found.measured, Estimate)
        assert (found.measured.value, found.measured.exact) == (0, True)

    @pytest.mark.parametrize("content", ["", "no", "[1]", "[{}]", "{}", "7", "[" * 100_000])
    def test_what_is_no_report_is_refused(self, content: str) -> None:
        with pytest.raises(Invalid, match="report"):
            lint_findings(content.encode(), {})
