"""Which check is about what: a model version or a dataset version; some are about either."""

from gonogo.checks.data_table import GIVEN_DATA, NAMED_DATA
from gonogo.checks.measure_version import OF_VERSION
from gonogo.checks.table import DATA, OVERLAP
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.specs.boards import BOARD_ON_TIME, WEEKS
from gonogo.core.specs.live import AB_EFFECT, ROLLBACK, SAMPLE, WATCHED
from gonogo.core.specs.money import OTHERWISE_READ
from gonogo.core.specs.plans import (
    CHANCE_LOSS,
    DATE_LOSS,
    DAYS,
    ON_TIME,
    SCENARIO_DAYS,
    SCENARIO_ON_TIME,
    SHARED_DAYS,
    SHARED_ON_TIME,
)
from gonogo.core.specs.value import NPV, OFF_POLICY, VOLUME

BY_OTHER_MEANS = {
    "operations.training_energy_wh": "metered while a model is trained: `gonogo.sdk.energy`",
    "operations.training_carbon_g": "metered while a model is trained: `gonogo.sdk.energy`",
    "engineering.datasheet_completeness": "read from what is said of a dataset: its datasheet",
    "engineering.ml_test_score": "read from what is said of its points: `gonogo model test-score`",
    "engineering.ml_test_point": "stated of one point of the score: `gonogo model state-test`",
    "engineering.test_count": "read from a repository: `gonogo evidence repo`",
    "engineering.reviewed_changes": "read from a repository: `gonogo evidence repo`",
    "engineering.line_coverage": "read from a report of coverage: `gonogo evidence repo`",
    "engineering.lint_findings": "read from a linter's report: `gonogo evidence repo`",
    "performance.tuning_optimism": "read from a search for parameters: `gonogo.tune`",
    **dict.fromkeys(
        WATCHED, "read from the decision log while a release runs: `gonogo release start`"
    ),
    SAMPLE: "read from the decision log while a release runs: `gonogo release start`",
    AB_EFFECT: "read from the decision log while an A/B test runs: `gonogo release start`",
    ROLLBACK: "timed while a rollback is practised: `gonogo release drill`",
    OFF_POLICY: "estimated from decisions logged with their chances: `gonogo release off-policy`",
    **dict.fromkeys((ON_TIME, DAYS), "simulated from a plan: `gonogo plan forecast`"),
    **dict.fromkeys(
        (SHARED_ON_TIME, SHARED_DAYS), "simulated from all plans: `gonogo plan together`"
    ),
    **dict.fromkeys(
        (SCENARIO_DAYS, SCENARIO_ON_TIME),
        "simulated from a plan and its scenarios: `gonogo plan scenarios --keep`",
    ),
    **dict.fromkeys(
        (WEEKS, BOARD_ON_TIME), "simulated from what a board finished: `gonogo board forecast`"
    ),
    **dict.fromkeys(
        (DATE_LOSS, CHANCE_LOSS), "scored as what was forecast comes: `gonogo plan record`"
    ),
    NPV: "simulated from a benefit model: `gonogo portfolio state`",
    VOLUME: "counted in the decision log, once a day, of every use case that is asked",
    **OTHERWISE_READ,
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
