"""Settings: what they keep to themselves."""

from gonogo.app.mlflow import kept_at
from gonogo.app.settings import read

SECRET = "not-to-be-seen"


def test_secrets_are_in_no_log() -> None:
    """What is written of an object when something fails names no password and no token."""
    settings = read(
        {
            "GONOGO_DATABASE_URL": f"postgresql+psycopg://somebody:{SECRET}@database/gonogo",
            "GONOGO_MLFLOW_URL": "https://mlflow.example",
            "GONOGO_MLFLOW_TOKEN": SECRET,
        }
    )
    assert SECRET in kept_at(settings).store_uri
    assert SECRET not in repr(settings) + repr(kept_at(settings))
