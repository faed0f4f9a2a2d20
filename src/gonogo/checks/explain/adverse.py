"""Decisions that went against somebody, attributed: what reasons are given for."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.explain.attribution import Attributions
from gonogo.checks.explain.explainers import WALKS, Explained, explained
from gonogo.checks.explain.reasons import MOST, Codebook, Reason, reasons_of, usual_of
from gonogo.checks.explain.words import words_of
from gonogo.checks.findings.parameters import Settings
from gonogo.checks.inputs.cells import numbers_of
from gonogo.checks.inputs.probing import Sample
from gonogo.checks.robustness.wrong_inputs import probe_settings
from gonogo.checks.under_test import UnderTest
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools

if TYPE_CHECKING:
    import pandas as pd

ROWS = 1000
"""Rows among which adverse decisions are looked for where not said otherwise."""
NONE_ADVERSE = "no decision went against anybody: there is nothing to explain"


@dataclass(frozen=True, eq=False)
class Adverse:
    """The rows with an adverse decision, and how their scores are attributed."""

    sample: Sample
    rows: "pd.DataFrame"
    """Those of the sample that the decision went against, of the columns the model reads."""
    places: npt.NDArray[np.intp]
    """Where each of them stood in the rows under test, shape (n,)."""
    how: Explained
    book: Codebook
    unanswered: int

    @cached_property
    def attributions(self) -> Attributions:
        """What each column adds, of each row."""
        return self.how.explainer.explain(self.rows)

    @cached_property
    def reasons(self) -> list[tuple[Reason, ...]]:
        """Of each row its reasons."""
        known = [dict(zip(self.book.columns, row, strict=True)) for row in _rows(self.rows)]
        return [
            reasons_of(row, values, self.book) if given else ()
            for row, values, given in zip(
                known, self.attributions.values, self.attributions.given, strict=True
            )
        ]

    def told(self) -> dict[str, Json]:
        """What is told of them with every check."""
        return {
            "attributed_by": self.how.explainer.method,
            "compared_with": "training rows" if self.how.trained else "rows under test",
            "rows": self.sample.n,
            "adverse": len(self.rows),
            "unanswered_before": self.unanswered,
            "not_attributed": int((~self.attributions.given).sum()),
        }


def reason_settings(check: str, under: UnderTest, asked: Parameters, rows: int = ROWS) -> Settings:
    """The parameters of a check of reasons; raises `Invalid`."""
    settings = probe_settings(
        check, under.probe, {"rows": rows, **asked}, reasons=MOST, walks=WALKS, adverse="no"
    )
    if settings.whole("reasons") < 1:
        raise Invalid(field="with.reasons", value=settings.whole("reasons"), expected="1 or more")
    walks_of(settings)
    adverse_of(settings)
    return settings


def walks_of(settings: Settings) -> int:
    """How many walks lead to each row; raises `Invalid` unless they come in pairs."""
    count = settings.whole("walks")
    if not 4 <= count <= 10_000 or count % 2:
        raise Invalid(field="with.walks", value=count, expected="an even number, 4 to 10,000")
    return count


def adverse_of(settings: Settings) -> bool:
    """Whether a yes is the adverse decision; raises `Invalid` for anything but yes and no."""
    said = settings.text("adverse")
    if said not in ("yes", "no"):
        raise Invalid(field="with.adverse", value=said, expected="yes or no")
    return said == "yes"


def adverse(under: UnderTest, settings: Settings) -> Adverse | None:
    """The adverse decisions among the rows; None where the model cannot be explained at all."""
    sample = under.probe.ordered(settings.whole("rows"), settings.whole("seed"))
    how = explained(under, settings.whole("seed"), walks_of(settings))
    if how is None:
        return None
    said = sample.scores()
    hit: Bools = said.given & (said.selected == adverse_of(settings))
    return Adverse(
        sample,
        sample.features()[hit].reset_index(drop=True),
        sample.places[hit],
        how,
        codebook(under, how, settings),
        said.refused,
    )


def codebook(under: UnderTest, how: Explained, settings: Settings) -> Codebook:
    """What is needed to tell reasons, with the words of the model card where there is one."""
    card = {} if under.stored is None else under.stored.card
    return Codebook(
        under.probe.features,
        words_of(card),
        {
            column.name: usual_of(column, numbers_of(how.background[column.name]))
            for column in under.probe.columns
        },
        settings.whole("reasons"),
        adverse_of(settings),
    )


def _rows(frame: "pd.DataFrame") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False, name=None)]
