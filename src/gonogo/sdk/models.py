"""Models and their versions, from a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.checks.findings.finding import Asked, Finding
from gonogo.schemas import evidence as evidence_schemas
from gonogo.schemas import models as schemas
from gonogo.schemas import rubric as score_schemas
from gonogo.schemas.measurements import Measurement
from gonogo.sdk.evidence import EvidenceList, of_findings
from gonogo.sdk.http import Http, part
from gonogo.sdk.measurements import Tell, measured, silent
from gonogo.sdk.reviews import Review, Reviews


@dataclass(frozen=True, slots=True)
class Models:
    """All registered models."""

    http: Http = field(repr=False)

    def all(self) -> Iterator[schemas.Model]:
        """Every model, by name."""
        return self.http.all("/models", schemas.Models)

    def at(self, name: str, time: str) -> schemas.ChampionAt:
        """What was champion at a time, and by which decision."""
        return self.http.get(f"/models/{part(name)}/at", schemas.ChampionAt, time=time)


@dataclass(frozen=True, slots=True)
class ModelRef:
    """One registered model by its name."""

    http: Http = field(repr=False)
    name: str

    def versions(self) -> list[schemas.Version]:
        """All versions, newest first."""
        return self.http.get(f"/models/{part(self.name)}", schemas.Versions).items

    def version(self, number: str | int) -> "VersionRef":
        """One version by its number."""
        return VersionRef(self.http, self.name, str(number))

    def adopt(self, version: schemas.NewVersion) -> schemas.Version:
        """Seal a version of the tracking server's registry."""
        return self.http.post(f"/models/{part(self.name)}/versions", schemas.Version, version)

    def ensemble(self, ensemble: schemas.NewEnsemble) -> schemas.Version:
        """Seal an ensemble of registered versions as a version of this model."""
        return self.http.post(f"/models/{part(self.name)}/ensembles", schemas.Version, ensemble)

    def at(self, time: str) -> schemas.ChampionAt:
        """What was champion at a time."""
        return Models(self.http).at(self.name, time)


@dataclass(frozen=True, slots=True)
class VersionRef:
    """One version by its model's name and its number."""

    http: Http = field(repr=False)
    model: str
    number: str

    @property
    def subject(self) -> str:
        """Its address."""
        return f"model:{self.model}@{self.number}"

    def read(self) -> schemas.Version:
        """The version as it stands."""
        return self.http.get(self._path, schemas.Version)

    def write_card(self, card: Mapping[str, Any]) -> schemas.Version:
        """Say what its model card says."""
        return self.http.put(f"{self._path}/card", schemas.Version, {"card": dict(card)})

    def verify(self) -> schemas.Verified:
        """Compare its files with what was sealed; raises `Broken` naming the first that changed."""
        return self.http.post(f"{self._path}/verify", schemas.Verified)

    def reproduce(
        self,
        *,
        data: str | None = None,
        groups: Sequence[str] | None = None,
        level: float = 0.95,
        seed: int = 7,
        checks: Sequence[str | Asked] | None = None,
        wait: bool = True,
        tell: Tell = silent,
    ) -> Measurement:
        """Have the server measure it from the stored model and data; only by `checks`, if any.

        `tell` is told how many checks of how many are done; with `wait` false it comes back at
        once, with the state in which the measurement is.
        """
        asked: dict[str, Any] = {"data": data, "groups": groups, "level": level, "seed": seed}
        if checks:
            named = [Asked(one) if isinstance(one, str) else one for one in checks]
            asked["checks"] = [{"check": one.check, "with": dict(one.parameters)} for one in named]
        return measured(self.http, f"{self._path}/reproduce", asked, wait=wait, tell=tell)

    def record(
        self, findings: Sequence[Finding], *, data: str | None = None, code: str | None = None
    ) -> evidence_schemas.Recorded:
        """Record what was measured of it elsewhere, on the dataset version `data`."""
        drafts = of_findings(findings, subject=self.subject, data=data, code=code)
        return EvidenceList(self.http).record(drafts)

    def evidence(self, *, current: bool = True) -> list[evidence_schemas.Evidence]:
        """What is known of it by measuring."""
        return list(EvidenceList(self.http, self.subject).all(current=current))

    def review(self, gate: str) -> Review:
        """Review a gate: polls what the policy asks; the open review, or a new one."""
        return Reviews(self.http).open(self.subject, gate)

    def test_score(self) -> score_schemas.RubricScore:
        """Its ML Test Score, as evidence and statements stand now."""
        return self.http.get(f"{self._path}/test-score", score_schemas.RubricScore)

    def record_test_score(self) -> score_schemas.RubricScore:
        """Have the server keep the ML Test Score as evidence; its entry."""
        return self.http.post(f"{self._path}/test-score", score_schemas.RubricScore)

    def state_test(
        self, point: str, how: str, *, reference: str = "", note: str = "", whole_case: bool = False
    ) -> score_schemas.Stated:
        """State how one test of the ML Test Score is done: none, manual or automated.

        `reference` says where it can be seen; `whole_case`: it holds for every version.
        """
        asked = {
            "point": point,
            "how": how,
            "reference": reference,
            "note": note,
            "whole_case": whole_case,
        }
        return self.http.post(f"{self._path}/test-score/points", score_schemas.Stated, asked)

    @property
    def _path(self) -> str:
        return f"/models/{part(self.model)}/versions/{part(self.number)}"
