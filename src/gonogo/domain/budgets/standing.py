"""Where the money of a use case stands, with everything that is known of it; pure."""

from dataclasses import dataclass
from datetime import date

from gonogo.domain.budgets.progress import Progress, Quarter
from gonogo.domain.budgets.rules import Dated, SavedBudget
from gonogo.stats.estimate import Estimate, Measured, Undefined


@dataclass(frozen=True, slots=True)
class Money:
    """Where the money of a use case stands."""

    case: str
    currency: str | None
    """None where nothing says in which it is."""
    saved: SavedBudget | None
    paid: tuple[Dated, ...]
    progress: Progress | Undefined
    completion: Measured
    """What it will have cost by the futures of its plan: their median, P10 to P90."""
    forecast: str | None
    """Digest of the forecast of the plan that it rests on."""
    quarters: tuple[Quarter, ...]
    today: date

    @property
    def spent(self) -> float:
        """Everything that was paid."""
        return sum(amount for _, _, amount in self.paid)

    @property
    def expected(self) -> Measured:
        """What it will have cost: by the plan's futures, else by the index of cost."""
        if isinstance(self.completion, Estimate) or isinstance(self.progress, Undefined):
            return self.completion
        by_index = self.progress.at_completion
        return by_index if isinstance(by_index, Estimate) else self.completion
