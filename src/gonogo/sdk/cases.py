"""Use cases, from a client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.schemas import cases as schemas
from gonogo.schemas import hypotheses as hypothesis_schemas
from gonogo.schemas import plans as plan_schemas
from gonogo.sdk.boards import Board
from gonogo.sdk.budgets import Money
from gonogo.sdk.case_plans import CasePlan
from gonogo.sdk.case_scores import CaseScore
from gonogo.sdk.debts import Debts
from gonogo.sdk.http import Http, part
from gonogo.sdk.hypotheses import Hypotheses, HypothesisRef
from gonogo.sdk.tracked import Tracking
from gonogo.sdk.value import Benefit


@dataclass(frozen=True, slots=True)
class Cases:
    """All use cases."""

    http: Http = field(repr=False)

    def create(self, case: schemas.NewCase) -> schemas.Case:
        """A new use case."""
        return self.http.post("/cases", schemas.Case, case)

    def all(self) -> Iterator[schemas.Case]:
        """Every use case, by name."""
        return self.http.all("/cases", schemas.Cases)


@dataclass(frozen=True, slots=True)
class CaseRef:
    """One use case by its name; nothing is read until it is asked for."""

    http: Http = field(repr=False)
    slug: str
    tracking: Tracking = field(repr=False)
    """Where its runs are tracked."""

    def hypothesis(self, slug: str) -> HypothesisRef:
        """The hypothesis called `slug`."""
        return HypothesisRef(self.http, self.slug, slug, self.tracking)

    def hypotheses(
        self, *, state: str | None = None, negative: bool = False
    ) -> Iterator[hypothesis_schemas.Hypothesis]:
        """Its hypotheses; `negative`: only those refuted or inconclusive."""
        return Hypotheses(self.http, self.slug).all(state=state, negative=negative)

    def register_hypothesis(
        self, slug: str, hypothesis: Mapping[str, Any] | None = None, **said: Any
    ) -> HypothesisRef:
        """Register a hypothesis, by the fields of `NewHypothesis`; nobody edits it afterwards."""
        asked = {**(hypothesis or {}), **said, "slug": slug}
        Hypotheses(self.http, self.slug).register(asked)
        return self.hypothesis(slug)

    @property
    def plan(self) -> CasePlan:
        """Its plan, and what is forecast from it."""
        return CasePlan(self.http, self.slug)

    @property
    def board(self) -> Board:
        """Its board: cards, limits, throughput."""
        return Board(self.http, self.slug)

    @property
    def money(self) -> Money:
        """Its budget, what was paid for it, and what it will come to."""
        return Money(self.http, self.slug)

    @property
    def debts(self) -> Debts:
        """Its technical debt."""
        return Debts(self.http, self.slug)

    @property
    def benefit(self) -> Benefit:
        """What it is expected to be worth, and what it was found to be."""
        return Benefit(self.http, self.slug)

    @property
    def score(self) -> CaseScore:
        """It by the rubric that use cases are scored by, and what goes into RICE and WSJF."""
        return CaseScore(self.http, self.slug)

    def families(
        self, *, name: str | None = None, alpha: float | None = None
    ) -> list[plan_schemas.Family]:
        """Its hypotheses as they are tested together: adjusted by Holm and Benjamini-Hochberg.

        `name`: one family alone, "" for those that name none.
        """
        path = f"/cases/{part(self.slug)}/families"
        return self.http.get(path, plan_schemas.Families, name=name, alpha=alpha).items

    def read(self) -> schemas.Case:
        """The use case as it stands."""
        return self.http.get(f"/cases/{part(self.slug)}", schemas.Case)

    def edit(self, text: schemas.CaseText, *, read: schemas.Case) -> schemas.Case:
        """Say something else of it; `read` is what the edit was made from."""
        return self.http.put(f"/cases/{part(self.slug)}", schemas.Case, text, etag=read.entry)
