"""Datasets and their versions, from a client."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from gonogo.checks.engineering.datasheet import CHECK as DATASHEET
from gonogo.checks.engineering.datasheet import datasheet_completeness
from gonogo.checks.findings.finding import Asked, Finding
from gonogo.checks.inputs.tabular import Format, read_table, to_parquet
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.schemas import datasets as schemas
from gonogo.schemas import evidence as evidence_schemas
from gonogo.schemas.measurements import Measurement
from gonogo.sdk.disclosures import PrivateStatistics
from gonogo.sdk.evidence import EvidenceList, of_findings
from gonogo.sdk.http import Http, part, refusal
from gonogo.sdk.measurements import measured
from gonogo.sdk.shapes import shaped

if TYPE_CHECKING:
    import pandas as pd

ORIGIN = "gonogo.dataset"
"""Attribute of a frame that names the dataset version it was read from."""
ROWS = "gonogo.rows"
"""Attribute of a frame: how many rows that version has."""


@dataclass(frozen=True, slots=True)
class Datasets:
    """All datasets."""

    http: Http = field(repr=False)

    def all(self) -> Iterator[schemas.Dataset]:
        """Every dataset, by name."""
        return self.http.all("/datasets", schemas.Datasets)

    def versions(self, name: str) -> list[schemas.DatasetVersion]:
        """Versions of a dataset, newest first."""
        return self.http.get(f"/datasets/{part(name)}", schemas.DatasetVersions).items

    def register(
        self, name: str, data: "str | Path | pd.DataFrame", about: Mapping[str, Any]
    ) -> "DatasetVersion":
        """Register a version: a CSV or Parquet file, or a frame, which travels as Parquet.

        `about` holds the fields of `NewDatasetVersion`.
        """
        asked = shaped(schemas.NewDatasetVersion, about, "about")
        form = {"about": asked.model_dump_json(exclude_none=True)}
        with _opened(data) as (file_name, source):
            answer = self.http.send(
                "POST",
                f"/datasets/{part(name)}/versions",
                data=form,
                files={"file": (file_name, source, "application/octet-stream")},
            )
        return DatasetVersion(self.http, schemas.DatasetVersion.model_validate(answer.json()))

    def version(self, subject: str) -> "DatasetVersion":
        """The version with this address, dataset:name@version."""
        found = Subject.parse(subject)
        if found.kind is not SubjectKind.DATASET or found.version is None:
            raise Invalid(field="subject", value=subject, expected="dataset:name@version")
        path = f"/datasets/{part(found.name)}/versions/{part(found.version)}"
        return DatasetVersion(self.http, self.http.get(path, schemas.DatasetVersion))


@dataclass(frozen=True, slots=True, repr=False)
class DatasetVersion:
    """One version of a dataset: immutable, so what was read once stays true."""

    http: Http = field(repr=False)
    told: schemas.DatasetVersion
    """Everything that is known of it."""

    def __repr__(self) -> str:
        size = f"{self.told.rows:,} rows, {len(self.told.columns)} columns"
        return f"<DatasetVersion {self.subject}: {size}>"

    @property
    def subject(self) -> str:
        """Its address."""
        return self.told.subject

    @property
    def version(self) -> str:
        """The first 12 digits of its file's SHA-256."""
        return self.told.version

    def frame(self) -> "pd.DataFrame":
        """Its rows."""
        with tempfile.TemporaryFile() as target:
            self.save(cast("BinaryIO", target))
            found = read_table(
                cast("BinaryIO", target),
                Format(self.told.format),
                delimiter=self.told.delimiter,
                columns=len(self.told.columns),
            )
        # So that what is trained or measured on these rows knows where they came from.
        found.attrs.update({ORIGIN: self.subject, ROWS: self.told.rows})
        return found

    def save(self, target: BinaryIO) -> None:
        """Write its file to `target`, byte for byte as it was registered."""
        with self.http.stream(f"{self._path}/file") as answer:
            if answer.is_error:
                answer.read()
                raise refusal(answer)
            target.writelines(answer.iter_bytes())

    def verify(self) -> schemas.Verified:
        """Have the server hash the file again; raises `Broken` where it changed."""
        return self.http.post(f"{self._path}/verify", schemas.Verified)

    def measure(
        self,
        *,
        reference: "str | DatasetVersion | None" = None,
        checks: Sequence[str | Asked] | None = None,
        wait: bool = True,
    ) -> Measurement:
        """Have the server measure it, by `checks` or the usual ones.

        `reference` is another version it is compared with: the training data of test data. With
        `wait` false it comes back at once, with the state in which the measurement is.
        """
        named = reference.subject if isinstance(reference, DatasetVersion) else reference
        asked: dict[str, Any] = {"reference": named}
        if checks is not None:
            listed = [Asked(one) if isinstance(one, str) else one for one in checks]
            asked["checks"] = [{"check": one.check, "with": dict(one.parameters)} for one in listed]
        return measured(self.http, f"{self._path}/measure", asked, wait=wait)

    def record(self, findings: Sequence[Finding]) -> evidence_schemas.Recorded:
        """Record what was measured of it elsewhere."""
        drafts = of_findings(findings, subject=self.subject, data=self.subject)
        return EvidenceList(self.http).record(drafts)

    def write_datasheet(self, answers: Mapping[str, Any]) -> evidence_schemas.Recorded:
        """Record its datasheet (Gebru et al. 2021) and how much of it is filled in.

        The newest is what counts. Raises `Invalid` for a field that a datasheet has not.
        """
        return self.record([datasheet_completeness(answers, {})])

    def datasheet(self) -> dict[str, Any]:
        """The answers of its newest datasheet; empty where there is none."""
        found = [one for one in self.evidence() if one.check == DATASHEET]
        return dict(found[0].detail["answers"]) if found else {}

    @property
    def private(self) -> PrivateStatistics:
        """Differentially private statistics of it, paid from the dataset's privacy budget."""
        return PrivateStatistics(self.http, self.told.name, self.told.version)

    def evidence(self, *, current: bool = True) -> list[evidence_schemas.Evidence]:
        """What is known of it by measuring."""
        return list(EvidenceList(self.http, self.subject).all(current=current))

    @property
    def _path(self) -> str:
        return f"/datasets/{part(self.told.name)}/versions/{part(self.told.version)}"


def origin(frame: "pd.DataFrame", *, whole: bool) -> str | None:
    """The dataset version that the rows were read from; `whole`: only if all of them are there."""
    named: str | None = frame.attrs.get(ORIGIN)
    return None if whole and frame.attrs.get(ROWS) != len(frame) else named


@contextmanager
def _opened(data: "str | Path | pd.DataFrame") -> Iterator[tuple[str, BinaryIO]]:
    """A file, or a frame as one: its name and its bytes."""
    if not isinstance(data, str | Path):
        yield "data.parquet", BytesIO(to_parquet(data))
        return
    path = Path(data)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise NotFound(
            field="data", value=str(path), expected=f"a readable file ({error.strerror})"
        ) from error
    with stream:
        yield path.name, stream
