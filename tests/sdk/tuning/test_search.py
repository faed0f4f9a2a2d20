"""Searching: seeded, pruned, several at once, and gone on with after kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.errors import Invalid
from gonogo.sdk.tuning.search import Plan, Trial, best, search
from gonogo.sdk.tuning.space import distributions

SPACE = distributions({"x": (0.0, 1.0), "kind": ["a", "b"], "n": (1, 64, "log")})
FOLDS = 4


@dataclass(frozen=True)
class Valley:
    """Best at x = 0.3 and of kind a; each fold a little worse than the last."""

    calls: list[tuple[float, int]] = field(default_factory=list)
    fails_at: int | None = None

    def __len__(self) -> int:
        return FOLDS

    def __call__(self, parameters: Mapping[str, Any], fold: int) -> float:
        self.calls.append((parameters["x"], fold))
        if len(self.calls) == self.fails_at:
            raise RuntimeError("no model came of it")
        return float((parameters["x"] - 0.3) ** 2 + (parameters["kind"] == "b") + 0.01 * fold)


@dataclass
class Book:
    """Keeps what it was told."""

    began_: list[int] = field(default_factory=list)
    ended_: list[Trial] = field(default_factory=list)

    def began(self, number: int, parameters: Mapping[str, Any]) -> None:
        self.began_.append(number)

    def ended(self, trial: Trial) -> None:
        self.ended_.append(trial)


def plan(**more: Any) -> Plan:
    return Plan(SPACE, **{"higher": False, "trials": 20, "seed": 7, **more})


class TestSearch:
    def test_finds_the_valley_and_tells_every_trial_once(self) -> None:
        book = Book()
        found = search(Valley(), plan(trials=40), name="s", watcher=book)
        winner = best(found, higher=False)
        assert winner.parameters["kind"] == "a"
        assert abs(winner.parameters["x"] - 0.3) < 0.1
        assert winner.score == pytest.approx(sum(winner.folds) / FOLDS)
        assert book.began_ == [one.number for one in found] == list(range(40))
        assert book.ended_ == found

    def test_the_same_seed_tries_the_same_and_another_seed_something_else(self) -> None:
        one, again, other = (search(Valley(), plan(seed=seed), name="s") for seed in (7, 7, 8))
        assert one == again
        assert one != other

    def test_the_hopeless_are_pruned_after_their_first_folds(self) -> None:
        found = search(Valley(), plan(trials=30), name="s")
        states = Counter(one.state for one in found)
        assert states["pruned"] > 0
        assert all(len(one.folds) < FOLDS for one in found if one.state == "pruned")
        assert all(len(one.folds) == FOLDS for one in found if one.state == "complete")
        all_ = search(Valley(), plan(trials=30, prune=False), name="s")
        assert {one.state for one in all_} == {"complete"}

    def test_several_at_once_are_the_same_each_time(self) -> None:
        one, again = (search(Valley(), plan(jobs=3), name="s") for _ in range(2))
        assert one == again
        assert len(one) == 20

    def test_goes_on_where_it_ended_and_further_where_more_is_wanted(self, tmp_path: Path) -> None:
        storage = f"sqlite:///{tmp_path / 's.db'}"
        first = search(Valley(), plan(trials=3), name="s", storage=storage)
        valley = Valley()
        assert search(valley, plan(trials=3), name="s", storage=storage) == first
        assert valley.calls == []
        assert search(Valley(), plan(trials=8), name="s", storage=storage) == search(
            Valley(), plan(trials=8), name="s"
        )

    def test_an_error_ends_it_and_going_on_tries_others(self, tmp_path: Path) -> None:
        storage = f"sqlite:///{tmp_path / 's.db'}"
        book = Book()
        with pytest.raises(RuntimeError, match="no model"):
            search(Valley(fails_at=6), plan(trials=5), name="s", storage=storage, watcher=book)
        assert [one.state for one in book.ended_] == ["complete", "failed"]
        found = search(Valley(), plan(trials=5), name="s", storage=storage)
        assert [one.number for one in found] == [0, 2, 3, 4, 5]

    def test_of_equals_the_earliest_is_best(self) -> None:
        trials = [Trial(n, {}, (0.5,), "complete") for n in range(3)]
        assert best(trials, higher=True).number == 0
        with pytest.raises(Invalid):
            best([Trial(0, {}, (0.1,), "pruned")], higher=True)


CHILD = """
import sys, time
from tests.sdk.tuning.test_search import KilledValley, Log, plan
from gonogo.sdk.tuning.search import search
search(KilledValley(), plan(trials=9), name="s", storage=sys.argv[1], watcher=Log(sys.argv[2]))
"""


@dataclass(frozen=True)
class KilledValley(Valley):
    """A valley in which every step takes a while."""

    def __call__(self, parameters: Mapping[str, Any], fold: int) -> float:
        time.sleep(0.01)
        return super().__call__(parameters, fold)


@dataclass(frozen=True)
class Log:
    """Writes what it was told to a file that outlives the process."""

    path: str

    def began(self, number: int, parameters: Mapping[str, Any]) -> None:
        self._write({"began": number})

    def ended(self, trial: Trial) -> None:
        self._write({"ended": trial.number, "score": trial.score})

    def _write(self, line: dict[str, Any]) -> None:
        with Path(self.path).open("a") as file:
            file.write(json.dumps(line) + "\n")


class TestKilled:
    def test_no_finished_trial_is_lost_and_the_trials_are_those_of_one_that_was_not_killed(
        self, tmp_path: Path
    ) -> None:
        """kill -9 in a child process, again and again, until it comes through."""
        storage, log = f"sqlite:///{tmp_path / 's.db'}", tmp_path / "log"
        kills = 0
        for wanted in (2, 5):
            with subprocess.Popen(
                [sys.executable, "-c", CHILD, storage, str(log)], cwd=Path(__file__).parents[3]
            ) as child:
                while _ended(log) < wanted and child.poll() is None:
                    time.sleep(0.005)
                if child.poll() is None:
                    os.kill(child.pid, signal.SIGKILL)
                    kills += 1
        assert kills == 2
        before = {line["ended"] for line in _lines(log) if "ended" in line}
        found = search(Valley(), plan(trials=9), name="s", storage=storage, watcher=Log(str(log)))
        assert found == search(Valley(), plan(trials=9), name="s")
        assert [one.number for one in found] == list(range(9))
        assert before <= {one.number for one in found}
        scores = {(line["ended"], line["score"]) for line in _lines(log) if "ended" in line}
        assert scores == {(one.number, one.score) for one in found}


def _lines(log: Path) -> list[dict[str, Any]]:
    text = log.read_text() if log.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _ended(log: Path) -> int:
    return sum("ended" in line for line in _lines(log))


class TestDistributions:
    def test_ranges_sizes_and_choices(self) -> None:
        assert {name: type(one).__name__ for name, one in SPACE.items()} == {
            "x": "FloatDistribution",
            "kind": "CategoricalDistribution",
            "n": "IntDistribution",
        }
        assert distributions(SPACE) == SPACE

    @pytest.mark.parametrize(
        "values", [(), (1,), (1, 2, "linear"), [], "a", (True, False), (2, 1), (0, 3, "log")]
    )
    def test_what_is_no_space_is_refused_by_name(self, values: Any) -> None:
        with pytest.raises(Invalid) as refused:
            distributions({"x": values})
        assert refused.value.field == "space.x"
        with pytest.raises(Invalid):
            distributions({})
