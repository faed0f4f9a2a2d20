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


def test_says_what_it_rests_on_and_how_forecasts_have_held(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    file = tmp_path / "plan.yaml"
    file.write_text(TEXT)
    gonogo("plan", "import", case, str(file))

    told = gonogo("plan", "forecast", case, "--futures", "300", "--as-planned")
    assert "No step was finished yet" in told.out
    assert gonogo("plan", "list", case, "--json").json[0]["chance"]["n"] == 300
    record = gonogo("plan", "record", "--case", case)
    assert "there is no track record" in record.out or "No 80 % date" in record.out
    assert "No forecast date has passed yet" in record.out
    assert gonogo("plan", "record", "--case", case, "--json").json["case"] == case
    assert gonogo("plan", "record", "--case", "nobody").code == 5


def test_a_wrong_file_is_wrong_input(gonogo: Gonogo, approver: Approver, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(TEXT.replace("likely: 4", "likely: 40"))

    wrong = gonogo("plan", "import", approver.version.read().case, str(file))

    assert wrong.code == 2
    assert "steps.build.days.pessimistic (line 4)" in wrong.err


STEPS = "key,title,days,after,role\ncollect,Collect loans,4,,data-scientist\ntrain,,,collect,\n"


def test_a_file_of_another_tool_is_written_as_a_plan_or_saved(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    case = approver.version.read().case
    file, plan = tmp_path / "steps.csv", tmp_path / "plan.yaml"
    file.write_text(STEPS)

    missing = gonogo("plan", "import", case, str(file))
    assert missing.code == 2
    assert "train (row 3)" in missing.err
    asked = ("plan", "import", case, str(file), "--days-missing", "1/2/6", "--name", "Trees")
    assert "written to" in gonogo(*asked, "--to", str(plan)).out
    assert gonogo("plan", "show", case).out != plan.read_text()
    assert gonogo(*asked, "--to", str(plan)).code == 2
    assert gonogo("plan", "import", case, str(plan), "--json").json["name"] == "Trees"
    assert gonogo("plan", "show", case).out == plan.read_text()
    assert gonogo("plan", "show", case, "--csv").out == (
        "key,title,days,optimistic,likely,pessimistic,after,needs\n"
        "collect,Collect loans,4,,,,,data-scientist: 1\ntrain,train,,1,2,6,collect,\n"
    )
    wrong = gonogo(*asked, "--role", "somebody")
    assert wrong.code == 2
    assert "--role" in wrong.err


def test_what_could_not_be_taken_over_is_said(
    gonogo: Gonogo, approver: Approver, tmp_path: Path
) -> None:
    file = tmp_path / "issues.csv"
    file.write_text(
        "Issue key,Summary,Status,Original estimate,Assignee,Inward issue link (Blocks)\n"
        "PAY-1,Collect,To Do,28800,First Person,OLD-7\n"
    )
    case = approver.version.read().case

    told = gonogo(
        "plan", "import", case, str(file), "--drop-outside", "--role", "Other=analyst", "--to", "-"
    )

    assert "1 link to what the file does not hold left out" in told.err
    assert "Person" not in told.out + told.err
    assert told.out.startswith("plan: PAY\n")
