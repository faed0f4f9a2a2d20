"""The benchmarks run, at sizes at which nothing is judged; how fast is not tested here."""

import json

import pytest

from benchmarks.__main__ import main
from benchmarks.measuring import Line, Paired, at_most
from benchmarks.table import BENCHMARKS


class TestMain:
    def test_every_benchmark_runs_and_says_what_is_promised(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([*BENCHMARKS, "--quick", "--json"]) == 0

        found = json.loads(capsys.readouterr().out)
        assert {line["name"] for line in found} == set(BENCHMARKS)
        assert {line["name"] for line in found if line["promise"]} == set(BENCHMARKS)
        assert all(min(line["ratios"]) <= line["ratio"] <= max(line["ratios"]) for line in found)
        assert all(line["kept"] is None for line in found)

    def test_a_broken_promise_fails_the_run(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        slow = Line(
            "snail", "crawling", "9 s", "a hare: 1 s", (9.0, 8.0, 10.0), "at most 5 ×", False
        )
        monkeypatch.setitem(BENCHMARKS, "snail", lambda _: [slow])

        assert main(["snail"]) == 1

        shown = capsys.readouterr().out
        assert "broken" in shown
        assert "9.00" in shown
        assert "8.00–10.00" in shown

    def test_an_unknown_benchmark_is_wrong_input(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["bord"])

        assert stopped.value.code == 2
        assert "board" in capsys.readouterr().err


class TestAtMost:
    def test_the_median_of_the_ratios_is_judged(self) -> None:
        once_slow = Paired(ours=(9.0, 2.0, 2.0), peer=(1.0, 1.0, 1.0))

        assert at_most(3, once_slow, judged=True) == ("at most 3 ×", True)
        assert at_most(1.5, once_slow, judged=True) == ("at most 1.5 ×", False)

    def test_small_sizes_are_not_judged(self) -> None:
        assert at_most(3, Paired(ours=(9.0,), peer=(1.0,)), judged=False)[1] is None
