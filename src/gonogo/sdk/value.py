"""What use cases are worth, and which of them to do, from a client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import portfolio as choices
from gonogo.schemas import portfolio_choices as decided
from gonogo.schemas import roadmap as roads
from gonogo.schemas import scoring
from gonogo.schemas import value as schemas
from gonogo.sdk import case_scores
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Benefit:
    """The benefit model of a use case."""

    http: Http = field(repr=False)
    case: str

    def state(self, text: str) -> schemas.Benefit:
        """State it, in place of what was stated before; raises `Invalid` with field and line."""
        return self.http.post(self._path, schemas.Benefit, {"text": text})

    def check(self, text: str) -> schemas.CheckedBenefit:
        """What `text` would come to, without stating it."""
        return self.http.post(f"{self._path}/check", schemas.CheckedBenefit, {"text": text})

    def read(self) -> schemas.Benefit:
        """What the use case is worth by what is known now; raises `NotFound` without a model."""
        return self.http.get(self._path, schemas.Benefit)

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}/benefit"


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All use cases with a benefit model."""

    http: Http = field(repr=False)

    def ranking(self) -> schemas.Ranking:
        """By what they are worth, and how often each is worth more than each other."""
        return self.http.get("/portfolio", schemas.Ranking)

    def scores(self) -> scoring.Scores:
        """All use cases by the rubric, and how sure their order is."""
        return case_scores.scores(self.http)

    def priorities(self, method: str) -> scoring.Priorities:
        """All use cases by `rice` or `wsjf`."""
        return case_scores.priorities(self.http, method)

    @property
    def rubric(self) -> case_scores.Rubrics:
        """What use cases are scored by."""
        return case_scores.Rubrics(self.http)

    def roadmap(self) -> roads.Roadmap:
        """In which quarter use cases are likely to reach their goals."""
        return case_scores.roadmap(self.http)

    def choose(
        self,
        *,
        budget: float | None = None,
        people: Mapping[str, Sequence[float]] | None = None,
        **more: Any,
    ) -> choices.Choice:
        """Those worth most together; `budget` in all, `people` by role and quarter.

        `more` are the other fields of `Choose`: budget_by_quarter, cases, must, without, either,
        shares, worst. Raises `Invalid` for limits that cannot hold together, naming them.
        """
        asked = {"budget": budget, "people": people or {}, **more}
        return self.http.post("/portfolio/choose", choices.Choice, asked)

    def decide(self, reason: str, **limits: Any) -> decided.DecidedChoice:
        """Choose under `limits`, the fields of `Choose`, and decide to do so."""
        asked = {"reason": reason, **limits}
        return self.http.post("/portfolio/choices", decided.DecidedChoice, asked)

    def choices(self) -> decided.DecidedChoices:
        """The choices that were decided last, with what is known since."""
        return self.http.get("/portfolio/choices", decided.DecidedChoices)

    def choice(self, entry: str) -> decided.DecidedChoice:
        """The choice whose decision has this digest or position; raises `NotFound`."""
        return self.http.get(f"/portfolio/choices/{part(entry)}", decided.DecidedChoice)
