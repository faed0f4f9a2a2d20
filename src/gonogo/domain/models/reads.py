"""Questions asked of models and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from gonogo.core.subjects import Subject
from gonogo.core.times import stamp
from gonogo.domain.models.rules import CHAMPION, Promotion, Version
from gonogo.domain.models.tables import models, promotions, to_promotion, to_version, versions
from gonogo.store.paging import MOST, Page, page_of, read_cursor
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model in one line."""

    name: str
    case: str
    versions: int
    champion: str | None
    """Number of the version that decides in production."""


def listed(work: Work, *, cursor: str | None = None, limit: int = 50) -> Page[Model]:
    """Registered models by name."""
    limit = max(1, min(limit, MOST))
    counted = (
        select(versions.c.model, func.count().label("versions"))
        .group_by(versions.c.model)
        .subquery()
    )
    query = (
        select(models.c.name, models.c.case, counted.c.versions)
        .join(counted, counted.c.model == models.c.name)
        .order_by(models.c.name)
        .limit(limit + 1)
    )
    after = read_cursor(cursor, str)
    if after is not None:
        query = query.where(models.c.name > after)
    rows = work.connection.execute(query).all()
    champions = champions_of(work, [row.name for row in rows])
    found = [Model(row.name, row.case, row.versions, champions.get(row.name)) for row in rows]
    return page_of(found, limit, lambda model: model.name)


def versions_of(work: Work, model: str) -> list[Version]:
    """All versions of a model, newest first."""
    rows = work.connection.execute(
        select(versions).where(versions.c.model == model).order_by(versions.c.registered_at.desc())
    )
    return [to_version(row) for row in rows]


def latest_of_cases(work: Work, cases: Sequence[str]) -> dict[str, Version]:
    """The newest version for each of these use cases, in one query."""
    newest = (
        select(versions.c.case, func.max(versions.c.registered_at).label("at"))
        .where(versions.c.case.in_(list(cases)))
        .group_by(versions.c.case)
        .subquery()
    )
    rows = work.connection.execute(
        select(versions).join(
            newest,
            (newest.c.case == versions.c.case) & (newest.c.at == versions.c.registered_at),
        )
    )
    return {row.case: to_version(row) for row in rows}


def latest_of_models(work: Work, names: Sequence[str]) -> dict[str, Version]:
    """The newest version of each of these models, in the order of `names`, in one query."""
    newest = (
        select(versions.c.model, func.max(versions.c.registered_at).label("at"))
        .where(versions.c.model.in_(list(names)))
        .group_by(versions.c.model)
        .subquery()
    )
    rows = work.connection.execute(
        select(versions).join(
            newest,
            (newest.c.model == versions.c.model) & (newest.c.at == versions.c.registered_at),
        )
    )
    read = {row.model: to_version(row) for row in rows}
    return {name: read[name] for name in names if name in read}


def found(work: Work, subjects: Sequence[Subject]) -> dict[Subject, Version]:
    """Those of these versions that are registered, by address, in one query."""
    names = {subject.name for subject in subjects}
    numbers = {subject.version for subject in subjects if subject.version is not None}
    rows = work.connection.execute(
        select(versions).where(versions.c.model.in_(names), versions.c.number.in_(numbers))
    )
    read = {version.subject: version for version in map(to_version, rows)}
    return {subject: read[subject] for subject in subjects if subject in read}


def versions_of_case(work: Work, case: str) -> list[Version]:
    """All versions for a use case, newest first."""
    rows = work.connection.execute(
        select(versions).where(versions.c.case == case).order_by(versions.c.registered_at.desc())
    )
    return [to_version(row) for row in rows]


def versions_of_cases(work: Work, cases: Sequence[str]) -> dict[str, list[Version]]:
    """All versions for each of these use cases, newest first, in one query."""
    rows = work.connection.execute(
        select(versions)
        .where(versions.c.case.in_(list(cases)))
        .order_by(versions.c.registered_at.desc())
    )
    found: dict[str, list[Version]] = {case: [] for case in cases}
    for row in rows:
        found[row.case].append(to_version(row))
    return found


def made_on(work: Work, dataset: str, limit: int = MOST) -> list[Version]:
    """The versions trained on this dataset version, or evaluated on it, newest first."""
    rows = work.connection.execute(
        select(versions)
        .where((versions.c.data == dataset) | (versions.c.evaluation == dataset))
        .order_by(versions.c.registered_at.desc(), versions.c.model, versions.c.number)
        .limit(limit)
    )
    return [to_version(row) for row in rows]


def champion(work: Work, model: str, at: datetime | None = None) -> Promotion | None:
    """What was champion at a time (now, if none is given), and by which decision."""
    query = select(promotions).where(promotions.c.model == model, promotions.c.alias == CHAMPION)
    if at is not None:
        query = query.where(promotions.c.at <= stamp(at))
    row = work.connection.execute(
        query.order_by(promotions.c.at.desc(), promotions.c.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else to_promotion(row)


def champions_of(work: Work, names: Sequence[str]) -> dict[str, str]:
    """The number of the present champion of each of these models that has one."""
    found = promoted(work, names)
    return {name: one.number for name, one in found.items() if one.number is not None}


def promoted(work: Work, names: Sequence[str]) -> dict[str, Promotion]:
    """How the present champion of each of these models became it, in one query."""
    rows = work.connection.execute(
        select(promotions)
        .where(promotions.c.model.in_(list(names)), promotions.c.alias == CHAMPION)
        .order_by(promotions.c.at, promotions.c.id)
    )
    return {row.model: to_promotion(row) for row in rows if row.number is not None}


def history(work: Work, model: str) -> list[Promotion]:
    """Everything that was champion, newest first."""
    rows = work.connection.execute(
        select(promotions)
        .where(promotions.c.model == model)
        .order_by(promotions.c.at.desc(), promotions.c.id.desc())
    )
    return [to_promotion(row) for row in rows]


def sealed_places(work: Work) -> list[str]:
    """Folders of the registered versions below the root of the artifacts."""
    return [
        place
        for place in work.connection.scalars(
            select(versions.c.place).where(versions.c.place.is_not(None))
        )
        if place is not None
    ]


def is_sealed(work: Work, model: str, number: str | None) -> bool:
    """Whether a version is registered; without a number: whether any of the model is."""
    query = select(func.count()).select_from(versions).where(versions.c.model == model)
    if number is not None:
        query = query.where(versions.c.number == number)
    return bool(work.connection.scalar(query))


def made_by_runs(work: Work, case: str | None = None) -> dict[str, str]:
    """Which model each run made a version of, for a use case or for all, in one query."""
    query = select(versions.c.run, versions.c.model).where(versions.c.run.is_not(None))
    if case is not None:
        query = query.where(versions.c.case == case)
    return {row.run: row.model for row in work.connection.execute(query)}
