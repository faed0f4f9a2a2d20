"""What a data check may be handed besides the rows: another dataset, the time, rules."""

from dataclasses import dataclass
from datetime import datetime

from gonogo.checks.data.declared import Reference
from gonogo.checks.data.rules.document import Document


@dataclass(frozen=True, slots=True)
class Given:
    """What is handed in beside the rows; a check that needs more than there is says so."""

    reference: Reference | None = None
    """The dataset it is compared with."""
    at: datetime | None = None
    """The time of measuring, aware; the only clock there is."""
    rules: Document | None = None
    """The rules it is held to."""


NOTHING = Given()
"""Rows alone."""
