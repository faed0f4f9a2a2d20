"""Rules about a dataset proposed from a reference: a version of it, or a file on this machine."""

from collections.abc import Collection
from pathlib import Path

from gonogo.checks.data.rules.inferring import infer
from gonogo.checks.data.rules.writing import written
from gonogo.checks.inputs.schema import infer_schema, schema_from_json
from gonogo.checks.inputs.tabular import format_of, read_table
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.files import opened


def rules_of_version(version: DatasetVersion, columns: Collection[str] | None = None) -> str:
    """Rules for a dataset as the rows of a version have them, in YAML, for somebody to look over.

    `columns`: about these alone. Raises `Invalid` for fewer than 20 rows.
    """
    told = version.told
    source = f"{told.name}@{told.version}, {told.rows:,} rows"
    schema = schema_from_json(told.columns)
    return written(
        infer(version.frame(), schema, dataset=told.name, source=source, columns=columns)
    )


def rules_of_file(
    file: Path,
    dataset: str,
    *,
    delimiter: str = ",",
    count: int | None = None,
    columns: Collection[str] | None = None,
) -> str:
    """As `rules_of_version`, from a file that is no version; its columns are guessed.

    `count`: how many columns it has, for a file with more than 256.
    """
    with opened(file) as source:
        frame = read_table(source, format_of(source), delimiter=delimiter, columns=count)
    said = f"the file {file.name}, {len(frame):,} rows"
    schema = infer_schema(frame)
    return written(infer(frame, schema, dataset=dataset, source=said, columns=columns))
