"""The board of a use case, from a client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import boards as schemas
from gonogo.schemas.case_plans import PlanFormat
from gonogo.sdk.http import Http, part


@dataclass(frozen=True, slots=True)
class Board:
    """Columns with limits, cards, what blocks them, goals of weeks, throughput."""

    http: Http = field(repr=False)
    case: str

    def read(self) -> schemas.Board:
        """The board as it stands."""
        return self.http.get(f"{self._path}/board", schemas.Board)

    def choose_columns(self, columns: Sequence[Mapping[str, Any]]) -> schemas.Board:
        """Give it columns, each with key, title and limit; raises `Conflict` where cards stand."""
        asked = {"columns": [dict(one) for one in columns]}
        return self.http.put(f"{self._path}/board/columns", schemas.Board, asked)

    def add(
        self,
        title: str,
        *,
        step: str | None = None,
        role: str | None = None,
        size: float | None = None,
    ) -> schemas.Card:
        """Put a card into the first column; `step` is one of the plan in force."""
        asked = {"title": title, "step": step, "role": role, "size": size}
        return self.http.post(f"{self._path}/cards", schemas.Card, asked)

    def move(self, card: int, to: str, *, reason: str = "") -> schemas.Card:
        """Move a card; raises `Conflict` beyond the column's limit unless there is a `reason`."""
        asked = {"to": to, "reason": reason}
        return self.http.post(f"{self._card(card)}/move", schemas.Card, asked)

    def drop(self, card: int, *, reason: str) -> schemas.Card:
        """Take a card off the board that nobody will do."""
        return self.http.post(f"{self._card(card)}/drop", schemas.Card, {"reason": reason})

    def block(self, card: int, *, reason: str, owner_role: str) -> schemas.Blocker:
        """Say what keeps a card from going on, and whose it is to take out of the way."""
        asked = {"reason": reason, "owner_role": owner_role}
        return self.http.post(f"{self._card(card)}/block", schemas.Blocker, asked)

    def unblock(self, card: int, *, how: str) -> schemas.Card:
        """Say that nothing blocks a card any more."""
        return self.http.post(f"{self._card(card)}/unblock", schemas.Card, {"how": how})

    def goal(self, text: str, cards: Sequence[int], *, week: str = "") -> schemas.Goal:
        """Set a goal: these cards done by the Sunday of the week, this one if none is named."""
        asked = {"text": text, "cards": list(cards), "week": week}
        return self.http.post(f"{self._path}/goals", schemas.Goal, asked)

    def pivot(
        self, left: str, to: str, *, rationale: str, evidence: Sequence[str]
    ) -> schemas.Pivot:
        """Decide to give up a step for another; `evidence` names ledger entries."""
        asked = {"left": left, "to": to, "rationale": rationale, "evidence": list(evidence)}
        return self.http.post(f"{self._path}/pivots", schemas.Pivot, asked)

    def fill(
        self, text: str, *, form: PlanFormat = "auto", roles: Mapping[str, str] | None = None
    ) -> schemas.Imported:
        """Cards from an export of Jira, issues of GitHub, CSV or MS Project."""
        asked = {"text": text, "format": form, "roles": dict(roles or {})}
        return self.http.post(f"{self._path}/cards/import", schemas.Imported, asked)

    def forecast(self, step: str | None = None, **how: Any) -> schemas.BoardForecast:
        """When a milestone's cards are done, by throughput; kept as evidence.

        `how`: weeks, grows_low, grows_high, seed, level, and `by`, the day whose chance is told.
        """
        asked = {"step": step, **{name: one for name, one in how.items() if one is not None}}
        return self.http.post(f"{self._path}/board/forecasts", schemas.BoardForecast, asked)

    def forecasts(self) -> list[schemas.KeptBoardForecast]:
        """What was forecast, the newest first."""
        return self.http.get(f"{self._path}/board/forecasts", schemas.KeptBoardForecasts).items

    def kept(self, number: int) -> schemas.BoardForecast:
        """One forecast as it was made; raises `NotFound`."""
        return self.http.get(f"{self._path}/board/forecasts/{number}", schemas.BoardForecast)

    def _card(self, number: int) -> str:
        return f"{self._path}/cards/{number}"

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}"
