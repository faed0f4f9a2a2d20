"""Peak memory of a model that predicts: in real processes, and what a strange one makes of it."""

from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest

from gonogo.checks.operations.memory import CHECK, peak_memory_bytes
from gonogo.checks.operations.memory_child import resident
from gonogo.core.errors import Invalid
from gonogo.stats.estimate import Estimate, Undefined

MIB = 1 << 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model")
    rows = frame()
    data = lightgbm.Dataset(rows, label=np.arange(60) % 2)
    quiet = {"objective": "binary", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 2}
    model = lightgbm.train(quiet, data, num_boost_round=3)
    model.save_model(place / "model.lgb")
    return place


def frame() -> pd.DataFrame:
    draw = np.random.default_rng(1)
    return pd.DataFrame({"a": draw.normal(size=60), "b": draw.normal(size=60)})


def told(peak: int | None) -> Any:
    return lambda *_: {"before": 10 * MIB, "loaded": 20 * MIB, "peak": peak}


class TestPeakMemory:
    def test_a_process_of_its_own_is_measured(self, folder: Path) -> None:
        """A Python with pandas and LightGBM takes tens of megabytes, and not gigabytes."""
        found = peak_memory_bytes(folder, frame(), {"starts": 2, "rows": 100})
        assert isinstance(found.measured, Estimate)
        assert 30 * MIB < found.measured.value < 2048 * MIB
        before, loaded = found.detail["before"], found.detail["loaded"]
        assert isinstance(before, float)
        assert isinstance(loaded, float)
        assert before <= loaded <= found.measured.value

    def test_what_this_process_holds_is_not_in_it(self, folder: Path) -> None:
        """The peak that `getrusage` tells of a child begins with its parent's."""
        held = np.ones(400 * MIB // 8)
        mine = resident("VmHWM")
        found = peak_memory_bytes(folder, frame(), {"starts": 1, "rows": 10})
        assert held.size
        assert mine is not None
        assert isinstance(found.measured, Estimate)
        assert found.measured.value < mine - 200 * MIB

    def test_the_median_of_six_has_a_closed_interval(self, folder: Path) -> None:
        sizes = iter([5, 3, 4, 6, 2, 1])
        found = peak_memory_bytes(folder, frame(), {}, child=lambda *_: told(next(sizes) * MIB)())
        assert isinstance(found.measured, Estimate)
        measured = found.measured
        assert (measured.low, measured.value, measured.high) == (MIB, 3 * MIB, 6 * MIB)
        assert (measured.n, measured.unit) == (6, "bytes")
        assert found.parameters == {"level": 0.95, "rows": 1000, "starts": 6}

    def test_no_rows_and_a_system_that_does_not_tell(self, folder: Path) -> None:
        for rows, child in ((frame().iloc[:0], None), (frame(), told(None))):
            found = peak_memory_bytes(folder, rows, {}, child=child)
            assert isinstance(found.measured, Undefined)
            assert found.check == CHECK

    @pytest.mark.parametrize(
        "asked", [{"rows": 0}, {"rows": 10**7}, {"starts": 0}, {"starts": 101}, {"level": 1.0}]
    )
    def test_strange_parameters_are_refused(self, folder: Path, asked: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=next(iter(asked))):
            peak_memory_bytes(folder, frame(), asked, child=told(MIB))

    def test_rows_the_model_does_not_take(self, folder: Path) -> None:
        with pytest.raises(Invalid, match="data"):
            peak_memory_bytes(folder, frame()[["a"]], {"starts": 1})
        with pytest.raises(Invalid, match="one type each"):
            peak_memory_bytes(folder, frame().assign(a=[1, "x"] * 30), {"starts": 1})

    def test_a_pickle_is_not_loaded(self, tmp_path: Path) -> None:
        (tmp_path / "model.pkl").write_bytes(b"\x80\x04\x95.")
        with pytest.raises(Invalid, match="data"):
            peak_memory_bytes(tmp_path, frame(), {"starts": 1})
