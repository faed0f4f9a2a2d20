"""Security checks and the function that measures each: one table."""

from collections.abc import Callable

from gonogo.checks.findings.finding import Finding
from gonogo.checks.security import model_files, scanners

UNSAFE = "security.unsafe_model_files"
INTEGRITY = "security.stored_model_integrity"

SECURITY: dict[str, Callable[..., Finding]] = {
    UNSAFE: model_files.unsafe_model_files,
    INTEGRITY: model_files.stored_model_integrity,
    scanners.CHECK: scanners.scanner_findings,
}
"""All of them count."""
OF_FILES = frozenset({UNSAFE, INTEGRITY})
"""Those that the server reads from a version's sealed files."""
