"""The command line's help, against Python's own start: processes from start to end."""

import subprocess
import sys
from functools import partial
from statistics import median

from benchmarks.bench import Bench
from benchmarks.measuring import Line, at_most, in_words, paired, stopwatch
from benchmarks.serving import COMMAND

NAME = "cli-help"
MOST = 6
PEER = (sys.executable, "-c", "pass")
COMMANDS = {("--help",): True, ("case", "--help"): False}
"""What is run → whether it must be quick."""


def run(bench: Bench) -> list[Line]:
    """Measure it."""
    repetitions = bench.repetitions(15)
    with bench.measuring("asking for help", repetitions * len(COMMANDS)) as tick:
        found = {
            arguments: paired(
                stopwatch(partial(_run, str(COMMAND), *arguments)),
                stopwatch(partial(_run, *PEER)),
                repetitions,
                tick,
            )
            for arguments in COMMANDS
        }
    lines = []
    for arguments, times in found.items():
        promise, kept = at_most(MOST, times, judged=bench.judged)
        lines.append(
            Line(
                name=NAME,
                what=f"gonogo {' '.join(arguments)}",
                measured=in_words(median(times.ours)),
                peer=f"python -c pass: {in_words(median(times.peer))}",
                ratios=times.ratios,
                promise=promise if COMMANDS[arguments] else "",
                kept=kept if COMMANDS[arguments] else None,
            )
        )
    return lines


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
