"""MLflow's answers as values of ours."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gonogo.core.tracking import TrackedRun, TrackedVersion

Answer = Mapping[str, Any]


def to_run(found: Answer, experiments: Mapping[str, str]) -> TrackedRun:
    """A run; `experiments` names experiments by their id."""
    info, data = found.get("info", {}), found.get("data", {})
    tags = pairs(data.get("tags", ()))
    experiment = str(info.get("experiment_id", ""))
    return TrackedRun(
        run_id=str(info["run_id"]),
        experiment=experiments.get(experiment, experiment),
        name=str(info.get("run_name") or tags.get("mlflow.runName", "")),
        user=str(info.get("user_id") or tags.get("mlflow.user", "")),
        status=str(info.get("status", "")),
        started=time(info.get("start_time")) or datetime.fromtimestamp(0, UTC),
        ended=time(info.get("end_time")),
        tags=tags,
        params=pairs(data.get("params", ())),
        metrics=_metrics(data.get("metrics", ())),
    )


def to_version(found: Answer) -> TrackedVersion:
    """A model version."""
    source = str(found.get("source", ""))
    created = time(found.get("creation_timestamp")) or datetime.fromtimestamp(0, UTC)
    return TrackedVersion(
        name=str(found["name"]),
        version=str(found["version"]),
        run_id=found.get("run_id") or None,
        model_id=found.get("model_id") or _model_id(source),
        source=source,
        created=created,
        updated=time(found.get("last_updated_timestamp")) or created,
        tags=pairs(found.get("tags", ())),
        aliases=tuple(sorted(found.get("aliases", ()))),
        status=str(found.get("status", "")),
        user=found.get("user_id") or None,
    )


def time(milliseconds: object) -> datetime | None:
    """A time that MLflow wrote as milliseconds since 1970; None where it wrote none.

    >>> time("1000").isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    number = int(str(milliseconds or 0))
    return datetime.fromtimestamp(number / 1000, UTC) if number else None


def milliseconds(moment: datetime) -> int:
    """A time as MLflow writes it."""
    return math.floor(moment.timestamp() * 1000)


def pairs(found: Iterable[Answer]) -> dict[str, str]:
    """Tags or parameters by their key."""
    return {str(pair["key"]): str(pair.get("value", "")) for pair in found}


def _model_id(source: str) -> str | None:
    # The registry's API leaves it out, but names it in the source.
    _, found, name = source.partition("models:/")
    return name if found and name.startswith("m-") and "/" not in name else None


def _metrics(found: Iterable[Answer]) -> dict[str, float]:
    values = {str(metric["key"]): _number(metric.get("value")) for metric in found}
    return {key: value for key, value in values.items() if math.isfinite(value)}


def _number(value: object) -> float:
    # JSON has no word for them, so that MLflow writes "NaN" and "Infinity".
    try:
        return float(str(value))
    except ValueError:
        return math.nan
