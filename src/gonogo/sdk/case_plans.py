"""The plan of a use case and its forecasts, from a client."""

from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from gonogo.schemas import case_plans as schemas
from gonogo.schemas import scenarios
from gonogo.sdk.http import Http, part


class Reading(TypedDict, total=False):
    """How a file is read that is no plan in YAML; what is left out is as `NewCasePlan` has it."""

    format: schemas.PlanFormat
    name: str
    roles: dict[str, str]
    """Somebody or a group as the file names them → role; `*` is everybody else."""
    days_missing: str
    hours_a_day: float
    drop_outside: bool
    keep: bool


@dataclass(frozen=True, slots=True)
class CasePlan:
    """When, how likely, and what drives the date."""

    http: Http = field(repr=False)
    case: str

    def save(self, text: str, **how: Unpack[Reading]) -> schemas.CasePlan:
        """Put the plan in `text` into force, YAML or what `how` says it is.

        Raises `Invalid` naming field and line, or row.
        """
        return self.http.post(f"{self._path}/plans", schemas.CasePlan, {"text": text, **how})

    def read_file(self, text: str, **how: Unpack[Reading]) -> schemas.ReadPlan:
        """What is in a file of another tool, as a plan in YAML; nothing is saved."""
        return self.http.post(f"{self._path}/plans/read", schemas.ReadPlan, {"text": text, **how})

    def steps_csv(self) -> str:
        """The steps of the plan in force as CSV, for a spreadsheet."""
        return self.http.send("GET", f"{self._path}/plan/steps").text

    def read(self) -> schemas.CasePlan:
        """The plan in force; raises `NotFound` where there is none."""
        return self.http.get(f"{self._path}/plan", schemas.CasePlan)

    def wordings(self) -> list[schemas.CasePlan]:
        """All plans that were in force, the newest first."""
        return self.http.get(f"{self._path}/plans", schemas.CasePlans).items

    def forecast(
        self,
        *,
        futures: int | None = None,
        seed: int | None = None,
        level: float | None = None,
        as_planned: bool = False,
    ) -> schemas.Forecast:
        """Forecast the plan in force now, and keep it as evidence.

        Its estimates are corrected by what finished steps took, unless `as_planned`.
        """
        said = {"futures": futures, "seed": seed, "level": level, "as_planned": as_planned or None}
        asked: dict[str, Any] = {name: one for name, one in said.items() if one is not None}
        return self.http.post(f"{self._path}/forecasts", schemas.Forecast, asked)

    def forecasts(self) -> list[schemas.KeptForecast]:
        """What was forecast, the newest first."""
        return self.http.get(f"{self._path}/forecasts", schemas.KeptForecasts).items

    def kept(self, number: int) -> schemas.Forecast:
        """One forecast as it was made; raises `NotFound`."""
        return self.http.get(f"{self._path}/forecasts/{number}", schemas.Forecast)

    def compare(
        self,
        text: str | None = None,
        *,
        budget: float | None = None,
        futures: int | None = None,
        seed: int | None = None,
        keep: bool = False,
    ) -> scenarios.Comparison:
        """The scenarios in `text`, YAML, or those that are kept, beside the plan in force.

        With `keep` what it says is kept as evidence about the use case.
        """
        said = {"text": text, "budget": budget, "futures": futures, "seed": seed}
        said |= {"keep": keep or None}
        asked: dict[str, Any] = {name: one for name, one in said.items() if one is not None}
        path = f"{self._path}/scenarios/comparisons"
        return self.http.post(path, scenarios.Comparison, asked)

    def comparisons(self) -> list[scenarios.KeptComparison]:
        """The comparisons that are kept, the newest first."""
        path = f"{self._path}/scenarios/comparisons"
        return self.http.get(path, scenarios.Comparisons).items

    def comparison(self, number: int) -> scenarios.Comparison:
        """One comparison as it was kept; raises `NotFound`."""
        path = f"{self._path}/scenarios/comparisons/{number}"
        return self.http.get(path, scenarios.Comparison)

    def save_scenarios(self, text: str) -> scenarios.SavedScenarios:
        """Keep the scenarios in `text`, YAML. Raises `Invalid` naming field and line."""
        path = f"{self._path}/scenarios"
        return self.http.post(path, scenarios.SavedScenarios, {"text": text})

    def scenarios(self) -> scenarios.SavedScenarios:
        """The scenarios that are kept; raises `NotFound` where there are none."""
        return self.http.get(f"{self._path}/scenarios", scenarios.SavedScenarios)

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}"
