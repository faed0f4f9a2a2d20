"""MLflow's client is loaded before these tests, which treat warnings as errors."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def _loaded(quiet_mlflow: None) -> None:
    """MLflow warns when it is imported."""
