"""Hypotheses, from a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.checks.finding import Finding
from gonogo.schemas import evidence as evidence_schemas
from gonogo.schemas import hypotheses as schemas
from gonogo.schemas import runs as run_schemas
from gonogo.sdk.evidence import EvidenceList, of_findings
from gonogo.sdk.http import Http, part
from gonogo.sdk.runs import HypothesisRun
from gonogo.sdk.shapes import shaped
from gonogo.sdk.tracked import Tracking


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """All hypotheses, or those of one use case."""

    http: Http = field(repr=False)
    case: str | None = None

    def of(self, case: str | None) -> "Hypotheses":
        """Those of one use case; None: all there are."""
        return Hypotheses(self.http, case)

    def register(
        self, hypothesis: schemas.NewHypothesis | Mapping[str, Any], *, case: str | None = None
    ) -> schemas.Hypothesis:
        """Register a hypothesis; from now on nobody edits it."""
        asked = shaped(schemas.NewHypothesis, hypothesis)
        path = f"/cases/{part(case or self.case or '')}/hypotheses"
        return self.http.post(path, schemas.Hypothesis, asked)

    def all(
        self, *, state: str | None = None, negative: bool = False
    ) -> Iterator[schemas.Hypothesis]:
        """Hypotheses; `negative`: only those refuted or inconclusive, with what was learned."""
        return self.http.all(
            "/hypotheses",
            schemas.Hypotheses,
            case=self.case,
            state=state,
            negative=str(negative).lower(),
        )


@dataclass(frozen=True, slots=True)
class HypothesisRef:
    """One hypothesis by its use case and name; nothing is read until it is asked for."""

    http: Http = field(repr=False)
    case: str
    slug: str
    tracking: Tracking = field(repr=False)

    @property
    def subject(self) -> str:
        """Its address."""
        return f"hypothesis:{self.case}/{self.slug}"

    def read(self) -> schemas.Hypothesis:
        """The hypothesis as it stands."""
        return self.http.get(self._path, schemas.Hypothesis)

    def run(self, name: str | None = None) -> HypothesisRun:
        """A run that tests it, to be used in a `with` statement: an MLflow run, tagged."""
        return HypothesisRun(self.http, self.tracking, self.case, self.slug, name)

    def runs(self) -> Iterator[run_schemas.Run]:
        """Its runs, newest first, also those that do not count."""
        return self.http.all("/runs", run_schemas.Runs, hypothesis=f"{self.case}/{self.slug}")

    def count_run(self, run_id: str) -> run_schemas.Run:
        """Let a run count for it; refused for one that started before it was registered."""
        return self.http.post(f"{self._path}/runs", run_schemas.Run, {"run_id": run_id})

    def record(
        self, findings: Sequence[Finding], *, data: str | None = None, code: str | None = None
    ) -> evidence_schemas.Recorded:
        """Record what was measured about it: differences over its repeated cross-validation."""
        drafts = of_findings(findings, subject=self.subject, data=data, code=code)
        return EvidenceList(self.http).record(drafts)

    def evidence(self, *, current: bool = True) -> list[evidence_schemas.Evidence]:
        """What is known of it by measuring."""
        return list(EvidenceList(self.http, self.subject).all(current=current))

    def settle(self, *, learned: str) -> schemas.Hypothesis:
        """Settle it by its criteria; `learned` is for those who come after."""
        return self.http.post(f"{self._path}/settle", schemas.Hypothesis, {"learned": learned})

    def abandon(self, *, reason: str) -> schemas.Hypothesis:
        """Stop working on it, and say why."""
        return self.http.post(f"{self._path}/abandon", schemas.Hypothesis, {"reason": reason})

    @property
    def _path(self) -> str:
        return f"/hypotheses/{part(self.case)}/{part(self.slug)}"
