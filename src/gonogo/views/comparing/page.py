"""Two to five model versions side by side: criteria, who comes first, and all that was measured."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gonogo.core.areas import Area, area_of
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import NotFound
from gonogo.core.subjects import Subject
from gonogo.domain.models import reads as models
from gonogo.domain.models.rules import Version
from gonogo.store.work import Work
from gonogo.views.charts.values import Chart
from gonogo.views.comparing.asked import FAMILIES, MOST_VERSIONS, Asked, Criterion, asked, subjects
from gonogo.views.comparing.plots import plots
from gonogo.views.comparing.ranking import Judged, Ranking, judged, ranking
from gonogo.views.comparing.rows import Row, rows, unmeasured

WORD = re.compile(r"(?:\[[^\]]*\]|\S)+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the versions compared."""

    subject: str
    name: str
    number: str
    stage: str
    champion: bool
    case: str
    threshold: float
    data: str | None
    """The dataset version it was trained on."""
    evaluation: str | None


@dataclass(frozen=True, slots=True)
class AreaRows:
    """All that was measured in one area."""

    area: Area
    rows: tuple[Row, ...]

    @property
    def differing(self) -> int:
        """Rows in which the intervals of two candidates lie apart."""
        return sum(row.differs for row in self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Versions, by criteria and by everything that was measured."""

    headline: str
    candidates: tuple[Candidate, ...]
    criteria: tuple[Judged, ...]
    ranking: Ranking | None
    """None where no criterion is measured of all; the headline says so."""
    areas: tuple[AreaRows, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that can be taken into the comparison."""

    version: str
    """NAME@VERSION."""
    stage: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The comparison and the form that asks for it."""

    headline: str
    comparison: Comparison | None
    """None until two are chosen."""
    choices: tuple[Choice, ...]
    most: int
    """Versions that can be compared at once."""
    criteria: str
    """What was filled in, as words with spaces between."""
    weights: str
    judgements: str
    plots: tuple[Chart, ...]
    command: str | None
    """What prints the same."""


def page(
    work: Work, versions: Sequence[str], criteria: str = "", weights: str = "", judgements: str = ""
) -> ComparePage:
    """The page about `versions`; raises as `compared` does once there are two of them."""
    chosen = subjects(versions)
    choices = _choices(work, chosen)
    found = None
    if len(chosen) > 1:
        found = compared(
            work, asked(versions, _words(criteria), _words(weights), _words(judgements))
        )
    return ComparePage(
        headline="Choose two to five versions, also of different models."
        if found is None
        else found.headline,
        comparison=found,
        choices=choices,
        most=MOST_VERSIONS,
        criteria=criteria,
        weights=weights,
        judgements=judgements,
        plots=() if found is None else plots(found.criteria, found.ranking, chosen),
        command=None if found is None else _command(chosen, criteria, weights, judgements),
    )


def compared(work: Work, wanted: Asked) -> Comparison:
    """What the ledger says of these versions; raises `NotFound`."""
    found = models.found(work, wanted.subjects)
    for subject in wanted.subjects:
        if subject not in found:
            raise NotFound(field="version", value=str(subject), expected="a registered version")
    versions = [found[subject] for subject in wanted.subjects]
    champions = models.champions_of(work, [one.registration.model for one in versions])
    about = [*wanted.subjects, *_data(versions)]
    listed = rows(versions, work.ledger.latest_of(list(dict.fromkeys(about))))
    names = [str(subject) for subject in wanted.subjects]
    criteria = tuple(
        judged(one.name, weight, _standing_for(one, listed, len(versions)), names)
        for one, weight in zip(wanted.criteria, wanted.weights, strict=True)
    )
    ranked = ranking(wanted, criteria)
    return Comparison(
        headline=ranked if isinstance(ranked, str) else ranked.headline,
        candidates=tuple(_candidate(one, champions) for one in versions),
        criteria=criteria,
        ranking=None if isinstance(ranked, str) else ranked,
        areas=tuple(
            AreaRows(area, tuple(row for row in listed if row.area is area)) for area in Area
        ),
    )


def _standing_for(criterion: Criterion, listed: Sequence[Row], candidates: int) -> Row:
    """The row with the most numbers to compare, of those the first of the catalogue."""
    fitting = [row for row in listed if criterion.fits(CATALOGUE[row.check], row.narrowed)]
    if fitting:
        # Comparisons with one rival and resampled designs stand back behind the plain number.
        return max(
            fitting,
            key=lambda row: (
                sum(cell.counts is not None for cell in row.cells),
                "versus=" not in row.narrowed and "design=" not in row.narrowed,
            ),
        )
    fits = (one for one in CATALOGUE.values() if criterion.fits(one, criterion.narrowed or ""))
    beginning = criterion.check or FAMILIES[criterion.name][0]
    return unmeasured(criterion.name, area_of(beginning), next(fits, None), candidates)


def _data(versions: Sequence[Version]) -> list[Subject]:
    named = [
        address
        for one in versions
        for address in (one.registration.data, one.registration.evaluation)
    ]
    return [Subject.parse(address) for address in named if address is not None]


def _candidate(version: Version, champions: dict[str, str]) -> Candidate:
    said = version.registration
    return Candidate(
        subject=str(version.subject),
        name=said.model,
        number=said.number,
        stage=str(version.stage),
        champion=champions.get(said.model) == said.number,
        case=said.case,
        threshold=said.threshold,
        data=said.data,
        evaluation=said.evaluation,
    )


def _choices(work: Work, chosen: Sequence[Subject]) -> tuple[Choice, ...]:
    """The newest version of every model, and every version of the models that are in."""
    names = [model.name for model in models.listed(work).items]
    found = dict.fromkeys(subject.name for subject in chosen)
    listed = [version for name in found for version in models.versions_of(work, name)]
    newest = models.latest_of_models(work, [name for name in names if name not in found])
    return tuple(
        Choice(
            version=f"{one.registration.model}@{one.registration.number}",
            stage=str(one.stage),
            chosen=one.subject in chosen,
        )
        for one in [*listed, *newest.values()]
    )


def _words(text: str) -> list[str]:
    """The words of what was filled in; what is in brackets may hold spaces."""
    return WORD.findall(text)


def _command(chosen: Sequence[Subject], criteria: str, weights: str, judgements: str) -> str:
    named = " ".join(f"{one.name}@{one.version}" for one in chosen)
    more = "".join(f" --criterion '{one}'" for one in _words(criteria))
    weighed = f" --weights '{','.join(_words(weights))}'" if _words(weights) else ""
    judged = " --judgements judgements.yaml" if _words(judgements) else ""
    return f"gonogo model compare {named}{more}{weighed}{judged}"
