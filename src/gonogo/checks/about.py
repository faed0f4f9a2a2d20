"""Which check is about what: a model version or a dataset version; some are about either."""

from gonogo.checks.data_table import GIVEN_DATA, NAMED_DATA
from gonogo.checks.measure_version import OF_VERSION
from gonogo.checks.table import DATA, OVERLAP
from gonogo.core.catalogue import CATALOGUE

BY_OTHER_MEANS = {
    "performance.tuning_optimism": "read from a search for parameters: `gonogo.tune`",
    "security.scanner_findings": "read from a scanner's report: `gonogo evidence import`",
}
"""The checks that no list of rows and no stored model suffices for, and how they are measured."""


def about_version() -> tuple[str, ...]:
    """The checks that can be measured of a model version, in the catalogue's order."""
    return tuple(name for name in CATALOGUE if name in OF_VERSION)


def about_dataset() -> tuple[str, ...]:
    """The checks that can be measured of a dataset version, in the catalogue's order."""
    known = {*DATA, *NAMED_DATA, *GIVEN_DATA, OVERLAP}
    return tuple(name for name in CATALOGUE if name in known)
