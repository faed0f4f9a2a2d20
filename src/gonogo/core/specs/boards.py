"""Value checks of boards: when what is left on one is done, by how much it finished so far."""

from gonogo.core.specs.shape import HIGHER, LEVEL, LOWER, SEED, CheckSpec, Parameter

WEEKS = "value.board_weeks"
BOARD_ON_TIME = "value.board_on_time"
UNIT = "weeks"
STEP = Parameter("step", str, "the milestone whose cards count; without it, all of the board")
DRAWN = (
    Parameter("cards", int, "how many are left"),
    Parameter("history", int, "whole weeks that the futures are drawn from"),
    Parameter("grows_low", float, "least factor by which the cards will become more"),
    Parameter("grows_high", float, "greatest such factor"),
    SEED,
    LEVEL,
)

SPECS = (
    CheckSpec(
        WEEKS,
        "Weeks until the board is done",
        "Within how many weeks do so many of the simulated futures finish what is left on the "
        "board?",
        UNIT,
        LOWER,
        (STEP, Parameter("share", float, "of the futures: 0.8"), *DRAWN),
    ),
    CheckSpec(
        BOARD_ON_TIME,
        "Chance of the deadline by throughput",
        "In what share of the simulated futures is what is left on the board finished by the "
        "deadline?",
        "share",
        HIGHER,
        (STEP, Parameter("deadline", str, "the day until which it is to be finished"), *DRAWN),
    ),
)
"""In the order in which they are shown."""
