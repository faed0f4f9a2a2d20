"""Energy and carbon: the arithmetic of stated ranges, and what is refused or undefined."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gonogo.checks.operations.carbon import (
    Reading,
    carbon_per_million_g,
    training_carbon_g,
    training_energy_wh,
)
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import Conflict, Invalid
from gonogo.sdk import energy
from gonogo.sdk.energy import meter_of_machine, metered
from gonogo.stats.estimate import Estimate, Undefined

GRID: dict[str, Any] = {"grams_per_kwh": 400.0, "grams_low": 300.0, "grams_high": 500.0}
POWER: dict[str, Any] = {"watts": 100.0, "watts_low": 50.0, "watts_high": 200.0}
HOUR = Reading(3600.0, None, "no meter")


def ticks() -> Iterator[float]:
    """A stopwatch that takes a second each time."""
    at = 0.0
    while True:
        at += 1.0
        yield at


def ends(measured: object) -> tuple[float, float, float]:
    assert isinstance(measured, Estimate)
    return measured.low, measured.value, measured.high


class TestTraining:
    def test_an_hour_at_a_stated_power(self) -> None:
        found = training_energy_wh(HOUR, POWER)
        assert ends(found.measured) == (50, 100, 200)
        assert found.measured.n == 1
        assert found.detail == {"seconds": 3600.0, "meter": "no meter"}

    def test_a_meter_within_a_stated_share(self) -> None:
        metered_hour = Reading(3600.0, 80.0, "RAPL")
        found = training_energy_wh(metered_hour, {**POWER, "meter_within": 0.1})
        assert ends(found.measured) == pytest.approx((72, 80, 88))

    def test_its_carbon_is_that_of_the_grid(self) -> None:
        found = training_carbon_g(HOUR, {**POWER, **GRID})
        assert ends(found.measured) == (15, 40, 100)
        assert isinstance(found.measured, Estimate)
        assert found.measured.unit == CATALOGUE[found.check].unit

    def test_what_nobody_stated_is_undefined(self) -> None:
        for reading in (HOUR, Reading(3600.0, 80.0, "RAPL")):
            assert isinstance(training_energy_wh(reading, {}).measured, Undefined)
        assert isinstance(training_energy_wh(Reading(0.0, None, "x"), POWER).measured, Undefined)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"watts": 10.0}, "watts"),
            ({"watts_low": 200.0, "watts": 200.0}, "watts"),
            ({"watts_high": None}, "watts_high"),
            ({"watts": 0.0}, "watts"),
            ({"level": 1.0}, "level"),
            ({"cutoff": 1.0}, "cutoff"),
        ],
    )
    def test_strange_powers_are_refused(self, change: dict[str, Any], field: str) -> None:
        asked = {name: said for name, said in {**POWER, **change}.items() if said is not None}
        with pytest.raises(Invalid, match=field):
            training_energy_wh(HOUR, asked)

    def test_a_strange_meter_and_a_strange_time_are_refused(self) -> None:
        with pytest.raises(Invalid, match="meter_within"):
            training_energy_wh(Reading(1.0, 1.0, "RAPL"), {"meter_within": 1.0})
        with pytest.raises(Invalid, match="seconds"):
            training_energy_wh(Reading(-1.0, None, "x"), POWER)


class TestPerMillion:
    def test_is_the_energy_times_the_grid(self) -> None:
        """1,000 rows a second at 36 W: a million take 10 Wh, which here emit 4 g."""
        watch = ticks()
        asked = {"watts": 36.0, "rows": 1000, "batches": 6, **GRID}
        found = carbon_per_million_g(
            len, pd.DataFrame({"a": [1.0]}), asked, stopwatch=lambda: next(watch)
        )
        assert ends(found.measured) == pytest.approx((3, 4, 5))
        assert found.detail["energy_wh"] == pytest.approx(10)

    def test_no_rows_give_a_reason(self) -> None:
        found = carbon_per_million_g(len, pd.DataFrame({"a": []}), {"watts": 36.0, **GRID})
        assert isinstance(found.measured, Undefined)

    @pytest.mark.parametrize("name", ["watts", *GRID])
    def test_what_is_not_stated_is_refused(self, name: str) -> None:
        asked = {key: said for key, said in {"watts": 36.0, **GRID}.items() if key != name}
        with pytest.raises(Invalid, match=name):
            carbon_per_million_g(len, pd.DataFrame({"a": [1.0]}), asked)


class TestMeter:
    def test_meters_are_found_where_the_system_shows_them(self, tmp_path: Path) -> None:
        none = tmp_path / "none"
        assert meter_of_machine(none, none) is None
        zone = tmp_path / "powercap" / "intel-rapl:0"
        zone.mkdir(parents=True)
        (zone / "energy_uj").write_text("1\n")
        (tmp_path / "version").write_text("x")
        assert meter_of_machine(zone.parent, none) == "RAPL"
        assert meter_of_machine(zone.parent, tmp_path / "version") == "RAPL, NVML"

    def test_without_a_meter_the_time_alone_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(energy, "meter_of_machine", lambda: None)
        watch = ticks()
        with metered(stopwatch=lambda: next(watch)) as meter, pytest.raises(Conflict):
            _ = meter.reading
        assert meter.reading == Reading(1.0, None, "this machine has no meter to read")

    @pytest.mark.filterwarnings("ignore")
    def test_codecarbon_reads_without_a_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As on a machine with a meter; here it falls back on a table, which is enough for this."""
        monkeypatch.setattr(energy, "meter_of_machine", lambda: "RAPL")

        def refuse(*_: object) -> None:
            raise AssertionError("asked a network")

        monkeypatch.setattr("socket.socket.connect", refuse)
        with metered() as meter:
            sum(number * number for number in range(200_000))
        taken = meter.reading.watt_hours
        assert taken is not None
        assert 0 <= taken < 10
        assert meter.reading.seconds > 0
