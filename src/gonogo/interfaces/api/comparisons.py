"""REST: two to five model versions side by side, read from the evidence in the ledger."""

from collections.abc import Sequence

from fastapi import Query

from gonogo.core.evidence import measured_to_json
from gonogo.interfaces.api.kit import Routes
from gonogo.schemas import comparisons as schemas
from gonogo.store.work import Work
from gonogo.views.comparing import asked as words
from gonogo.views.comparing import page, rows

routes = Routes("comparisons")

VERSION = Query(default=[], description="NAME@VERSION; two to five of them")
CRITERION = Query(
    default=[],
    description="performance, fairness, latency, cost, carbon, interpretability, or a check: "
    "fairness.selection_rate_ratio[group=race]",
)
WEIGHT = Query(default=[], description="criterion=number, 0 or more: latency=0.2")
JUDGEMENT = Query(
    default=[],
    description="criterion/criterion=times: how many times as important, 1/9 to 9: cost/latency=3",
)


@routes.get("/comparisons")
def compare(
    work: Work,
    version: list[str] = VERSION,
    criterion: list[str] = CRITERION,
    weight: list[str] = WEIGHT,
    judgement: list[str] = JUDGEMENT,
) -> schemas.Comparison:
    """Versions by criteria with intervals: the Pareto set, a weighted ranking, what changes it."""
    found = page.compared(work, words.asked(version, criterion, weight, judgement))
    subjects = [one.subject for one in found.candidates]
    ranking = found.ranking
    return schemas.Comparison(
        headline=found.headline,
        candidates=[schemas.Candidate.model_validate(one) for one in found.candidates],
        criteria=[
            schemas.Criterion(
                name=one.name, weight=one.weight, why_not=one.why_not, row=_row(one.row, subjects)
            )
            for one in found.criteria
        ],
        ranking=None if ranking is None else schemas.Ranking.model_validate(ranking),
        rows=[_row(row, subjects) for area in found.areas for row in area.rows],
    )


def _row(row: rows.Row, subjects: Sequence[str]) -> schemas.Row:
    return schemas.Row(
        area=str(row.area),
        check=row.check,
        title=row.title,
        narrowed=row.narrowed,
        good=str(row.good),
        unit=row.unit,
        setting=row.setting,
        differs=row.differs,
        cells=[_cell(*one) for one in zip(row.cells, subjects, strict=True)],
    )


def _cell(cell: rows.Cell, subject: str) -> schemas.Cell:
    measured = cell.measured
    return schemas.Cell(
        subject=subject,
        measured=None if measured is None else measured_to_json(measured),
        comparable=cell.comparable,
        why=cell.why,
        mark=cell.mark,
        data=cell.data,
        reproduced=cell.reproduced,
        digest=cell.digest,
    )
