"""The checks that read the files of a stored model and what is said of it: one table."""

from collections.abc import Callable

from gonogo.checks import engineering, model_files, security
from gonogo.checks.finding import Finding
from gonogo.checks.serving import SERVING
from gonogo.checks.under_test import UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters

CARD = "engineering.model_card_completeness"


def _card(under: UnderTest, asked: Parameters) -> Finding:
    return engineering.model_card_completeness(under.files.card, asked)


def _unsafe(under: UnderTest, asked: Parameters) -> Finding:
    return model_files.unsafe_model_files(under.files.folder, asked)


def _integrity(under: UnderTest, asked: Parameters) -> Finding:
    seals = under.files.seals
    if seals is None:
        raise Invalid(
            field="check",
            value=security.INTEGRITY,
            expected="measured by the server, which keeps the sealed files",
        )
    return model_files.stored_model_integrity(seals(), asked)


STORED: dict[str, Callable[[UnderTest, Parameters], Finding]] = {
    CARD: _card,
    security.UNSAFE: _unsafe,
    security.INTEGRITY: _integrity,
    **SERVING,
}
"""Check by check, the function that measures it."""
