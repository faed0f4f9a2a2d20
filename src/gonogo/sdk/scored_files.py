"""A scored table measured here while it passes, by the numbers it would give in memory."""

from collections.abc import Sequence
from pathlib import Path

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.streamed.model_checks import plan
from gonogo.checks.streamed.parquet import Named, Tell, measure_scored_file, silent
from gonogo.sdk.files import opened


def measure_scored(
    path: str | Path,
    *,
    label: str,
    score: str,
    groups: Sequence[str] = (),
    threshold: float = 0.5,
    checks: Sequence[str | Asked] | None = None,
    level: float = 0.95,
    seed: int = 7,
    tell: Tell = silent,
) -> list[Finding]:
    """What the Parquet file at `path` shows of the model that scored it, in one scan.

    `label` is the column with the truth, 0 or 1; `score` the one with what the model said; `groups`
    columns to compare people by. By `checks`, or by all that can be read while rows pass. Memory
    does not grow with the rows; `tell` is told how many of how many have passed. Hand the findings
    to `record` of a model version to make them evidence.

    Raises `NotFound` and `Invalid` for the file and its columns, and as the checks do.
    """
    asked = [Asked(one) if isinstance(one, str) else one for one in checks or ()]
    wanted = plan(
        checks=None if checks is None else asked,
        groups=groups,
        threshold=threshold,
        level=level,
        seed=seed,
    )
    with opened(Path(path), "scored") as source:
        return measure_scored_file(source, Named(label, score, tuple(groups)), wanted, tell=tell)
