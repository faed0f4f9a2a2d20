"""The plans of all use cases together, from a client."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import plans_together as schemas
from gonogo.sdk.http import Http


@dataclass(frozen=True, slots=True)
class Plans:
    """When all is reached where people are shared, and what sharing costs."""

    http: Http = field(repr=False)

    def forecast(
        self,
        cases: Sequence[str] = (),
        *,
        drop: Sequence[str] = (),
        futures: int | None = None,
        seed: int | None = None,
    ) -> schemas.Together:
        """Forecast the plans in force, or those of `cases`, together, and keep it.

        Without each of `drop` the others are looked at too.
        """
        said = {"futures": futures, "seed": seed}
        asked: dict[str, Any] = {name: one for name, one in said.items() if one is not None}
        asked |= {"cases": list(cases), "drop": list(drop)}
        return self.http.post("/plans/forecasts", schemas.Together, asked)

    def forecasts(self) -> list[schemas.KeptTogether]:
        """What was forecast together, the newest first."""
        return self.http.get("/plans/forecasts", schemas.AllTogether).items

    def kept(self, number: int) -> schemas.Together:
        """One forecast as it was made; raises `NotFound`."""
        return self.http.get(f"/plans/forecasts/{number}", schemas.Together)

    def staffing(self) -> schemas.SavedStaffing:
        """The staffing in force; raises `NotFound` where nobody stated any."""
        return self.http.get("/plans/staffing", schemas.SavedStaffing)

    def save_staffing(self, text: str) -> schemas.SavedStaffing:
        """Put the staffing in `text`, YAML, into force. Raises `Invalid` naming field and line."""
        return self.http.post("/plans/staffing", schemas.SavedStaffing, {"text": text})
