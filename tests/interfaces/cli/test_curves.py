"""`gonogo model curve` on the command line: it asks no server."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gonogo.app.command import ALONE
from gonogo.core.roles import Role
from gonogo.interfaces.cli.main import run
from tests.interfaces.cli.conftest import Gonogo


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    """Three repeats at six sizes of a curve that rises on."""
    rng = np.random.default_rng(4)
    lines = [
        f"{n},{0.9 - 2 * n**-0.5 + 0.001 * rng.normal()}"
        for n in (50, 100, 200, 400, 800, 1600)
        for _ in range(3)
    ]
    return written(tmp_path, ["size,score", *lines])


def written(folder: Path, lines: list[str]) -> Path:
    """A CSV file."""
    file = folder / "scores.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    code = run(["model", "curve", *arguments], ALONE)
    told = capsys.readouterr()
    return code, told.out, told.err


class TestCurve:
    def test_a_curve_that_rises_is_worth_more_data(
        self, capsys: pytest.CaptureFixture[str], scores: Path
    ) -> None:
        code, out, _ = ran(capsys, str(scores), "--json")
        found: Any = json.loads(out)
        assert code == 0
        assert found["answer"] is True
        assert found["gain"]["size"] == 3200
        truth = 2 * (1600**-0.5 - 3200**-0.5)
        assert found["gain"]["low"] <= truth <= found["gain"]["high"]
        assert [one["size"] for one in found["forecasts"]] == [1600, 3200, 6400, 12800]

    def test_a_price_names_the_size_where_it_stops_paying(
        self, capsys: pytest.CaptureFixture[str], scores: Path
    ) -> None:
        """worth n^-3/2 = price: at 125,000 and 1 the last row that pays is the 2,500th."""
        said = ("--price", "1", "--worth", "125000", "--json")
        code, out, _ = ran(capsys, str(scores), *said)
        bought: Any = json.loads(out)["purchase"]
        assert code in (0, 1)
        assert bought["size"] == pytest.approx(2500, rel=0.15)
        assert bought["cost"] == bought["size"] - 1600
        assert bought["worth"] > bought["cost"]

    def test_where_a_row_costs_more_than_it_brings_the_answer_is_no(
        self, capsys: pytest.CaptureFixture[str], scores: Path
    ) -> None:
        code, out, _ = ran(capsys, str(scores), "--price", "1000", "--worth", "100")
        assert code == 1
        assert "no: the next row already costs more than it brings" in out

    def test_a_flat_curve_is_a_no(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        rng = np.random.default_rng(1)
        lines = [
            f"{n},{0.7 + 0.01 * rng.normal()}" for n in (50, 100, 200, 400, 800) for _ in range(4)
        ]
        code, out, _ = ran(capsys, str(written(tmp_path, ["size,score", *lines])))
        assert code == 1
        assert "try another approach" in out

    def test_scores_on_known_rows_tell_capacity(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        rng = np.random.default_rng(1)
        held = [(n, 0.7 + 0.01 * rng.normal()) for n in (50, 100, 200, 400, 800) for _ in range(4)]
        lines = [f"{n},{score},{score + 0.001}" for n, score in held]
        file = str(written(tmp_path, ["size,score,known", *lines]))
        code, out, _ = ran(capsys, file, "--trained", "known", "--json")
        assert (code, json.loads(out)["lacks"]) == (1, "capacity")
        assert json.loads(ran(capsys, file, "--json")[1])["lacks"] == "approach"

    def test_a_loss_falls(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        lines = [f"{n},{0.1 + 2 * n**-0.5}" for n in (50, 100, 200, 400, 800)]
        file = str(written(tmp_path, ["rows,loss", *lines]))
        columns = ("--size", "rows", "--score", "loss")
        assert ran(capsys, file, *columns, "--lower-is-better")[0] == 0
        assert ran(capsys, file, *columns)[0] == 1

    @pytest.mark.parametrize(
        ("arguments", "code", "field"),
        [
            (("--price", "1"), 2, "--worth"),
            (("--price", "-1", "--worth", "1"), 2, "--price"),
            (("--score", "auc"), 2, "column"),
            (("--level", "1"), 2, "--level"),
            (("--most", "10", "--price", "1", "--worth", "1"), 2, "most"),
        ],
    )
    def test_wrong_input_is_named(
        self,
        capsys: pytest.CaptureFixture[str],
        scores: Path,
        arguments: tuple[str, ...],
        code: int,
        field: str,
    ) -> None:
        found = ran(capsys, str(scores), *arguments)
        assert found[0] == code
        assert field in found[2]

    @pytest.mark.parametrize(
        ("lines", "told"),
        [
            (["size,score", "10,x"], "line 2"),
            (["size,score", "10,0.5"], "1 sizes, of 5"),
            (["size,score"], "0 sizes, of 5"),
            (["size,score", "10"], "line 2"),
            (["size,score", *(f"{n},0.5" for n in (0, 1, 2, 3, 4))], "expected 1 or more"),
        ],
    )
    def test_a_file_that_tells_no_curve(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, lines: list[str], told: str
    ) -> None:
        code, out, err = ran(capsys, str(written(tmp_path, lines)))
        assert (code, out) == (2, "")
        assert told in err

    def test_a_file_that_is_gone(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert ran(capsys, str(tmp_path / "gone.csv"))[0] == 5


class TestRecord:
    @pytest.mark.usefixtures("approver")
    def test_the_curve_becomes_evidence(self, gonogo: Gonogo, scores: Path) -> None:
        subject = "model:loan-approver@1"
        ran = gonogo("model", "curve", str(scores), "--record", subject, role=Role.DATA_SCIENTIST)
        assert ran.code == 0, ran.err
        listed = gonogo("evidence", "list", subject, "--json", role=Role.VIEWER)
        (found,) = [one for one in listed.json if one["check"] == "performance.more_data_gain"]
        assert found["detail"]["lacks"] == "data"
        assert found["measured"]["unit"] == "difference"

    def test_a_subject_that_is_none_is_refused(
        self, capsys: pytest.CaptureFixture[str], scores: Path
    ) -> None:
        code, _, err = ran(capsys, str(scores), "--record", "nonsense")
        assert (code, "nonsense" in err) == (2, True)
