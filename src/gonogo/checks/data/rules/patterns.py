"""Regular expressions over columns, by RE2: whatever the pattern, it takes linear time."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gonogo.stats.arrays import Bools


def why_no_pattern(pattern: str) -> str | None:
    """Why RE2 does not take `pattern`, None where it does.

    >>> why_no_pattern("[0-9]{5}") is None
    True
    >>> why_no_pattern("[0-9")
    'missing ]: [0-9'
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # As it is written: between the anchors, a pattern of two halves would pass for a whole.
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        return str(error).removeprefix("Invalid regular expression: ")
    return None


def whole_matches(words: npt.NDArray[Any], pattern: str) -> Bools:
    """Which of `words`, text of shape (n,), match `pattern` from beginning to end, shape (n,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(words, type=pa.large_string())
    found = pc.match_substring_regex(text, rf"\A(?:{pattern})\z")
    matched: Bools = found.to_numpy(zero_copy_only=False).astype(np.bool_)
    return matched
