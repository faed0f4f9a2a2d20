"""Settings: what they keep to themselves, and what is refused."""

import pytest

from gonogo.app.mlflow import kept_at
from gonogo.app.settings import read
from gonogo.core.errors import Invalid

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


class TestLogDays:
    def test_a_use_case_may_have_days_of_its_own(self) -> None:
        retention = read({"GONOGO_LOG_DAYS": "400, fraud=90"}).retention
        assert (retention.of("churn"), retention.of("fraud")) == (400, 90)
        assert read({"GONOGO_LOG_DAYS": "fraud=90"}).retention.of("churn") is None
        assert read({}).retention.of("churn") is None

    @pytest.mark.parametrize("text", ["0", "-3", "soon", "fraud=", "=3", "a=1,a=2", "1,2", "40000"])
    def test_what_is_no_number_of_days_stops_the_start(self, text: str) -> None:
        with pytest.raises(Invalid) as told:
            read({"GONOGO_LOG_DAYS": text})
        assert told.value.field == "GONOGO_LOG_DAYS"
