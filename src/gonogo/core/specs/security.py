"""Security checks: files that carry code, files that changed, findings of scanners."""

from gonogo.core.specs.shape import HIGHER, LOWER, CheckSpec, Parameter

SEVERITY = Parameter("severity", str, "findings of this severity and above count, unknown ones too")
FORMAT = Parameter("format", str, "of the scanner's report: sarif, cyclonedx or pip-audit")
SCANNER = Parameter("scanner", str, "which scanner wrote the report")

SPECS = (
    CheckSpec(
        "security.unsafe_model_files",
        "Unsafe model files",
        "Does any file of the model carry code, or unpack without bounds?",
        "count",
        LOWER,
        exact=True,
    ),
    CheckSpec(
        "security.stored_model_integrity",
        "Integrity of the stored model",
        "What share of the stored files is what was sealed?",
        "share",
        HIGHER,
        exact=True,
    ),
    CheckSpec(
        "security.scanner_findings",
        "Scanner findings",
        "How many findings does the scanner's report leave open?",
        "count",
        LOWER,
        (SEVERITY, FORMAT, SCANNER),
        exact=True,
    ),
)
"""In the order in which they are shown."""
