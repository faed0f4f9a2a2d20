"""The energy of a piece of work, read by codecarbon where the machine has a meter; never online."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo.checks.operations.carbon import STOPWATCH, Reading
from gonogo.core.errors import Conflict

POWERCAP = Path("/sys/class/powercap")
"""Where Linux shows the meters of processors (RAPL)."""
NVIDIA = Path("/proc/driver/nvidia/version")
"""Where the driver of graphics processors with a meter (NVML) shows itself."""
COUNTRY = "USA"
"""codecarbon asks for one without a network; only its energy is taken, never its carbon."""


@dataclass(slots=True)
class Meter:
    """What `metered` reads; whole once its `with` statement has ended."""

    _reading: Reading | None = None

    @property
    def reading(self) -> Reading:
        """What the work took; raises `Conflict` while it is under way."""
        if self._reading is None:
            raise Conflict(field="meter", expected="work that has ended: read it after `with`")
        return self._reading


@contextmanager
def metered(*, stopwatch: Callable[[], float] = STOPWATCH) -> Iterator[Meter]:
    """The energy and the time of the work within its `with` statement.

    Energy is that of the whole machine, read by codecarbon from the meters of processors (RAPL,
    NVML). Where there is no meter, or codecarbon is not installed (`pip install gonogo[carbon]`),
    the time alone is told, and why: codecarbon would then guess from a table of processors.

    `with metered() as meter: model = fit(train)`, then `training_energy_wh(meter.reading, {...})`.
    """
    meter, tracker = Meter(), None
    found = meter_of_machine()
    if found is not None:
        tracker = _tracker()
        found = found if tracker is not None else "codecarbon is not installed: gonogo[carbon]"
    start = stopwatch()
    try:
        yield meter
    finally:
        seconds = stopwatch() - start
        taken = None if tracker is None else _taken(tracker)
        meter._reading = Reading(seconds, taken, found or "this machine has no meter to read")  # noqa: SLF001  # the one who makes it fills it


def meter_of_machine(powercap: Path = POWERCAP, nvidia: Path = NVIDIA) -> str | None:
    """The meters that can be read here: "RAPL, NVML"; None where there is none."""
    counters = powercap.glob("*/energy_uj") if powercap.is_dir() else ()
    meters = ["RAPL"] if any(os.access(one, os.R_OK) for one in counters) else []
    if nvidia.exists():
        meters.append("NVML")
    return ", ".join(meters) or None


def _tracker() -> Any:
    try:
        from codecarbon import OfflineEmissionsTracker
    except ImportError:
        return None
    tracker = OfflineEmissionsTracker(
        country_iso_code=COUNTRY,
        save_to_file=False,
        log_level="critical",
        allow_multiple_runs=True,
    )
    tracker.start()
    return tracker


def _taken(tracker: Any) -> float | None:
    """Watt-hours of processors and graphics processors; memory has no meter and is left out."""
    tracker.stop()
    told = tracker.final_emissions_data
    return float(told.cpu_energy + told.gpu_energy) * 1000
