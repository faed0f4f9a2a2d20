"""What the decision log holds, as records: by time, by id, by entity, with what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from gonogo.core.errors import Invalid, NotFound
from gonogo.records.columns import label_of
from gonogo.records.log import Log, Period, opened, within_period
from gonogo.records.record import Decision, Exposure, Outcome

BATCH = 10_000
DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A decision and what became of it."""

    decision: Decision
    outcome: Outcome | None
    """The newest; None where nothing came back yet."""
    corrections: int
    """How many outcomes it has besides the newest."""
    erased: bool
    """Whether what it said of a person was taken out on request."""


@dataclass(frozen=True, slots=True)
class Told:
    """Everything about one decision."""

    seen: Seen
    """The answer that was returned."""
    shadows: tuple[Decision, ...]
    """What shadows would have answered."""
    outcomes: tuple[Outcome, ...]
    """All that came back, oldest first: the last of kind `outcome` counts."""


COLUMNS = """
d.id, d."case", epoch_us(d.decided_at) AS decided, d.entity, d.arm, d.role, d.kind, d.snapshot,
d.release, d.model, d.code, d.propensity, d.features, d.defaulted, d.score, d.outcome, d.reasons,
d.rule, d.latency_us, d.error, d.token, d.erased, d.probability, d.conformal_set,
d.conformal_interval, d.coverage
"""


def with_outcome(decided: str = "decisions", newest: str = "latest") -> str:
    """The query of decisions `d`, from the table `decided`, with the newest outcome of each."""
    return f"""
SELECT {COLUMNS}, l.decision IS NOT NULL AS has_outcome, epoch_us(l.became_at) AS became,
       epoch_us(l.received_at) AS received, l.label, l.label_type, l.value, l.note,
       l.token AS outcome_token,
       coalesce(l.n_outcomes, 1) - 1 AS corrections
FROM {decided} d LEFT JOIN {newest} l ON l.decision = d.id AND l."case" = d."case"
"""  # noqa: S608  # text of ours


WITH_OUTCOME = with_outcome()
OUTCOME_COLUMNS = """
decision, "case", epoch_us(became_at) AS became, epoch_us(received_at) AS received, label,
label_type, value, kind, note, token
"""


def decisions(folder: Path, period: Period, *, batch: int = BATCH) -> Iterator[list[Seen]]:
    """The decisions of `period` in the order of their time, with the newest outcome of each.

    Day by day and at most `batch` at a time, so that any number is read within bounded memory.
    Shadows' records come too: their role says so.
    """
    with opened(folder, period) as log:
        log.connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM latest")
        log.connection.execute("DROP VIEW latest")
        log.connection.execute("ALTER TABLE kept RENAME TO latest")
        days = log.connection.execute(
            f"SELECT DISTINCT epoch_us(decided_at) // {DAY} AS day FROM decisions ORDER BY day"  # noqa: S608  # a number of ours
        ).fetchall()
        for (day,) in days:
            query = (
                f"{WITH_OUTCOME} WHERE d.decided_at >= make_timestamp({day * DAY}) "
                f"AND d.decided_at < make_timestamp({(day + 1) * DAY}) "
                "ORDER BY d.decided_at, d.segment, d.position"
            )
            for rows in _batches(log, query, batch):
                yield [seen_of(row) for row in _dicts(rows)]


def outcomes(folder: Path, period: Period, *, batch: int = BATCH) -> Iterator[list[Outcome]]:
    """All outcomes of the case that became so within `period`, corrected ones too, as received."""
    with opened(folder, Period(period.case)) as log:
        query = (
            f"SELECT {OUTCOME_COLUMNS} FROM outcomes "  # noqa: S608  # text of ours
            f"{within_period('became_at', period)} ORDER BY written_at, segment, position"
        )
        for rows in _batches(log, query, batch):
            yield [_outcome(row) for row in _dicts(rows)]


def exposures(folder: Path, period: Period, *, batch: int = BATCH) -> Iterator[list[Exposure]]:
    """Who was shown which variant of a flag in `period`, in the order of time."""
    with opened(folder, period) as log:
        query = (
            'SELECT flag, "case", epoch_us(shown_at) AS shown, entity, variant, snapshot, token '
            "FROM exposures ORDER BY shown_at, segment, position"
        )
        for rows in _batches(log, query, batch):
            yield [Exposure(*row.values()) for row in _dicts(rows)]


def decision(folder: Path, id_: str, case: str | None = None) -> Told:
    """The decision `id_`, its shadows and all that came back; raises `NotFound`."""
    if not id_:
        raise Invalid(field="id", value=id_, expected="the id of a decision")
    with opened(folder, Period(case, containing=id_)) as log:
        found = rows_of(log, f"{WITH_OUTCOME} WHERE d.id = ? ORDER BY d.written_at", [id_])
        back = rows_of(
            log,
            f"SELECT {OUTCOME_COLUMNS} FROM outcomes WHERE decision = ? "  # noqa: S608  # of ours
            "ORDER BY written_at, segment, position",
            [id_],
        )
    live = [seen_of(row) for row in found if row["role"] != "shadow"]
    if not live:
        raise NotFound(field="decision", value=id_, expected="the id of a decision in the log")
    case = live[0].decision.case
    shadows = [decision_of(row) for row in found if row["role"] == "shadow" and row["case"] == case]
    history = [_outcome(row) for row in back if row["case"] == case]
    return Told(live[0], tuple(shadows), tuple(history))


def _batches(log: Log, query: str, most: int) -> Iterator[pa.RecordBatch]:
    """The answer as it comes, never as a whole."""
    reader: Any = log.connection.sql(query).to_arrow_reader(most)
    yield from reader


def rows_of(log: Log, query: str, given: list[Any]) -> list[dict[str, Any]]:
    """What an opened log answers, a dictionary for each row."""
    answer = log.connection.execute(query, given)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _dicts(rows: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    names = rows.schema.names
    for values in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        yield dict(zip(names, values, strict=True))


def decision_of(row: dict[str, Any]) -> Decision:
    """A row of `COLUMNS` as a record."""
    return Decision(
        id=row["id"],
        case=row["case"],
        at=row["decided"],
        entity=row["entity"],
        arm=row["arm"],
        role=row["role"],
        kind=row["kind"],
        snapshot=row["snapshot"],
        release=row["release"],
        model=row["model"],
        code=row["code"],
        propensity=row["propensity"],
        features=msgspec.json.decode(row["features"]),
        defaulted=tuple(row["defaulted"]),
        score=row["score"],
        outcome=row["outcome"],
        reasons=tuple(row["reasons"]),
        rule=row["rule"],
        latency_us=row["latency_us"],
        error=row["error"],
        token=row["token"],
        probability=row["probability"],
        conformal_set=_tuple(row["conformal_set"]),
        conformal_interval=_tuple(row["conformal_interval"]),
        coverage=row["coverage"],
    )


def _tuple(values: list[Any] | None) -> Any:
    return None if values is None else tuple(values)


def _outcome(row: dict[str, Any]) -> Outcome:
    return Outcome(
        decision=row["decision"],
        case=row["case"],
        at=row["became"],
        received=row["received"],
        label=label_of(row["label"], row["label_type"]),
        value=row["value"],
        kind=row["kind"],
        note=row["note"],
        token=row["token"],
    )


def seen_of(row: dict[str, Any]) -> Seen:
    """A row of `with_outcome` as a record."""
    outcome = None
    if row["has_outcome"]:
        outcome = _outcome(
            {**row, "decision": row["id"], "kind": "outcome", "token": row["outcome_token"]}
        )
    return Seen(decision_of(row), outcome, row["corrections"], row["erased"])
