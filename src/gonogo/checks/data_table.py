"""The data checks that are measured where they are asked for by name: one table."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gonogo.checks import annotation
from gonogo.checks.finding import Finding
from gonogo.checks.given import Given
from gonogo.checks.schema import Schema
from gonogo.core.evidence import Parameters

if TYPE_CHECKING:
    import pandas as pd

NAMED_DATA: dict[str, Callable[["pd.DataFrame", Schema, Parameters], Finding]] = {
    "data.cohen_kappa": annotation.cohen,
    "data.fleiss_kappa": annotation.fleiss,
    "data.krippendorff_alpha": annotation.krippendorff,
}
"""Those that read rows alone."""
GIVEN_DATA: dict[str, Callable[["pd.DataFrame", Schema, Parameters, Given], Finding]] = {}
"""Those that read something besides the rows: another dataset, the time."""

NAMED_EXACT: frozenset[str] = frozenset()
"""Those of them that count, so that no level has a say."""
