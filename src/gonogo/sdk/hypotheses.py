"""Hypotheses, from a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.checks.findings.finding import Finding
from gonogo.schemas import evidence as evidence_schemas
from gonogo.schemas import hypotheses as schemas
from gonogo.schemas import library as library_schemas
from gonogo.schemas import plans as plan_schemas
from gonogo.schemas import runs as run_schemas
from gonogo.schemas.designs import AskedDesign
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

    def run(
        self, name: str | None = None, *, machine: str | None = None, metered: bool = False
    ) -> HypothesisRun:
        """A run that tests it, to be used in a `with` statement: an MLflow run, tagged.

        `machine` is the kind of machine it runs on, as the price list calls it; without it what
        the environment says in `GONOGO_MACHINE`. `metered`: its energy is read from the meter of
        the machine, where there is one.
        """
        return HypothesisRun(
            self.http,
            self.tracking,
            self.case,
            self.slug,
            name,
            machine=machine,
            metered=metered,
        )

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

    def plan(
        self,
        kind: str,
        asked: AskedDesign | Mapping[str, Any],
        *,
        criterion: int = 0,
        reason: str = "",
        **known: float,
    ) -> plan_schemas.FixedPlan:
        """Fix its plan before any evidence; with a reason, amend it.

        `known` is what the kind of design needs: `plan("auc", {"effect": 0.05}, base=0.7)`.
        """
        said = {"kind": kind, "asked": shaped(AskedDesign, asked, "asked"), "known": known}
        new = shaped(plan_schemas.NewPlan, {**said, "criterion": criterion, "reason": reason})
        return self.http.post(f"{self._path}/plans", plan_schemas.FixedPlan, new)

    def plans(self) -> list[plan_schemas.FixedPlan]:
        """All plans it has had; the last is in force."""
        return self.http.get(f"{self._path}/plans", plan_schemas.Plans).items

    def link(
        self,
        reference: str = "",
        *,
        title: str = "",
        authors: str = "",
        year: int | None = None,
        note: str = "",
    ) -> library_schemas.Paper:
        """Link a paper by DOI, arXiv id or title."""
        said = {"title": title, "authors": authors, "year": year, "note": note}
        new = shaped(library_schemas.NewPaper, {"reference": reference, **said})
        return self.http.post(f"{self._path}/papers", library_schemas.Paper, new)

    def import_bibtex(self, text: str) -> list[library_schemas.Paper]:
        """Link the papers of a BibTeX file; returns those that were not linked before."""
        new = shaped(library_schemas.NewPapers, {"bibtex": text})
        return self.http.post(f"{self._path}/papers/import", library_schemas.Papers, new).items

    def papers(self) -> list[library_schemas.Paper]:
        """The papers linked to it."""
        return self.http.get(f"{self._path}/papers", library_schemas.Papers).items

    def unlink(self, entry: str) -> library_schemas.Paper:
        """Take a link away, by the digest of the entry that made it."""
        answer = self.http.send("DELETE", f"{self._path}/papers/{part(entry)}")
        return library_schemas.Paper.model_validate_json(answer.content)

    @property
    def _path(self) -> str:
        return f"/hypotheses/{part(self.case)}/{part(self.slug)}"
