"""The page on choosing, followed: its Python in one notebook, its commands after it."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gonogo
from gonogo.app.command import ALONE
from gonogo.interfaces.cli.main import run
from gonogo.schemas.cases import NewCase
from gonogo.sdk.client import Client
from tests.fixtures.pages import ROOT, blocks

pytestmark = pytest.mark.filterwarnings("ignore")

ABOUT: dict[str, Any] = {
    "licence": "Internal",
    "sensitivity": "internal",
    "owner_role": "data-scientist",
    "label": "left",
    "protected": ["age_group"],
}


def customers(seed: int) -> pd.DataFrame:
    """Rows as the guide before it makes them."""
    draw = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "months": draw.integers(1, 72, 400),
            "calls": draw.poisson(2, 400),
            "bill": draw.normal(60, 20, 400).round(2),
            "age_group": draw.choice(["under 30", "over 60"], 400),
        }
    )
    return rows.assign(left=(draw.random(400) < 0.2 + 0.01 * rows["calls"] * 10).astype(int))


@pytest.fixture
def client(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A folder of its own, and a notebook in an empty one."""
    monkeypatch.chdir(tmp_path)
    with gonogo.connect() as made:
        yield made


class TestPage:
    def test_runs_as_written(
        self, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case = NewCase(
            slug="churn",
            title="Churn",
            problem="Whom to call",
            risk_tier="limited",
            owner_role="product-manager",
        )
        client.cases.create(case)
        trees = client.case("churn").register_hypothesis(
            "trees-beat-logistic",
            statement="Trees beat logistic regression.",
            criteria=[{"check": "performance.roc_auc", "at_least": 0.6}],
            design={"method": "held out"},
            baseline="none",
            time_box="2099-01-01",
        )
        notebook: dict[str, Any] = {
            "trees": trees,
            "train": client.register_dataset("train", customers(1), **ABOUT),
            "test": client.register_dataset("test", customers(2), **ABOUT),
        }
        page = list(blocks(ROOT / "docs" / "choosing.md"))
        for block in page:
            if block.language == "python":
                exec(compile(block.text, "choosing.md", "exec"), notebook)  # noqa: S102  # our page
            if block.language == "yaml":
                (tmp_path / "judgements.yaml").write_text(block.text)
        assert len(notebook["tuned"].trials) == 8
        assert (tmp_path / "ridge.tune.db").exists()
        commands = [block.text for block in page if block.language == "bash"]
        assert len(commands) == 2
        for command in commands:
            capsys.readouterr()
            assert run(shlex.split(command)[1:], ALONE) == 0
            assert "churn-ridge@1" in capsys.readouterr().out
