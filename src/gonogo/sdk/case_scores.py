"""Use cases scored by a rubric, their order by RICE and WSJF, and the roadmap, from a client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import roadmap as roads
from gonogo.schemas import scoring as schemas
from gonogo.sdk.http import Http, part

Levels = tuple[float, float, float]
"""Lowest, likeliest, highest."""


@dataclass(frozen=True, slots=True)
class CaseScore:
    """A use case by the rubric."""

    http: Http = field(repr=False)
    case: str

    def read(self) -> schemas.Score:
        """What evidence answers, what assessors say, and the score."""
        return self.http.get(self._path, schemas.Score)

    def assess(
        self,
        levels: Mapping[str, Levels],
        *,
        reasons: Mapping[str, str],
        evidence: Mapping[str, Sequence[str]] | None = None,
        role: str = "",
    ) -> schemas.Score:
        """Say which levels it has, by criterion, each with its reason and entries that show it.

        `role` is the one that is spoken for; it need not be named where only one is held.
        """
        criteria = {
            key: {
                "low": low,
                "likely": likely,
                "high": high,
                "reason": reasons.get(key, ""),
                "evidence": list((evidence or {}).get(key, ())),
            }
            for key, (low, likely, high) in levels.items()
        }
        return self.http.post(self._path, schemas.Score, {"role": role, "criteria": criteria})

    def inputs(self, **ranges: Levels) -> schemas.StatedInputs:
        """State what goes into RICE and WSJF, in place of what was stated before.

        `reach`, `impact`, `confidence` and `effort`; `value`, `urgency`, `enabling` and `size`.
        """
        given: dict[str, Any] = {
            name: {"low": low, "likely": likely, "high": high}
            for name, (low, likely, high) in ranges.items()
        }
        path = f"/cases/{part(self.case)}/priority-inputs"
        return self.http.post(path, schemas.StatedInputs, given)

    @property
    def _path(self) -> str:
        return f"/cases/{part(self.case)}/score"


@dataclass(frozen=True, slots=True)
class Rubrics:
    """What use cases are scored by."""

    http: Http = field(repr=False)

    def read(self, number: int | None = None) -> schemas.Rubric:
        """The rubric in force, or the one with this number."""
        path = "/portfolio/rubric" if number is None else f"/portfolio/rubrics/{number}"
        return self.http.get(path, schemas.Rubric)

    def state(self, text: str) -> schemas.Rubric:
        """Score by this from now on; raises `Invalid` with field and line."""
        return self.http.post("/portfolio/rubric", schemas.Rubric, {"text": text})

    def check(self, text: str) -> schemas.Rubric:
        """How `text` reads, without stating it."""
        return self.http.post("/portfolio/rubric/check", schemas.Rubric, {"text": text})


def scores(http: Http) -> schemas.Scores:
    """All use cases by the rubric, and how sure their order is."""
    return http.get("/portfolio/scores", schemas.Scores)


def priorities(http: Http, method: str) -> schemas.Priorities:
    """All use cases by `rice` or `wsjf`."""
    return http.get(f"/portfolio/priorities/{part(method)}", schemas.Priorities)


def roadmap(http: Http) -> roads.Roadmap:
    """In which quarter use cases are likely to reach their goals."""
    return http.get("/portfolio/roadmap", roads.Roadmap)
