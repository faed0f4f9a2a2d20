"""Steps that missions have in common; each does what is missing and leaves what is there."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gonogo.app.mission.crew import Crew
from gonogo.core.errors import Conflict, NotFound
from gonogo.core.roles import Role
from gonogo.core.verdicts import Verdict
from gonogo.schemas.cases import NewCase
from gonogo.sdk.datasets import DatasetVersion
from gonogo.sdk.hypotheses import HypothesisRef
from gonogo.sdk.models import VersionRef
from gonogo.sdk.reviews import Review

if TYPE_CHECKING:
    import pandas as pd

Say = Callable[[str], None]
"""Takes a line for whoever watches."""
Progress = Callable[[str, int], Callable[[], None]]
"""Begins a bar of so many ticks; returns what to call after each."""
TIME_BOX = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Steps:
    """What every mission does, by the accounts of its crew."""

    crew: Crew
    say: Say
    progress: Progress

    def policy(self, name: str, text: str) -> None:
        """A policy that a mission brings along."""
        client = self.crew.client(Role.RISK_OFFICER)
        with suppress(NotFound):
            if client.policies.read(name).text == text:
                return
        client.policies.publish(text)
        self.say(f"policy published: {name}")

    def use_case(self, case: NewCase) -> None:
        """A use case."""
        client = self.crew.client(Role.PRODUCT_MANAGER)
        try:
            client.case(case.slug).read()
        except NotFound:
            client.cases.create(case)
            self.say(f"use case registered: {case.title}, {case.risk_tier} risk")

    def dataset(
        self,
        name: str,
        rows: "pd.DataFrame",
        about: Mapping[str, Any],
        reference: DatasetVersion | None = None,
    ) -> DatasetVersion:
        """A version of a dataset, checked by the server."""
        made = self.crew.client(Role.DATA_SCIENTIST).register_dataset(name, rows, **about)
        if not made.evidence():
            made.measure(reference=reference)
            self.say(f"{made.subject}: {made.told.rows:,} rows, checked by the server")
        return made

    def hypothesis(
        self, case: str, slug: str, registration: Mapping[str, Any], dataset: DatasetVersion
    ) -> HypothesisRef:
        """A hypothesis, registered before any run."""
        client = self.crew.client(Role.DATA_SCIENTIST).case(case)
        try:
            client.hypothesis(slug).read()
        except NotFound:
            client.register_hypothesis(
                slug,
                registration,
                significance=0.05,
                power=0.8,
                time_box=str((self.crew.now + TIME_BOX).date()),
                dataset=dataset.subject,
            )
            self.say(f"hypothesis registered: {registration['statement']}")
        return client.hypothesis(slug)

    def version(self, model: str, kind: str) -> VersionRef | None:
        """The version of a model whose card says that it is of this kind."""
        found = self.crew.client(Role.DATA_SCIENTIST).model(model)
        with suppress(NotFound):
            for version in found.versions():
                if version.card.get("kind") == kind:
                    return found.version(version.version)
        return None

    def pass_gates(self, version: VersionRef, kind: str, signed: Mapping[Role, str]) -> None:
        """Both gates of a version for which every condition holds; `signed` are comments."""
        for gate in ("validation", "production"):
            review = self._review(version, gate)
            if review.outcome is not None:
                continue
            self.say(f"{kind}, gate {gate}: polled {review.verdict.value}")
            if review.verdict is not Verdict.GO:
                # Not decided: flown again, it is polled again.
                raise Conflict(
                    field="review",
                    value=f"{review.subject}, {gate}: {review.verdict.value}",
                    expected="; ".join(turn.say for turn in review.turns_to_go),
                )
            for role in review.missing_sign_offs:
                signer = self.crew.client(Role(role)).reviews.read(review.id)
                signer.sign(role, comment=signed[Role(role)])
            role = Role.ML_ENGINEER if gate == "validation" else Role.PRODUCT_MANAGER
            decided = self.crew.client(role).reviews.read(review.id)
            rationale = f"Every condition holds for the {kind}, and all roles have signed."
            self.say(f"{kind}, gate {gate}: decided {decided.decide(rationale).outcome}")

    def _review(self, version: VersionRef, gate: str) -> Review:
        client = self.crew.client(Role.ML_ENGINEER)
        for line in client.reviews.all(subject=version.subject, gate=gate):
            return client.reviews.read(line.id)
        return version.review(gate)
