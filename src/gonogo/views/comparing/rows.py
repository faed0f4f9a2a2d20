"""Measurements of several versions side by side: which may be compared, and how they differ."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.conditions import Cited
from gonogo.core.evidence import Evidence
from gonogo.core.specs.shape import CheckSpec, Good
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import stamp
from gonogo.domain.models.rules import Version
from gonogo.stats.estimate import Estimate, Measured
from gonogo.views.evidence import NARROWING

IMMATERIAL = frozenset({"level", "seed", "resamples", "requests", "starts", "batches"})
"""Parameters that say how sure a number is, not what it is of."""
ORDER = {name: rank for rank, name in enumerate(CATALOGUE)}
NOT_MEASURED = "no data"

Setting = tuple[str | None, tuple[tuple[str, object], ...]]
"""What a number is of: the dataset version, and every parameter that changes it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement of one version."""

    measured: Measured | None
    """None: no data."""
    comparable: bool
    """Whether it was measured as the others of its row were."""
    why: str
    """Why there is no number or it cannot be compared; "" where it can."""
    mark: str
    """"ahead" of another and behind none, "behind" another, by intervals that lie apart; or ""."""
    data: str | None = None
    reproduced: bool = False
    digest: str | None = None
    at: str | None = None

    @property
    def counts(self) -> Estimate | None:
        """The number, where it can be compared."""
        measured = self.measured
        return measured if self.comparable and isinstance(measured, Estimate) else None


@dataclass(frozen=True, slots=True)
class Row:
    """One check, measured of all candidates."""

    area: Area
    check: str
    title: str
    answers: str
    narrowed: str
    """What part it is about: "group=race"; "" for the whole."""
    good: Good
    unit: str
    setting: str
    """Data and parameters with which its numbers can be compared, in words."""
    cells: tuple[Cell, ...]
    """One for each candidate, in their order."""

    @property
    def differs(self) -> bool:
        """Whether the intervals of two of them lie apart."""
        return any(cell.mark for cell in self.cells)

    @property
    def complete(self) -> bool:
        """Whether every candidate has a number that can be compared."""
        return all(cell.counts is not None for cell in self.cells)

    @property
    def ends(self) -> tuple[float, float] | None:
        """The ends of the scale on which its intervals can be drawn below one another."""
        found = [one for one in (cell.counts for cell in self.cells) if one is not None]
        if not found:
            return None
        return min(one.low for one in found), max(one.high for one in found)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of evidence, seen from one of the candidates."""

    cited: Cited
    setting: Setting


def rows(versions: Sequence[Version], cited: Mapping[Subject, Sequence[Cited]]) -> tuple[Row, ...]:
    """What is known of `versions` and of the data they were trained and evaluated on.

    In the order of the catalogue. `cited` is the current evidence of each of these subjects.
    """
    by_row: dict[tuple[str, str], list[list[Found]]] = {}
    for place, version in enumerate(versions):
        for key, found in _of(version, cited):
            by_row.setdefault(key, [[] for _ in versions])[place].append(found)
    keys = sorted(by_row, key=lambda key: (ORDER.get(key[0], len(ORDER)), key[1]))
    return tuple(_row(*key, by_row[key], versions) for key in keys if key[0] in CATALOGUE)


def unmeasured(name: str, area: Area, spec: CheckSpec | None, candidates: int) -> Row:
    """What none of the candidates was measured by; `spec` is None where no check answers it."""
    return Row(
        area=area,
        check="" if spec is None else spec.name,
        title=name.capitalize() if spec is None else spec.title,
        answers="" if spec is None else spec.answers,
        narrowed="",
        good=Good.NEITHER if spec is None else spec.good,
        unit="" if spec is None else spec.unit,
        setting="",
        cells=(Cell(None, comparable=False, why=NOT_MEASURED, mark=""),) * candidates,
    )


def _of(
    version: Version, cited: Mapping[Subject, Sequence[Cited]]
) -> Iterable[tuple[tuple[str, str], Found]]:
    said = version.registration
    roles = {said.data: "training data", said.evaluation: "evaluation data"}
    for one in cited[version.subject]:
        yield _key(one.evidence, ""), Found(one, _setting(one.evidence, said.threshold))
    for address, role in roles.items():
        for one in () if address is None else cited[Subject.parse(address)]:
            yield _key(one.evidence, role), Found(one, _setting(one.evidence, None))


def _key(evidence: Evidence, role: str) -> tuple[str, str]:
    given = evidence.parameters
    words = [f"{name}={given[name]}" for name in NARROWING if name in given]
    return evidence.check, ", ".join([role, *words] if role else words)


def _setting(evidence: Evidence, threshold: float | None) -> Setting:
    """What must agree; a version decides by its own threshold, so that is one setting for all."""
    material = {
        name: "its own" if name == "threshold" and value == threshold else value
        for name, value in evidence.parameters.items()
        if name not in IMMATERIAL
        and name not in NARROWING
        and (name != "rows" or evidence.area is Area.OPERATIONS)
    }
    of_data = evidence.subject.kind is SubjectKind.DATASET
    return None if of_data else evidence.data, tuple(sorted(material.items()))


def _row(
    check: str, narrowed: str, found: Sequence[Sequence[Found]], versions: Sequence[Version]
) -> Row:
    spec = CATALOGUE[check]
    shared = _shared(found, versions)
    cells = [_cell(one, shared) for one in found]
    marks = _marks([cell.counts for cell in cells], spec.good)
    return Row(
        area=spec.area,
        check=check,
        title=spec.title,
        answers=spec.answers,
        narrowed=narrowed,
        good=spec.good,
        unit=spec.unit,
        setting=_words(shared),
        cells=tuple(
            Cell(
                one.measured,
                one.comparable,
                one.why,
                mark,
                one.data,
                one.reproduced,
                one.digest,
                one.at,
            )
            for one, mark in zip(cells, marks, strict=True)
        ),
    )


def _shared(found: Sequence[Sequence[Found]], versions: Sequence[Version]) -> Setting:
    """The setting that most have; of several, on the data to evaluate on, then the newest."""
    evaluated = {version.registration.evaluation for version in versions}
    having: dict[Setting, set[int]] = {}
    newest: dict[Setting, int] = {}
    for place, listed in enumerate(found):
        for one in listed:
            having.setdefault(one.setting, set()).add(place)
            newest[one.setting] = max(newest.get(one.setting, 0), one.cited.position)
    return max(
        having, key=lambda one: (len(having[one]), one[0] in evaluated - {None}, newest[one])
    )


def _cell(found: Sequence[Found], shared: Setting) -> Cell:
    if not found:
        return Cell(None, comparable=False, why=NOT_MEASURED, mark="")
    same = [one for one in found if one.setting == shared]
    newest = max(same or found, key=lambda one: (one.cited.evidence.reproduced, one.cited.position))
    evidence = newest.cited.evidence
    why = "" if same else f"not comparable: {_otherwise(newest.setting, shared)}"
    if not why and not isinstance(evidence.measured, Estimate):
        why = f"undefined: {evidence.measured.reason}"
    return Cell(
        measured=evidence.measured,
        comparable=bool(same),
        why=why,
        mark="",
        data=evidence.data,
        reproduced=evidence.reproduced,
        digest=newest.cited.digest,
        at=stamp(evidence.at),
    )


def _marks(found: Sequence[Estimate | None], good: Good) -> list[str]:
    """Who is ahead of whom by intervals that lie apart."""
    if good is Good.NEITHER:
        return [""] * len(found)

    def ahead(one: Estimate | None, other: Estimate | None) -> bool:
        if one is None or other is None:
            return False
        return one.low > other.high if good is Good.HIGHER else one.high < other.low

    marks = []
    for one in found:
        behind = any(ahead(other, one) for other in found)
        leads = any(ahead(one, other) for other in found)
        marks.append("behind" if behind else "ahead" if leads else "")
    return marks


def _otherwise(setting: Setting, shared: Setting) -> str:
    """In what a setting is not the shared one."""
    said, other = dict(setting[1]), dict(shared[1])
    parts = []
    if setting[0] != shared[0]:
        parts.append(f"measured on {setting[0] or 'unnamed data'}, not {shared[0] or 'the same'}")
    parts += [
        f"{name} {said.get(name, 'not said')}, not {other.get(name, 'not said')}"
        for name in sorted({*said, *other})
        if said.get(name) != other.get(name)
    ]
    return "; ".join(parts)


def _words(setting: Setting) -> str:
    parts = [f"{name} {value}" for name, value in setting[1]]
    return ", ".join([f"on {setting[0]}", *parts] if setting[0] else parts)
