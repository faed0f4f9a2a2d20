"""The guide on risks: its register is read as it stands there."""

from datetime import date
from pathlib import Path

from gonogo.domain.risks.file import register
from gonogo.domain.risks.rules import check_due

PAGE = (Path(__file__).parents[2] / "docs" / "risks.md").read_text(encoding="utf-8")


def test_the_register_is_read() -> None:
    """With its mitigation, which evidence can show to work and which is not due yet."""
    (found,) = register(PAGE.partition("```yaml\n")[2].partition("```")[0]).values()
    assert found.case == "mortgage-approval"
    assert found.mitigations[0].works_if is not None
    check_due(found, None, date(2098, 12, 31))
