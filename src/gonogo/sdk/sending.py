"""Decisions and outcomes that were made elsewhere, sent to a gateway from a file, in batches."""

import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from gonogo.core.errors import GonogoError, Invalid, TooMany, Unavailable
from gonogo.sdk.http import refusal

Row = dict[str, Any]
SIZE = 500
"""Rows in a request."""
LARGEST = 1_500_000
"""Bytes in a request, less than a gateway takes."""
TRIES = 6
LONGEST_WAIT = 30.0
DECISION = frozenset(
    [
        "id",
        "at",
        "entity",
        "outcome",
        "score",
        "model",
        "code",
        "arm",
        "role",
        "propensity",
        "reasons",
        "rule",
        "latency_ms",
        "error",
        "features",
    ]
)
"""What is said of a decision; any other column is a feature."""
OUTCOME = frozenset(["decision_id", "case", "label", "value", "at", "kind", "note"])
TEXTS = frozenset(
    [
        "id",
        "at",
        "entity",
        "outcome",
        "model",
        "code",
        "arm",
        "role",
        "rule",
        "error",
        "decision_id",
        "kind",
        "note",
        "case",
    ]
)
"""Fields that stay text, however much they look like numbers."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a gateway took."""

    rows: int
    requests: int


def send(
    path: Path,
    case: str,
    *,
    url: str,
    token: str,
    skip: int = 0,
    http: httpx.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Sent:
    """Send the rows of a CSV, JSONL or Parquet file to the gateway at `url`, in their order.

    Rows with a `decision_id` are outcomes, others decisions, whose further columns are features.
    `skip` leaves out the first rows. Where the gateway is busy it is asked again; what it refuses
    raises as it does, and says how many rows were taken before.
    """
    taken = requests = 0
    client = http or httpx.Client(timeout=60)
    try:
        for kind, rows in batches(islice(read(path), skip, None)):
            place, body = _request(kind, case, rows)
            try:
                _posted(client, f"{url.rstrip('/')}{place}", body, token, sleep)
            except GonogoError as error:
                error.message = (
                    f"{error.message or 'The gateway refused'}; {skip + taken:,} rows were taken "
                    f"before: go on with --skip {skip + taken}"
                )
                raise
            taken += len(rows)
            requests += 1
    finally:
        if http is None:
            client.close()
    return Sent(taken, requests)


def read(path: Path) -> Iterator[Row]:
    """The rows of a file, by its ending; raises `Invalid` for one that cannot be read."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Invalid(field="file", value=path.name, expected=f"one of {', '.join(READERS)}")
    try:
        yield from reader(path)
    except (OSError, ValueError) as error:
        raise Invalid(
            field="file", value=str(path), expected=f"a file to read ({error})"
        ) from error


def batches(rows: Iterable[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows of one kind that follow one another, as many as go into a request."""
    kind, size = "", 0
    found: list[Row] = []
    for number, row in enumerate(rows, 1):
        of = "outcomes" if row.get("decision_id") else "decisions"
        one = _outcome(row) if of == "outcomes" else _decision(row)
        try:
            length = len(json.dumps(one, default=str, allow_nan=False))
        except ValueError as error:
            raise Invalid(field=f"row {number}", expected="finite numbers") from error
        if found and (of != kind or len(found) == SIZE or size + length > LARGEST):
            yield kind, found
            found, size = [], 0
        kind = of
        found.append(one)
        size += length
    if found:
        yield kind, found


def _decision(row: Row) -> Row:
    said = {name: value for name, value in row.items() if name in DECISION and value is not None}
    features = {name: value for name, value in row.items() if name not in DECISION}
    given = said.pop("features", {})
    if not isinstance(given, Mapping):
        raise Invalid(field="features", value=given, expected="an object of features")
    if "outcome" not in said:
        raise Invalid(field="outcome", expected="a column outcome: what was decided")
    return {**said, "features": {**features, **given}}


def _outcome(row: Row) -> Row:
    unknown = sorted(set(row) - OUTCOME)
    if unknown:
        known = ", ".join(sorted(OUTCOME))
        raise Invalid(field="file", value=unknown[0], expected=f"columns of outcomes: {known}")
    return {name: value for name, value in row.items() if value is not None}


def _request(kind: str, case: str, rows: list[Row]) -> tuple[str, Any]:
    if kind == "decisions":
        return f"/v1/decisions/{quote(case, safe='')}", {"decisions": rows}
    return "/v1/outcomes", [{"case": case, **row} for row in rows]


def _posted(
    client: httpx.Client, url: str, body: Any, token: str, sleep: Callable[[float], None]
) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    content = json.dumps(body, default=str, allow_nan=False).encode()
    for tried in range(TRIES):
        try:
            answer = client.post(url, content=content, headers=headers)
        except httpx.TransportError as error:
            raise Unavailable(
                field="url", value=url, expected=f"a gateway that answers ({error})"
            ) from error
        if not answer.is_error:
            return
        refused = refusal(answer)
        if not isinstance(refused, TooMany | Unavailable) or tried == TRIES - 1:
            raise refused
        asked = answer.headers.get("Retry-After", "")
        sleep(min(LONGEST_WAIT, float(asked) if asked.isdigit() else 2.0**tried))


def _csv(path: Path) -> Iterator[Row]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            yield {
                name: value if name in TEXTS else _plain(value)
                for name, value in row.items()
                if name is not None and value not in ("", None)
            }


def _plain(text: str) -> Any:
    """A cell as a number or a switch where it reads as one."""
    if text in {"true", "True", "false", "False"}:
        return text in {"true", "True"}
    try:
        return json.loads(text) if text[:1] in "-0123456789[{" else text
    except ValueError:
        return text


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict):
                raise Invalid(field=f"line {number}", value=line[:80], expected="an object")
            yield row


def _parquet(path: Path) -> Iterator[Row]:
    from pyarrow import parquet  # Loads slowly, and few files need it.

    for batch in parquet.ParquetFile(path).iter_batches(batch_size=SIZE):
        for row in batch.to_pylist():
            yield {name: _timed(value) for name, value in row.items() if value is not None}


def _timed(value: Any) -> Any:
    return value.isoformat() + ("" if value.tzinfo else "Z") if hasattr(value, "tzinfo") else value


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".parquet": _parquet,
}
