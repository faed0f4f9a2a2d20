"""The checks that read the files of a stored model and what is said of it: one table."""

from collections.abc import Callable

from gonogo.checks.engineering import cards
from gonogo.checks.findings.finding import Finding
from gonogo.checks.operations.serving import SERVING
from gonogo.checks.security import model_files
from gonogo.checks.security import table as security_table
from gonogo.checks.under_test import UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

CARD = "engineering.model_card_completeness"


def _card(under: UnderTest, asked: Parameters) -> Finding:
    return cards.model_card_completeness(under.files.card, asked)


def _unsafe(under: UnderTest, asked: Parameters) -> Finding:
    return model_files.unsafe_model_files(under.files.folder, asked)


def _integrity(under: UnderTest, asked: Parameters) -> Finding:
    seals = under.files.seals
    if seals is None:
        raise Invalid(
            field="check",
            value=security_table.INTEGRITY,
            expected="measured by the server, which keeps the sealed files",
        )
    return model_files.stored_model_integrity(seals(), asked)


STORED: dict[str, Callable[[UnderTest, Parameters], Finding]] = {
    CARD: _card,
    security_table.UNSAFE: _unsafe,
    security_table.INTEGRITY: _integrity,
    **SERVING,
}
"""Check by check, the function that measures it."""
