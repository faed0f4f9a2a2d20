"""Amounts as people write them in one line: 2M, 500k, 750000."""

import re

from gonogo.core.errors import Invalid

AMOUNT = re.compile(r"(-?\d{1,18}(?:\.\d{1,18})?)([kMG]?)")
TIMES = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}


def amount(text: str, field: str) -> float:
    """The number in `text`; raises `Invalid` naming `field`.

    >>> amount("2M", "budget"), amount("-1_500.5", "least")
    (2000000.0, -1500.5)
    """
    found = AMOUNT.fullmatch(text.strip().replace("_", ""))
    if found is None:
        raise Invalid(field=field, value=text, expected="a number such as 2M, 500k or 750")
    return float(found[1]) * TIMES[found[2]]
