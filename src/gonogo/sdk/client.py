"""The client: what a notebook, a pipeline and the command line speak through."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from gonogo.core.errors import Invalid
from gonogo.schemas.accounts import Me
from gonogo.schemas.comparisons import Comparison
from gonogo.schemas.evidence import Evidence, Recorded
from gonogo.schemas.track_record import TrackRecord
from gonogo.sdk import comparing, track_record
from gonogo.sdk.accounts import Tokens, UserRef, Users
from gonogo.sdk.budgets import Payments
from gonogo.sdk.cases import CaseRef, Cases
from gonogo.sdk.compute import Compute
from gonogo.sdk.data_rules import DataRules
from gonogo.sdk.datasets import Datasets, DatasetVersion
from gonogo.sdk.decided import Gateway
from gonogo.sdk.disclosures import Privacy
from gonogo.sdk.evidence import EvidenceList, New
from gonogo.sdk.http import Http
from gonogo.sdk.hypotheses import Hypotheses
from gonogo.sdk.incidents import Incidents
from gonogo.sdk.ledger import LedgerClient
from gonogo.sdk.library import Library
from gonogo.sdk.models import ModelRef, Models, VersionRef
from gonogo.sdk.plans_together import Plans
from gonogo.sdk.policies import Policies
from gonogo.sdk.releases import Releases
from gonogo.sdk.reviews import Decisions, Reviews
from gonogo.sdk.risks import RiskRegister
from gonogo.sdk.runs import Runs
from gonogo.sdk.value import Portfolio

if TYPE_CHECKING:
    import pandas as pd


class Client:
    """gonogo, from a notebook, a pipeline or the command line."""

    def __init__(
        self,
        http: httpx.Client,
        *,
        token: str | None = None,
        tracking: Callable[[], tuple[str, str | None]] | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        """Speak over `http`; `tracking` gives MLflow's URI and token when first asked."""
        self.http = Http(http)
        self.token = token
        self._raw = http
        self._tracking = tracking
        self._close = close
        self.cases = Cases(self.http)
        self.hypotheses = Hypotheses(self.http)
        self.library = Library(self.http)
        self.runs = Runs(self.http)
        self.datasets = Datasets(self.http)
        self.evidence = EvidenceList(self.http)
        self.models = Models(self.http)
        self.policies = Policies(self.http)
        self.releases = Releases(self.http)
        self.incidents = Incidents(self.http)
        self.gateway = Gateway(self.http)
        self.reviews = Reviews(self.http)
        self.decisions = Decisions(self.http)
        self.risks = RiskRegister(self.http)
        self.ledger = LedgerClient(self.http)
        self.plans = Plans(self.http)
        self.portfolio = Portfolio(self.http)
        self.payments = Payments(self.http)
        self.compute = Compute(self.http)
        self.users = Users(self.http)
        self.tokens = Tokens(self.http)

    def __repr__(self) -> str:
        return f"<gonogo client of {self._raw.base_url}>"

    def me(self) -> Me:
        """Who is asking, and what they may do."""
        return self.http.get("/me", Me)

    def user(self, name: str | int) -> UserRef:
        """The user with this id or login; for who manages users."""
        return UserRef(self.http, str(name))

    def case(self, slug: str) -> CaseRef:
        """The use case called `slug`."""
        return CaseRef(self.http, slug, self.tracking)

    def track_record(self, case: str | None = None) -> TrackRecord:
        """How well the forecasts of a use case, or of all, have held."""
        return track_record.read(self.http, case)

    def register_dataset(
        self, name: str, data: "str | Path | pd.DataFrame", **about: Any
    ) -> DatasetVersion:
        """Register a version of a dataset: a CSV or Parquet file, or a frame.

        `about` are the fields of `NewDatasetVersion`: licence, sensitivity and owner_role, and
        what is wanted of label, protected, overrides, columns, description, place, parents.
        """
        return self.datasets.register(name, data, about)

    def dataset(self, subject: str) -> DatasetVersion:
        """The dataset version with this address, dataset:name@version."""
        return self.datasets.version(subject)

    def privacy(self, dataset: str) -> Privacy:
        """What may be told of the people in the dataset called `dataset`, and what was."""
        return Privacy(self.http, dataset)

    def data_rules(self, dataset: str) -> DataRules:
        """What every version of the dataset called `dataset` is to keep."""
        return DataRules(self.http, dataset)

    def record_evidence(self, evidence: Sequence[New]) -> Recorded:
        """Write up to 1,000 measurements, all or nothing."""
        return self.evidence.record(evidence)

    def evidence_of(self, subject: str, *, current: bool = True) -> list[Evidence]:
        """What is known of a subject by measuring."""
        return list(EvidenceList(self.http, subject).all(current=current))

    def model(self, name: str) -> ModelRef:
        """The registered model called `name`."""
        return ModelRef(self.http, name)

    def version(self, model: str, number: str | int) -> VersionRef:
        """One version of a model."""
        return self.model(model).version(number)

    def compare(
        self,
        *versions: str,
        criteria: Sequence[str] = (),
        weights: Mapping[str, float] | None = None,
        judgements: Sequence[str] = (),
    ) -> Comparison:
        """Two to five model versions, NAME@VERSION, side by side, by their evidence.

        `criteria` are performance, fairness, latency, cost, carbon, interpretability or checks.
        They weigh the same, as `weights` say, or as `judgements` of every pair imply:
        "performance/cost=3", performance is three times as important as cost.
        """
        return comparing.compare(
            self.http, versions, criteria=criteria, weights=weights, judgements=judgements
        )

    def tracking(self) -> tuple[str, str | None]:
        """The tracking URI for MLflow's own client, and the token it needs (None: none)."""
        if self._tracking is None:
            return f"{str(self._raw.base_url).rstrip('/')}/mlflow", self.token
        return self._tracking()

    def close(self) -> None:
        """Let go of the connection."""
        self._raw.close()
        if self._close is not None:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def over_http(url: str, token: str | None) -> Client:
    """A client of the server at `url`."""
    if not url.startswith(("http://", "https://")):
        raise Invalid(field="GONOGO_URL", value=url, expected="http://host:port or https://host")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(httpx.Client(base_url=url, headers=headers, timeout=120), token=token)
