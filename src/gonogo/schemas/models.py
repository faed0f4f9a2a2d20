"""Models and their versions as they travel."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.schemas.base import Asked, Told

Column = Annotated[str, Field(min_length=1, max_length=200)]


class Task(Asked):
    """What a model is for, and the columns that are read for it."""

    kind: Literal["classification", "classes", "regression", "ranking", "forecast"]
    query: Column | None = None
    """Ranking: the column that says which query a row belongs to."""
    time: Column | None = None
    """Forecast: the column with the time of a row, a number or ISO 8601."""
    series: Column | None = None
    """Forecast: the column that tells series apart."""
    classes: Annotated[list[Column], Field(max_length=10_000)] | None = None
    """Classes in the order of the scores; without them, those that the model names."""
    quantiles: Annotated[list[Annotated[float, Field(gt=0, lt=1)]], Field(max_length=99)] | None = (
        None
    )
    """Forecast: which quantile each of the model's numbers is, rising, the middle one 0.5."""


class NewVersion(Asked):
    """A version of the tracking server's registry, to be sealed."""

    version: Annotated[str, Field(min_length=1, max_length=64)]
    case: Annotated[str, Field(min_length=1, max_length=64)]
    data: Annotated[str, Field(max_length=255)] | None = None
    evaluation: Annotated[str, Field(max_length=255)] | None = None
    code: Annotated[str, Field(max_length=255)] | None = None
    environment: Annotated[str, Field(max_length=255)] | None = None
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    card: dict[str, Any] = Field(default_factory=dict)
    task: Task | None = None
    """Without one, classification."""


class Member(Asked):
    """A version in an ensemble; `version` is NAME@NUMBER."""

    version: Annotated[str, Field(min_length=1, max_length=255)]
    weight: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] = 1.0
    """Weights are taken as shares of their sum."""


class NewEnsemble(Asked):
    """Registered versions that decide together, to be sealed as a version of their own."""

    members: Annotated[list[Member], Field(min_length=2, max_length=20)]
    stack: Annotated[str, Field(max_length=255)] | None = None
    """The version that reads the members' scores; without one, they are averaged."""
    learn: Annotated[str, Field(max_length=255)] | None = None
    """The dataset version to learn the weights on; none of them may have seen it."""
    evaluation: Annotated[str, Field(max_length=255)] | None = None
    """The dataset version its evidence must be measured on; without one, the members' own."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    card: dict[str, Any] = Field(default_factory=dict)


class Card(Asked):
    """What a model card says."""

    card: dict[str, Any]


class AskedCheck(Asked):
    """A check, and what it is to be measured with."""

    check: Annotated[str, Field(min_length=1, max_length=100)]
    with_: dict[str, str | int | float | bool] = Field(alias="with", default_factory=dict)


class Reproduce(Asked):
    """What the server is to measure itself."""

    data: Annotated[str, Field(max_length=255)] | None = None
    """The dataset version; without one, the version's evaluation data."""
    groups: list[Annotated[str, Field(max_length=200)]] | None = None
    """Group columns, columns joined by &; without them, all protected ones and their crossing."""
    level: Annotated[float, Field(gt=0, lt=1)] = 0.95
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 7
    checks: Annotated[list[AskedCheck], Field(max_length=100)] | None = None
    """Only by these checks; without them, by all that are measured without being asked for."""


class ModelFile(Told):
    """One file of a version."""

    path: str
    size: int
    sha256: str


class ModelFiles(Told):
    """All files of a version."""

    items: list[ModelFile]


class Version(Told):
    """A registered version as it stands."""

    subject: str
    model: str
    version: str
    case: str
    run: str | None
    digest: str
    files: list[ModelFile]
    format: str
    signature: dict[str, Any]
    data: str | None
    evaluation: str | None
    code: str | None
    environment: str | None
    author: str
    threshold: float
    task: dict[str, Any]
    """What it is for: its kind, and what else was said of it."""
    ensemble: dict[str, Any] | None = None
    """Of an ensemble: its members with their weights, and what they learned from."""
    card: dict[str, Any]
    stage: str
    registered_at: str
    registered_by: str
    entry: str


class Versions(Told):
    """All versions of a model, newest first."""

    items: list[Version]
    next: str | None = None


class Model(Told):
    """A registered model in one line."""

    name: str
    case: str
    versions: int
    champion: str | None


class Models(Told):
    """A page of models."""

    items: list[Model]
    next: str | None


class ChampionAt(Told):
    """What was champion at a time, and by which decision."""

    model: str
    at: str
    version: str | None
    subject: str | None
    since: str | None
    decision: str | None


class Verified(Told):
    """That the files are what was registered."""

    subject: str
    digest: str
    files: int
