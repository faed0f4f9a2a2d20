"""Loans to train on, and clients of a real server and of a folder in this process."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gonogo
from gonogo.schemas.cases import NewCase
from gonogo.sdk.client import Client
from gonogo.sdk.datasets import DatasetVersion
from tests.fixtures.servers import Server

ABOUT: dict[str, Any] = {
    "licence": "CC0-1.0",
    "sensitivity": "internal",
    "owner_role": "data-scientist",
    "label": "approve",
    "protected": ["race", "sex"],
}
HYPOTHESIS: dict[str, Any] = {
    "statement": "Trees beat the scorecard.",
    "criteria": [{"check": "performance.roc_auc", "at_least": 0.6}],
    "design": {"method": "one split", "folds": 5, "repeats": 1, "seed": 7},
    "baseline": "coin",
    "prior": 0.5,
    "significance": 0.05,
    "power": 0.8,
    "time_box": "2099-01-01",
}


def loans(rows: int, seed: int) -> pd.DataFrame:
    """Applications whose approval depends on income and debt."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "income": draw.normal(50, 15, rows).round(2),
            "debt": draw.normal(20, 8, rows).round(2),
            "race": draw.choice(["black", "white"], rows, p=[0.3, 0.7]),
            "sex": draw.choice(["female", "male"], rows),
        }
    )
    chance = 1 / (1 + np.exp(-(frame["income"] - 2 * frame["debt"]) / 15))
    frame["approve"] = (draw.random(rows) < chance).astype(int)
    return frame


def fit(train: pd.DataFrame) -> Any:
    """A logistic scorecard on income and debt."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression().fit(train[["income", "debt"]], train["approve"])


def prepared(client: Client, suffix: str = "") -> tuple[DatasetVersion, DatasetVersion]:
    """The use case, its hypothesis and two dataset versions, made where they are not there."""
    slug = f"mortgage-approval{suffix}"
    if slug not in {case.slug for case in client.cases.all()}:
        text = NewCase(
            slug=slug,
            title="Mortgage approval",
            problem="Whom to lend to",
            risk_tier="limited",
            owner_role="product-manager",
        )
        client.cases.create(text)
        client.case(slug).register_hypothesis("trees-beat-scorecard", HYPOTHESIS)
    train = client.register_dataset(f"train{suffix}", loans(400, 1), **ABOUT)
    test = client.register_dataset(f"test{suffix}", loans(300, 2), **ABOUT)
    return train, test


@pytest.fixture
def remote(server: Server, server_token: str, tmp_path: Path) -> Iterator[Client]:
    """A client of a real server."""
    with gonogo.connect(server.url, token=server_token, environment={}) as made:
        yield made


@pytest.fixture(scope="session", autouse=True)
def quiet_mlflow() -> None:
    """MLflow imported once, without what the libraries below it warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow
        import mlflow.sklearn  # noqa: F401  # loaded for its effect
