"""Whether more data is worth it: what a learning curve foretells."""

from gonogo.core.specs.shape import LEVEL, NEITHER, SEED, CheckSpec, Parameter

SPECS = (
    CheckSpec(
        "performance.more_data_gain",
        "Gain from more data",
        "By how much would more rows make it better, and would they pay?",
        "difference",
        NEITHER,
        (
            LEVEL,
            SEED,
            Parameter("metric", str, "roc_auc or log_loss; of scores from a file, their name"),
            Parameter("lower_is_better", bool, "whether the score is a loss"),
            Parameter("size", int, "rows that the gain is foretold for, else twice the largest"),
            Parameter("most", int, "most rows that can be had, else eight times the largest"),
            Parameter("price", float, "price of one more row with its label"),
            Parameter("worth", float, "worth of one more unit of score, in the same money"),
            Parameter("gap", float, "gap to the training score below which capacity lacks"),
            Parameter("sizes", int, "how many sizes are trained on"),
            Parameter("repeats", int, "how often each size is trained on"),
        ),
    ),
)
"""In the order in which they are shown."""
