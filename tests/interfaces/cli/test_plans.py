"""Plans on the command line."""

from pathlib import Path

from tests.fixtures.loans import Approver
from tests.interfaces.cli.conftest import Gonogo

TEXT = """plan: Trees in production
deadline: 2999-12-31
steps:
  build: {title: Build the service, days: {optimistic: 2, likely: 4, pessimistic: 12}}
  check: {after: build, days: 1, succeeds: 0.9, retries: 1, fails: stop}
"""


def test_is_imported_shown_and_forecast(gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
    case = approver.version.read().case
    file = tmp_path / "plan.yaml"
    file.write_text(TEXT)

    assert f"gonogo plan forecast {case}" in gonogo("plan", "import", case, str(file)).out
    assert gonogo("plan", "show", case).out == TEXT
    told = gonogo("plan", "forecast", case, "--futures", "300", "--seed", "7").out
    assert "P80" in told
    assert "by 2999-12-31" in told
    assert "Build the service (step)" in told
    found = gonogo("plan", "forecast", case, "--futures", "300", "--seed", "7", "--json").json
    assert found["futures"] == 300
    assert found["p80"] in told
    assert gonogo("plan", "list", case, "--json").json[0]["p80"] == found["p80"]


def test_a_wrong_file_is_wrong_input(gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(TEXT.replace("likely: 4", "likely: 40"))

    wrong = gonogo("plan", "import", approver.version.read().case, str(file))

    assert wrong.code == 2
    assert "steps.build.days.pessimistic (line 4)" in wrong.err
