"""Numbers with their intervals, as commands print them."""

from gonogo.schemas.evidence import Measured


def share(found: Measured) -> str:
    """A share in percent, or why there is none."""
    if found.value is None:
        return found.undefined or ""
    low, high = 100 * (found.low or 0.0), 100 * (1.0 if found.high is None else found.high)
    return f"{100 * found.value:.1f} % [{low:.1f}, {high:.1f}]"


def number(found: Measured) -> str:
    """A number, or why there is none."""
    if found.value is None:
        return found.undefined or ""
    low = "–" if found.low is None else f"{found.low:,.6g}"
    high = "–" if found.high is None else f"{found.high:,.6g}"
    return f"{found.value:,.6g} [{low}, {high}]"
