"""Tasks: what can be said of them, what must be, and that they come back as they were."""

import pytest

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.tasks import Task, TaskKind

SAID: tuple[dict[str, Json], ...] = (
    {"kind": "classification"},
    {"kind": "regression"},
    {"kind": "classes", "classes": ["a", "b"]},
    {"kind": "ranking", "query": "session"},
    {"kind": "forecast", "time": "month", "series": "shop", "quantiles": [0.1, 0.5, 0.9]},
)


class TestFromJson:
    @pytest.mark.parametrize("said", SAID)
    def test_comes_back_as_it_was(self, said: dict[str, Json]) -> None:
        assert Task.from_json(said).to_json() == said

    def test_nothing_said_is_a_classification(self) -> None:
        """So are all versions from before tasks were declared."""
        assert Task.from_json({}) == Task()

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"kind": "clustering"}, "task"),
            ({"kind": "ranking"}, "task.query"),
            ({"kind": "forecast"}, "task.time"),
            ({"kind": "forecast", "time": 3}, "task.time"),
            ({"kind": "regression", "query": "session"}, "task.query"),
            ({"kind": "classes", "classes": ["a"]}, "task.classes"),
            ({"kind": "classes", "classes": ["a", "a"]}, "task.classes"),
            ({"kind": "classes", "classes": "ab"}, "task.classes"),
            ({"kind": "forecast", "time": "t", "quantiles": [0.9, 0.5, 0.1]}, "task.quantiles"),
            ({"kind": "forecast", "time": "t", "quantiles": [0.1, 0.9]}, "task.quantiles"),
            ({"kind": "forecast", "time": "t", "quantiles": ["a"]}, "task.quantiles"),
            ({"kind": "regression", "colour": "red"}, "task.colour"),
        ],
    )
    def test_what_is_wrong_is_named(self, said: dict[str, Json], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            Task.from_json(said)
        assert refused.value.field == field


class TestNominal:
    def test_is_what_the_outermost_quantiles_enclose(self) -> None:
        task = Task(TaskKind.FORECAST, time="t", quantiles=(0.05, 0.25, 0.5, 0.75, 0.95))
        assert task.nominal == 0.9

    def test_one_number_has_no_interval(self) -> None:
        assert Task(TaskKind.FORECAST, time="t", quantiles=(0.5,)).nominal is None
