"""Datasets as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Text = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(min_length=1, max_length=255)]
Code = str | int | float


class ColumnSays(Asked):
    """What is said of one column; what is left out is taken from the file."""

    type: Literal["integer", "number", "boolean", "category", "text", "time"] | None = None
    nullable: bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    categories: (
        Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=1000)] | None
    ) = None
    role: Literal["feature", "label", "protected", "identifier", "other"] | None = None
    missing_codes: Annotated[list[Code], Field(max_length=100)] | None = None


class NewDatasetVersion(Asked):
    """What is said of a dataset version; the file comes beside it."""

    licence: Annotated[str, Field(min_length=1, max_length=1000)]
    sensitivity: Literal["public", "internal", "confidential", "restricted"]
    owner_role: Annotated[str, Field(max_length=40)]
    description: Text = ""
    label: Name | None = None
    protected: Annotated[list[Name], Field(max_length=100)] = Field(default_factory=list)
    columns: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """How many columns the file has; to be said of a file with more than 256."""
    overrides: dict[str, ColumnSays] = Field(default_factory=dict)
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    place: Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*://\S+$", max_length=2000)] | None = (
        None
    )
    """Where it came from, as a URL."""
    parents: Annotated[list[Address], Field(max_length=100)] = Field(default_factory=list)
    transformation: Text = ""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """Instead of a file: the digest of one that is kept here already."""


class AskedCheck(Asked):
    """One check, with the parameters it is wanted with."""

    check: Annotated[str, Field(min_length=1, max_length=100)]
    with_: dict[str, str | int | float | bool] = Field(alias="with", default_factory=dict)


class Measure(Asked):
    """What the server is to measure of a dataset version itself."""

    checks: Annotated[list[AskedCheck], Field(max_length=50)] | None = None
    """The checks to measure by; without it, by the usual ones."""

    reference: Address | None = None
    """The dataset version it is compared with: the training data of test data."""


class DatasetVersion(Told):
    """A dataset version."""

    subject: str
    name: str
    version: str
    sha256: str
    size: int
    format: str
    delimiter: str
    rows: int
    columns: list[dict[str, Any]]
    description: str
    licence: str
    sensitivity: str
    owner_role: str
    place: str
    protected: list[str]
    label: str | None
    parents: list[str]
    transformation: str
    registered_at: str
    registered_by: str
    entry: str


class DatasetVersions(Told):
    """Versions of a dataset, newest first."""

    items: list[DatasetVersion]
    next: str | None = None


class Dataset(Told):
    """A dataset in one line."""

    name: str
    versions: int
    latest: str
    registered_at: str


class Datasets(Told):
    """A page of datasets."""

    items: list[Dataset]
    next: str | None


class Verified(Told):
    """That the file is what was registered."""

    subject: str
    sha256: str
    size: int
