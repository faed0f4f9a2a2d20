"""The ten positions of the poll; a check's name begins with its area."""

from enum import StrEnum

from gonogo.core.errors import Invalid


class Area(StrEnum):
    """The consoles that are polled before a launch, in the order in which they are shown."""

    DATA = "data"
    PERFORMANCE = "performance"
    FAIRNESS = "fairness"
    ROBUSTNESS = "robustness"
    EXPLAINABILITY = "explainability"
    PRIVACY = "privacy"
    SECURITY = "security"
    ENGINEERING = "engineering"
    OPERATIONS = "operations"
    VALUE = "value"


def area_of(check: str) -> Area:
    """The area a check belongs to.

    >>> area_of("fairness.selection_rate_ratio")
    <Area.FAIRNESS: 'fairness'>
    """
    area, dot, _ = check.partition(".")
    if not dot or area not in set(Area):
        raise Invalid(
            field="check", value=check, expected=f"area.name, area one of {', '.join(Area)}"
        )
    return Area(area)
