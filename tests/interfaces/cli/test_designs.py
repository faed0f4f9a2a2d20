"""`gonogo hypothesis design` on the command line: it asks no server."""

import json
from typing import Any

import pytest

from gonogo.app.command import ALONE
from gonogo.interfaces.cli.main import run

DESIGN = ("hypothesis", "design")


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    code = run([*DESIGN, *arguments], ALONE)
    told = capsys.readouterr()
    return code, told.out, told.err


class TestDesign:
    @pytest.mark.parametrize(
        ("arguments", "n"),
        [
            (("means", "--sd", "1", "--effect", "0.5"), 64),
            (("proportions", "--base", "0.5", "--effect", "0.25", "--power", "0.9"), 77),
            (("proportions", "--base", "0.65", "--margin", "0.1", "--difference", "0.2"), 25),
            (("auc", "--base", "0.7", "--effect", "0.1", "--ratio", "2"), None),
            (("paired-auc", "--base", "0.8", "--correlation", "0.5", "--effect", "0.05"), None),
            (("paired", "--discordant", "0.1", "--margin", "0.05"), 248),
        ],
    )
    def test_every_design_has_a_size(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], n: int | None
    ) -> None:
        code, out, _ = ran(capsys, *arguments, "--json")
        found: Any = json.loads(out)
        assert code == 0
        assert found["enough"] is True
        assert found["power"] >= 0.8
        assert n in (None, found["n"])

    def test_for_people_it_draws_looks_and_curve(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = ran(
            capsys, "means", "--sd", "1", "--effect", "0.5", "--analysis", "pocock", "--looks", "3"
        )
        assert code == 0
        assert "look 3" in out
        assert out.count("█") > 50
        assert "Cohen 1988" in out

    def test_not_enough_is_a_no(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = ran(capsys, "means", "--sd", "1", "--effect", "0.1", "--n", "50")
        assert code == 1
        assert "no: power" in out

    def test_an_infinite_boundary_is_null_in_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        said = ("--analysis", "obrien-fleming", "--looks", "40", "--json")
        code, out, _ = ran(capsys, "means", "--sd", "1", "--effect", "0.5", *said)
        found: Any = json.loads(out)
        assert code == 0
        assert found["looks"][0]["boundary"] is None

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            (("proportions", "--base", "1.5", "--effect", "0.1"), "base"),
            (("proportions", "--base", "0.5"), "effect"),
            (("means", "--sd", "1", "--effect", "1", "--margin", "1"), "--margin"),
            (("means", "--sd", "1", "--effect", "1", "--analysis", "peek"), "analysis"),
            (("means", "--sd", "1", "--effect", "1", "--power", "2"), "power"),
            (("means", "--sd", "1", "--effect", "nan"), "effect"),
            (("paired", "--discordant", "0.1", "--effect", "0.1", "--icc", "-1"), "icc"),
        ],
    )
    def test_wrong_input_is_named(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], field: str
    ) -> None:
        code, out, err = ran(capsys, *arguments)
        assert code == 2
        assert out == ""
        assert field in err
