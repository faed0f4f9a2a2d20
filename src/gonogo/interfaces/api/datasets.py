"""REST: datasets, their versions and files."""

from collections.abc import Iterator
from os import SEEK_END
from typing import BinaryIO, cast

from fastapi import File, Form, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.requests import Request

from gonogo.checks.inputs.schema import Role, Schema, columns_of
from gonogo.checks.inputs.tabular import Format, check_delimiter, format_of, read_table
from gonogo.core import shape_errors
from gonogo.core.caller import Caller
from gonogo.core.errors import Invalid
from gonogo.core.roles import Action
from gonogo.domain.datasets import actions, columns, reads, rules, tables
from gonogo.interfaces.api import measurements
from gonogo.interfaces.api.kit import Reply, Routes
from gonogo.interfaces.api.needs import ApiNeeds
from gonogo.interfaces.api.text import check_text
from gonogo.schemas import datasets as schemas
from gonogo.schemas.measurements import Measurement
from gonogo.store.files import CHUNK, Files
from gonogo.store.work import Work

routes = Routes("datasets")


@routes.post("/datasets/{name}/versions", action=Action.DATASET_REGISTER, also=(200,))
def register(
    needs: ApiNeeds,
    caller: Caller,
    name: str,
    about: str = Form(description="What is said of it: a JSON object, NewDatasetVersion."),
    file: UploadFile | None = File(None, description="CSV in UTF-8, or Parquet."),
) -> Reply[schemas.DatasetVersion]:
    """Register a version: its file, read and hashed here, and what is said of it."""
    with needs.open_work(caller, write=False) as work:
        actions.allow_register(work, name)
    asked = parsed(about)
    check_delimiter(asked.delimiter)
    content, found = _put(needs, asked, file)
    with needs.open_work(caller) as work:
        before = tables.find(work, name, content.fingerprint)
        version = actions.register(work, name, content, found)
    needs.wake()
    status = 201 if before is None else 200
    return Reply(told(version), etag=version.entry, status=status)


@routes.get("/datasets")
def listed(work: Work, cursor: str | None = None, limit: int = 50) -> schemas.Datasets:
    """Datasets by name."""
    page = reads.listed(work, cursor=cursor, limit=limit)
    items = [schemas.Dataset.model_validate(dataset) for dataset in page.items]
    return schemas.Datasets(items=items, next=page.next)


@routes.get("/datasets/{name}")
def versions(work: Work, name: str) -> schemas.DatasetVersions:
    """Versions of a dataset, newest first."""
    return schemas.DatasetVersions(items=[told(one) for one in reads.versions_of(work, name)])


@routes.get("/datasets/{name}/versions/{version}")
def show(work: Work, name: str, version: str) -> Reply[schemas.DatasetVersion]:
    """One version."""
    found = tables.get(work, name, version)
    return Reply(told(found), etag=found.entry)


@routes.get(
    "/datasets/{name}/versions/{version}/file", media=("text/csv", "application/octet-stream")
)
def file(needs: ApiNeeds, caller: Caller, name: str, version: str) -> StreamingResponse:
    """The file of a version, as it was registered."""
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.READ, on=found.subject)
    form = found.content.format
    return StreamingResponse(
        _chunks(needs.files, found.content.digest),
        media_type="text/csv; charset=utf-8" if form == "csv" else "application/octet-stream",
        headers={
            "Content-Length": str(found.content.size),
            "Content-Disposition": f'attachment; filename="{name}-{version}.{form}"',
        },
    )


@routes.post("/datasets/{name}/versions/{version}/verify", action=Action.READ, status=200)
def verify(needs: ApiNeeds, caller: Caller, name: str, version: str) -> schemas.Verified:
    """Hash the file of a version again; a changed one is told by name."""
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.READ, on=found.subject)
    reads.verify(needs.files, found)
    return schemas.Verified(
        subject=str(found.subject), sha256=found.content.digest, size=found.content.size
    )


@routes.post(
    "/datasets/{name}/versions/{version}/measure", action=Action.EVIDENCE_REPRODUCE, also=(202,)
)
def measure(
    needs: ApiNeeds,
    caller: Caller,
    request: Request,
    name: str,
    version: str,
    asked: schemas.Measure,
) -> Reply[Measurement]:
    """Have the server measure a version itself from the file it keeps.

    201 where that is soon done, with its evidence; else 202 and where to look.
    """
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
    said = asked.model_dump(mode="json", by_alias=True)
    return measurements.answered(needs, caller, request, found.subject, said)


def parsed(about: str) -> schemas.NewDatasetVersion:
    """What is said of a version, from the text of the form; raises `Invalid`."""
    check_text(about.encode(), {})
    try:
        return schemas.NewDatasetVersion.model_validate_json(about)
    except ValidationError as error:
        root = shape_errors.loaded(about)
        raise shape_errors.invalid(error.errors(), root, within="about") from error


def told(version: rules.DatasetVersion) -> schemas.DatasetVersion:
    """A version as it travels."""
    content, about = version.content, version.about
    return schemas.DatasetVersion(
        subject=str(version.subject),
        name=version.name,
        version=content.fingerprint,
        sha256=content.digest,
        size=content.size,
        format=content.format,
        delimiter=content.delimiter,
        rows=content.rows,
        columns=[dict(column) for column in about.columns],
        description=about.description,
        licence=about.licence,
        sensitivity=about.sensitivity,
        owner_role=about.owner_role,
        place=about.place,
        protected=list(about.protected),
        label=about.label,
        parents=list(about.parents),
        transformation=about.transformation,
        registered_at=version.registered_at,
        registered_by=version.registered_by,
        entry=version.entry,
    )


def _put(
    needs: ApiNeeds, asked: schemas.NewDatasetVersion, file: UploadFile | None
) -> tuple[rules.Content, rules.About]:
    """Read the file, then put it away: what is no table is not kept."""
    if (file is None) == (asked.sha256 is None):
        raise Invalid(field="file", expected="a file, or in its place the sha256 of one kept here")
    if asked.sha256 is not None:
        with needs.files.open(asked.sha256) as kept:
            rows, specs, form = _read(kept, asked)
            size = kept.seek(0, SEEK_END)
        digest = asked.sha256
    else:
        source = cast("BinaryIO", file.file)  # type: ignore[union-attr]  # one of the two is there
        rows, specs, form = _read(source, asked)
        source.seek(0)
        stored = needs.files.put(source, most=needs.limits.upload)
        digest, size = stored.digest, stored.size
    content = rules.Content(digest, size, form, asked.delimiter, rows)
    return content, _about(asked, specs, digest)


def _read(source: BinaryIO, asked: schemas.NewDatasetVersion) -> tuple[int, Schema, Format]:
    """Rows, columns and format of a file."""
    form = format_of(source)
    frame = read_table(source, form, delimiter=asked.delimiter, columns=asked.columns)
    specs = columns.described(
        frame,
        {name: said.model_dump(exclude_none=True) for name, said in asked.overrides.items()},
        protected=asked.protected,
        label=asked.label,
    )
    return len(frame), specs, form


def _about(asked: schemas.NewDatasetVersion, specs: Schema, digest: str) -> rules.About:
    return rules.About(
        description=asked.description,
        licence=asked.licence,
        sensitivity=rules.Sensitivity(asked.sensitivity),
        owner_role=asked.owner_role,
        place=asked.place or f"sha256:{digest}",
        columns=[column.to_json() for column in specs],
        protected=columns_of(specs, Role.PROTECTED),
        label=next(iter(columns_of(specs, Role.LABEL)), None),
        parents=tuple(asked.parents),
        transformation=asked.transformation,
    )


def _chunks(files: Files, digest: str) -> Iterator[bytes]:
    with files.open(digest) as source:
        while chunk := source.read(CHUNK):
            yield chunk
