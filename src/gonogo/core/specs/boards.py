"""Value checks of boards: when what is left on one is done, by how much it finished so far."""

from gonogo.core.specs.shape import LEVEL, LOWER, SEED, CheckSpec, Parameter

WEEKS = "value.board_weeks"
UNIT = "weeks"

SPECS = (
    CheckSpec(
        WEEKS,
        "Weeks until the board is done",
        "Within how many weeks do so many of the simulated futures finish what is left on the "
        "board?",
        UNIT,
        LOWER,
        (
            Parameter("step", str, "the milestone whose cards count; without it, all of the board"),
            Parameter("share", float, "of the futures: 0.8"),
            Parameter("cards", int, "how many are left"),
            Parameter("history", int, "whole weeks that the futures are drawn from"),
            Parameter("grows_low", float, "least factor by which the cards will become more"),
            Parameter("grows_high", float, "greatest such factor"),
            SEED,
            LEVEL,
        ),
    ),
)
"""In the order in which they are shown."""
