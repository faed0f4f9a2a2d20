"""Whether the version that was trained again answers as the first, of the same rows."""

from gonogo.checks.engineering.reproducibility import CHECK, METRIC, METRICS, reproducibility
from gonogo.checks.findings.finding import Finding
from gonogo.checks.under_test import UnderTest
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters


def trained_again(under: UnderTest, asked: Parameters) -> Finding:
    """As `reproducibility`, of the version named by `against`, which is asked here.

    Raises `Invalid` where no version is named, and where versions are not kept here. Detail: also
    whether both say to be trained on the same data by the same code.
    """
    against = asked.get("against")
    if not isinstance(against, str) or not against:
        raise Invalid(
            field="with.against", expected="the version that was trained again, model:NAME@NUMBER"
        )
    if under.again is None:
        raise Invalid(
            field="check",
            value=CHECK,
            expected="measured by the server, which keeps both versions; or `gonogo model same`",
        )
    other = under.again(against)
    rows = under.scored if asked.get("metric", METRIC) in METRICS else under.predicted
    found = reproducibility(rows, other.ask(under.rows), asked, against=against)
    return Finding(found.check, found.parameters, found.measured, {**found.detail, **other.told})
