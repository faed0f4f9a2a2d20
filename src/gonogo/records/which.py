"""Which decisions of an opened log are meant."""

from dataclasses import dataclass

from gonogo.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Which:
    """Decisions of the opened case and period; None leaves open."""

    arm: str | None = None
    role: str | None = "live"
    """`live` or `shadow`; None: both."""
    release: str | None = None
    model: str | None = None
    """Key of the version that answered: `name@number`."""

    def where(self) -> tuple[str, list[str]]:
        """The clause over the table called `d`, and what it takes."""
        names = ("arm", "role", "release", "model")
        wanted = [(name, getattr(self, name)) for name in names if getattr(self, name) is not None]
        clause = " AND ".join(f"d.{name} = ?" for name, _ in wanted)
        return f"WHERE {clause}" if clause else "", [value for _, value in wanted]


LIVE = Which()
"""What was answered, not what shadows would have."""


@dataclass(frozen=True, slots=True)
class Payoff:
    """What a decision was worth."""

    by: str = "value"
    """`value` of its outcome, `label` as a number, or `table`."""
    table: tuple[tuple[str, str, float], ...] = ()
    """Outcome of the decision, label as text, what that is worth: as a confusion matrix priced."""

    def column(self) -> str:
        """The expression over the tables `d`, decisions, and `l`, their newest outcomes."""
        match self.by:
            case "value":
                return "l.value"
            case "label":
                return "l.label_number"
            case "table" if self.table:
                pairs = " ".join(
                    f"WHEN d.outcome = {_quoted(outcome)} AND l.label = {_quoted(label)} "
                    f"THEN {float(worth)!r}::DOUBLE"
                    for outcome, label, worth in self.table
                )
                return f"CASE {pairs} END"
            case _:
                raise Invalid(
                    field="payoff", value=self.by, expected="value, label, or table with its rows"
                )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
